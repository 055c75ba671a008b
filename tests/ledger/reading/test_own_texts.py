"""Own articles with facts of the field: what must be found, linked, flagged and left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from allanite.ledger.reading.batch import read_documents
from allanite.ledger.reading.candidates import Candidate, Reading
from allanite.ledger.reading.document import Document
from allanite.ledger.reading.record import Record

# text, topic, quantity, unit, date named
MUST_BE_FOUND = [
    ("alliance.txt", "signing", "2025-10-20", "date", "2025-10-20"),
    ("alliance.txt", "package", ">=1", "bn dollars", "2026-04-21"),
    ("alliance.txt", "package", "8.5", "bn USD", "2026-04-21"),
    ("alliance.txt", "deadline", "2026-04-21", "date", "2026-04-21"),
    ("alliance.txt", "permitting", "", "", ""),
    ("alliance.txt", "fair_competition", "", "", ""),
    ("alliance.txt", "response_group", "", "", ""),
    ("alliance.txt", "binding_force", "", "", ""),
    ("alliance.txt", "output", "100", "t/yr", ""),
    ("alliance.txt", "processed_share", "~98.9", "%", ""),
    ("controls.html", "export_control", "5", "element", "2025-10-09"),
    ("controls.html", "threshold", ">=0.1", "% value", ""),
    ("controls.html", "foreign_reach", "", "", ""),
    ("doubtful.txt", "site_count", "3", "mine", ""),
    ("doubtful.txt", "package", "550", "bn USD", "2025"),
    ("market.txt", "price", "700-1000", "dollars/kg", "2025-05"),
    ("market.txt", "trade_flow", "5774", "t", "2025-09"),
    ("market.txt", "price", "110", "USD/kg", "2038"),
    ("market.txt", "stock_cover", "180", "d", ""),
    ("market.txt", "processed_share", "~40", "%", "2024"),
    ("market.txt", "start", "2027", "year", "2027"),
    ("market.txt", "output", "1.2", "kt/yr", ""),
]


@pytest.mark.parametrize(("name", "topic", "quantity", "unit", "day"), MUST_BE_FOUND)
def test_facts_are_found_with_quantity_unit_and_date(
    read_own: Callable[[str], Reading], name: str, topic: str, quantity: str, unit: str, day: str
) -> None:
    found = [(c.topic, c.quantity, c.unit, c.event_date) for c in read_own(name).in_field]
    assert (topic, quantity, unit, day) in found


def _one(reading: Reading, topic: str) -> Candidate:
    (candidate,) = [c for c in reading.in_field if c.topic == topic]
    return candidate


def _targets(candidate: Candidate, kind: str) -> list[str]:
    return [link.target for link in candidate.links if link.kind == kind]


def test_controls_are_found_by_number_and_by_the_elements_named(
    read_own: Callable[[str], Reading],
) -> None:
    reading = read_own("controls.html")
    assert _targets(_one(reading, "threshold"), "control") == ["CN-2025-61"]
    named = _one(reading, "export_control")
    assert _targets(named, "control")[0] == "CN-2025-57"
    assert {"Ho", "Er", "Tm", "Eu", "Yb"} <= set(named.materials)


def test_sums_and_deadlines_lead_to_the_provision_that_promises_them(
    read_own: Callable[[str], Reading],
) -> None:
    reading = read_own("alliance.txt")
    assert "US-AU-FW-2025 AU1" in _targets(_one(reading, "deadline"), "provision")
    left_out = {(o.provision_id, o.kind) for o in reading.omissions}
    assert left_out == {("AU4", "provision")}


def test_what_the_record_cannot_hold_beside_contradicts_it(
    read_own: Callable[[str], Reading],
) -> None:
    reading = read_own("doubtful.txt")
    flags = {c.topic: c.flag for c in reading.in_field}
    assert flags == {
        "signing": "contradicts",
        "processed_share": "contradicts",
        "site_count": "contradicts",
        "package": "known",
        "agreed_on": "known",
    }


def test_a_place_that_is_not_the_agreements_contradicts_it(
    read_words: Callable[..., Reading],
) -> None:
    text = "The US and Japan signed the framework on critical minerals in {}."
    assert _one(read_words(text.format("Tokyo")), "signing").flag == "known"
    assert _one(read_words(text.format("Beijing")), "signing").flag == "contradicts"


def test_both_days_of_the_signature_are_right(read_words: Callable[..., Reading]) -> None:
    """28 October in Tokyo is 27 October in Washington."""
    text = "The US and Japan signed the framework on critical minerals on {} October 2025."
    flags = {day: _one(read_words(text.format(day)), "signing").flag for day in (26, 27, 28, 29)}
    assert flags == {26: "contradicts", 27: "known", 28: "known", 29: "contradicts"}


def test_shares_of_other_stages_and_materials_contradict_nothing(
    read_words: Callable[..., Reading],
) -> None:
    for text in (
        "China mines 60 per cent of the world's rare earths.",
        "China processes 60 per cent of the world's lithium.",
        "Australia processes 5 per cent of the world's rare earths.",
    ):
        (candidate,) = read_words(text).in_field
        assert candidate.flag == "new", text


def test_politics_is_out_of_the_field_with_its_reason(read_own: Callable[[str], Reading]) -> None:
    reading = read_own("politics.txt")
    assert reading.in_field == ()
    assert all(c.reason for c in reading.outside)
    assert {c.topic for c in reading.outside} == {"office", "defence", "gifts", "sport"}


def test_talks_are_of_the_field_only_between_issuers_of_controls(
    read_words: Callable[..., Reading],
) -> None:
    assert _one(read_words("Trump plans to meet Xi Jinping on Thursday."), "talks")
    assert read_words("Trump plans to meet business leaders in Japan.").in_field == ()


def test_a_pointer_gives_address_and_day(read_own: Callable[[str], Reading]) -> None:
    document = read_own("source.yaml").document
    assert (document.address, document.publisher) == (
        "https://news.example/alliance",
        "Example Wire",
    )
    assert document.day == date(2025, 10, 21)


def test_the_same_sentence_in_two_texts_is_marked_once(record: Record) -> None:
    text = "China refines 98 per cent of the world's gallium."
    other = "China now refines 98 per cent of world gallium."
    days = date(2025, 10, 28)
    readings = read_documents(
        [Document(name=n, text=t, day=days) for n, t in (("a", text), ("b", other))], record
    )
    assert readings[0].in_field[0].repeats == ""
    assert readings[1].in_field[0].repeats == "1-01"


def test_processes_change_nothing(record: Record) -> None:
    documents = [
        Document(
            name=f"{i}", text=f"China refines {i} per cent of gallium.", day=date(2025, 10, 28)
        )
        for i in range(120)
    ]
    assert read_documents(documents, record, 2) == read_documents(documents, record, 1)


def test_words_that_deny_are_told_to_the_reader(read_words: Callable[..., Reading]) -> None:
    (denied,) = read_words("China does not refine 98 per cent of the world's gallium.").in_field
    (said,) = read_words("China refines 98 per cent of the world's gallium.").in_field
    assert "denial" in denied.note
    assert said.note == ""


def test_figures_of_a_long_list_are_counted_not_told(read_words: Callable[..., Reading]) -> None:
    text = "China refines gallium: " + ", ".join(f"{n} tonnes" for n in range(1, 31))
    reading = read_words(text)
    assert len(reading.in_field) + reading.left_out == 30
    assert reading.left_out == 18


def test_a_change_is_no_share_and_a_bank_no_ban(read_words: Callable[..., Reading]) -> None:
    """A fall of 8 per cent must not stand beside a share of 91 per cent."""
    change = read_words("China's exports of rare earths fell by 8 per cent in May.").in_field
    assert [(c.topic, c.unit, c.flag) for c in change] == [("change", "% change", "new")]
    bank = read_words("The Export-Import Bank lends $10 billion to Project Vault.").in_field
    assert [c.topic for c in bank] == ["package"]


def test_a_capital_stands_for_its_state_unless_something_happens_there(
    read_words: Callable[..., Reading],
) -> None:
    (acts,) = read_words("Beijing widened its export controls on gallium.").in_field
    (there,) = read_words("Firms in Beijing fear export controls on gallium.").in_field
    assert (acts.regions, there.regions) == (("CHN",), ())
