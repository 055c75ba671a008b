"""From the file for review into a user's own tables; faults stop it whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from allanite import Release, load_release
from allanite.catalogue.store import shipped_folder
from allanite.errors import DataError, UsageError
from allanite.ledger.reading.accept import accept_found
from allanite.ledger.reading.candidates import Reading
from allanite.ledger.reading.found import write_found


@pytest.fixture
def found(tmp_path: Path, read_own: Callable[[str], Reading]) -> Path:
    path = tmp_path / "found.yaml"
    write_found([read_own("alliance.txt"), read_own("doubtful.txt")], path)
    return path


def _edit(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


def test_nothing_is_accepted_unread(found: Path, tmp_path: Path, release: Release) -> None:
    done = accept_found(found, tmp_path / "own", release)
    assert done.added == ()
    assert not (tmp_path / "own").exists()


def test_accepted_claims_lie_over_the_release(
    found: Path, tmp_path: Path, release: Release
) -> None:
    head, mark, rest = found.read_text().partition('- id: "1-02"')
    rest = rest.replace("accept: no", "accept: yes", 1)
    found.write_text(head + mark + rest.replace("verdict: not_checked", "verdict: supported", 1))
    done = accept_found(found, tmp_path / "own", release)
    assert len(done.added) == 1
    mine = {row["claim_id"]: row for row in load_release(data=tmp_path / "own").rows("claims")}
    assert len(mine) == len(release.rows("claims")) + 1
    row = mine[done.added[0]]
    assert (row["quantity"], row["unit"], row["claim_date"]) == ("2025-10-20", "date", "2025-10-21")
    assert row["verdict"] == "supported"
    assert load_release(shipped_folder()).rows("claims") == release.rows("claims")


def test_accepting_twice_adds_once(found: Path, tmp_path: Path, release: Release) -> None:
    _edit(found, ("accept: no", "accept: yes"))
    first = accept_found(found, tmp_path / "own", release)
    before = (tmp_path / "own" / "claims.csv").read_bytes()
    again = accept_found(found, tmp_path / "own", release)
    assert (again.added, again.already) == ((), first.added)
    assert (tmp_path / "own" / "claims.csv").read_bytes() == before
    _edit(found, ('claim: "', 'claim: "In other words, '))
    with pytest.raises(DataError, match="accepted before in other words"):
        accept_found(found, tmp_path / "own", release)


def test_two_sums_of_one_sentence_are_two_claims(
    found: Path, tmp_path: Path, release: Release
) -> None:
    found.write_text(found.read_text().replace("accept: no", "accept: yes"))
    done = accept_found(found, tmp_path / "own", release)
    assert len(done.added) == len(set(done.added)) == 16


def test_every_fault_is_told_at_once_and_nothing_written(
    found: Path, tmp_path: Path, release: Release
) -> None:
    text = found.read_text().replace("accept: no", "accept: perhaps", 1)
    text = text.replace("  accept: no", "  accept: yes", 1)
    at = text.index("  accept: yes")
    head, rest = text[:at], text[at:]
    rest = rest.replace('claim: "', 'claim: ""  # "', 1)
    rest = rest.replace('quantity: "2025-10-20"', "quantity: some", 1)
    rest = rest.replace("claim_date: ", "claim_date: yesterday  # ", 1)
    rest = rest.replace("start: ", "start: 1", 1)
    found.write_text(head + rest)
    with pytest.raises(DataError) as caught:
        accept_found(found, tmp_path / "own", release)
    places = " ".join(finding.place for finding in caught.value.findings)
    for column in ("accept", "claim", "quantity", "claim_date"):
        assert f'"{column}"' in places
    assert not (tmp_path / "own").exists()


def test_a_changed_text_or_quote_is_refused(found: Path, tmp_path: Path, release: Release) -> None:
    text = next((tmp_path / "found.texts").iterdir())
    text.write_text(text.read_text() + " And more.")
    _edit(found, ('quote: "', 'quote: "Not '))
    with pytest.raises(DataError, match=r"text that was changed[\s\S]*other words"):
        accept_found(found, tmp_path / "own", release)


def test_other_files_are_not_replaced(tmp_path: Path, read_own: Callable[[str], Reading]) -> None:
    reading = read_own("doubtful.txt")
    other = tmp_path / "mine.yaml"
    other.write_text("a: 1\n")
    with pytest.raises(UsageError, match="another file"):
        write_found([reading], other)
    (tmp_path / "new.texts").mkdir()
    with pytest.raises(UsageError, match="in the way"):
        write_found([reading], tmp_path / "new.yaml")
    with pytest.raises(UsageError, match="ends in"):
        write_found([reading], tmp_path / "found.csv")


def test_faults_of_the_users_own_claims_stop_the_run(
    found: Path, tmp_path: Path, release: Release
) -> None:
    _edit(found, ("accept: no", "accept: yes"))
    own = tmp_path / "own"
    own.mkdir()
    (own / "claims.csv").write_text("claim_id,colour\nX,red\n")
    with pytest.raises(DataError, match="colour"):
        accept_found(found, own, release)
    assert (own / "claims.csv").read_text() == "claim_id,colour\nX,red\n"
