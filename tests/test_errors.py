"""Errors pass between processes with all they hold."""

from __future__ import annotations

import pickle

from allanite.errors import DataError, Finding, SolveError

FINDING = Finding(table="sites", place="row 3", found="-1", allowed="0 or more", remedy="Fix it.")


def test_a_data_error_keeps_its_findings() -> None:
    error = DataError([FINDING, FINDING])
    back = pickle.loads(pickle.dumps(error))
    assert back.findings == error.findings
    assert str(back) == str(error)


def test_a_solve_error_keeps_its_status() -> None:
    error = SolveError("infeasible", "no flow meets the demand")
    back = pickle.loads(pickle.dumps(error))
    assert (back.status, str(back)) == (error.status, str(error))
