"""Files at the edge of a command: read whole within the size limit, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from matcher.formats.document import BYTES_LIMIT

#: Letters of its file's name that a temporary one begins with: a name has a limit.
_NAME: Final = 40


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
    try:
        _refuse_unwritable(output, *inputs)
    except OSError as error:
        raise RefusedError(f"{output}: cannot be written: {error.strerror}") from error


def _refuse_unwritable(output: Path, *inputs: Path) -> None:
    if output.is_dir():
        raise RefusedError(f"{output}: is a directory")
    folder = place_of(output).parent
    if not folder.is_dir():
        raise RefusedError(f"{output}: its directory does not exist")
    if any(output.exists() and path.exists() and output.samefile(path) for path in inputs):
        raise RefusedError(f"{output}: would replace a file that is read")
    if not os.access(output if _is_stream(output) else folder, os.W_OK):
        raise RefusedError(f"{output}: {'' if _is_stream(output) else 'its directory '}cannot be written to")


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is either as it was or complete; none appears before all are on disk.

    A link stays one, and a pipe or a device is written to: neither is a file that another may take the place of.
    """
    waiting: list[tuple[Path, Path]] = []
    streams = [path for path in contents if _is_stream(path)]
    try:
        for path, content in contents.items():
            if path not in streams:
                waiting.append((_write_beside(place_of(path), content), place_of(path)))
        for path in streams:
            path.write_bytes(contents[path])
        while waiting:
            temporary, path = waiting[0]
            temporary.replace(path)
            waiting.pop(0)
    except OSError as error:
        raise RefusedError(f"{error.filename or 'output'}: cannot be written: {error.strerror}") from error
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def place_of(path: Path) -> Path:
    """Where a file is or will be, whatever it is called: by a link, or on the way through other directories."""
    return Path(os.path.realpath(path))


def _is_stream(path: Path) -> bool:
    """Whether something is there that is no file: a pipe, a terminal, a device."""
    return path.exists() and not path.is_file()


def _write_beside(path: Path, content: bytes) -> Path:
    """A temporary file in the same directory, flushed to disk, with the permissions of a new file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_NAME]}.")
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
