"""Exit codes of the commands that solve."""

from typing import Final

from matcher.allocation.result import Status

EXIT_CODES: Final = {Status.OPTIMAL: 0, Status.FEASIBLE: 3, Status.INFEASIBLE: 4}
