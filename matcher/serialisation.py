"""The door between files and the matcher's types: instances and results, to and from canonical JSON.

``read_...`` takes the bytes of a file and gives a valid object or an error with every problem, a line each
(``InstanceError``, ``ResultError``; both are ``FormatError``). ``write_...`` gives canonical bytes: equal
objects, equal bytes. ``sha256`` is the digest by which a result names its instance. Snapshots and evidence have
doors of their own, beside their types: ``matcher.problem.snapshot_format``, ``matcher.evidence.evidence_format``.
"""

from matcher.formats.document import FormatError, sha256
from matcher.formats.instance_reading import InstanceError, read_instance
from matcher.formats.instance_writing import write_instance
from matcher.formats.result_format import ResultError, read_result, write_result

__all__ = [
    "FormatError",
    "InstanceError",
    "ResultError",
    "read_instance",
    "read_result",
    "sha256",
    "write_instance",
    "write_result",
]
