"""The documents of a run: stored compressed, given back byte for byte under their digest."""

from __future__ import annotations

import hashlib
import zlib
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.services.failures import NotFound
from webapp.store.runs import DocumentKind, RunDocument, document


def add(session: Session, run_id: UUID, kind: DocumentKind, content: bytes) -> None:
    """Keep one document."""
    digest = hashlib.sha256(content).hexdigest()
    packed = zlib.compress(content, 6)
    session.add(RunDocument(run_id=run_id, kind=kind, sha256=digest, size=len(content), content=packed))


def content(session: Session, run_id: UUID, kind: DocumentKind) -> bytes:
    """The bytes of one document; raises ``NotFound``, and ``ValueError`` if they are not what was stored."""
    row = document(session, run_id, kind)
    if row is None:
        raise NotFound(f"this run has no {kind.value}")
    plain = zlib.decompress(row.content)
    if hashlib.sha256(plain).hexdigest() != row.sha256:
        raise ValueError(f"the {kind.value} of run {run_id} differs from its digest")
    return plain
