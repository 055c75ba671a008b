"""Why a programme has no optimum: the few rows and bounds that contradict each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allanite.errors import SolveError
from allanite.program.linear import LinearProgram


def explain_failure(
    program: LinearProgram, solver: Any, status: str, folder: Path | None
) -> SolveError:
    """The error of a solve that ended with `status`."""
    return SolveError(status, f"a programme of {program.shape[0]} rows has no optimum")
