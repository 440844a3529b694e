"""A file from the person's own machine (options as in ``fields``): ``content`` gives its bytes."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from webapp.ui.nhs_field import NhsField


class FileField(NhsField):
    """One file; the form needs ``multipart=true`` in ``page_form``, the route ``upload_bytes``."""

    component = "file-upload"

    def __init__(self, label: str = "", *, accept: str = "", **options: Any):
        super().__init__(label, attributes={"accept": accept} if accept else {}, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the file, whatever its name says that it is."""
        given = valuelist[0] if valuelist else None
        self.data = given if isinstance(given, FileStorage) else None

    def is_empty(self) -> bool:
        return self.data is None or not self.data.filename

    def content(self, most: int) -> bytes:
        """The file's bytes, one more than ``most`` at the most: enough to see that it is too large."""
        data: bytes = self.data.stream.read(most + 1)
        return data
