"""Files at the edge of a command: read whole within the size limit, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from matcher.formats.document import BYTES_LIMIT


class RefusedError(Exception):
    """A command cannot be carried out; ``lines`` says why. Nothing has been written."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def read_whole(path: Path) -> bytes:
    """The bytes of a file; over 2 GiB it is refused before reading on."""
    try:
        with path.open("rb") as source:
            if os.fstat(source.fileno()).st_size > BYTES_LIMIT:
                raise RefusedError(f"{path}: is larger than 2 GiB")
            raw = source.read(BYTES_LIMIT + 1)
    except OSError as error:
        raise RefusedError(f"{path}: cannot be read: {error.strerror}") from error
    if len(raw) > BYTES_LIMIT:
        raise RefusedError(f"{path}: is larger than 2 GiB")
    return raw


def refuse_unwritable(output: Path, *inputs: Path) -> None:
    """Say before the work, not after it, that a file cannot be written or would replace what is read."""
    if output.is_dir():
        raise RefusedError(f"{output}: is a directory")
    if not output.absolute().parent.is_dir():
        raise RefusedError(f"{output}: its directory does not exist")
    if not os.access(output.absolute().parent, os.W_OK):
        raise RefusedError(f"{output}: its directory cannot be written to")
    if any(output.exists() and path.exists() and output.samefile(path) for path in inputs):
        raise RefusedError(f"{output}: would replace a file that is read")


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is either as it was or complete; none appears before all are on disk."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            waiting.append((_write_beside(path, content), path))
        while waiting:
            temporary, path = waiting[0]
            temporary.replace(path)
            waiting.pop(0)
    except OSError as error:
        raise RefusedError(f"{error.filename or 'output'}: cannot be written: {error.strerror}") from error
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    """A temporary file in the same directory, flushed to disk, with the permissions of a new file."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(name).chmod(0o666 & ~_umask())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
