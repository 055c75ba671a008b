import pytest

from allanite.studies.priorities import COMPONENTS, Evidence, priority_rows, rank_priorities

EQUAL = dict.fromkeys(COMPONENTS, 1.0)

# Two partners, equal weights of 1/4. Components in the order list, reliance, risk, control.
# alpha:  A 1, 0.8, 1.0, 1 -> 0.95     B 1, 1.0, 0.6, 1 -> 0.90     joint 0.925
# beta:   A 1, 0.4, 0.2, 0 -> 0.40     B 0, 0.2, 0.2, 0 -> 0.10     joint 0.25
# gamma:  A 1, -, -, 1     -> 1.00     B 0, 0.5, -, 1   -> 0.50     joint 0.75
#         with gaps at 0: A 2/4, B 1.5/4 -> 0.4375; at 1: A 4/4, B 2.5/4 -> 0.8125


def rows():
    both = ("A", "B")
    evidence = Evidence(
        minerals=("alpha", "beta", "gamma"),
        traded_as={"gamma": "metals"},
        listed={(m, p): p == "A" or m == "alpha" for m in ("alpha", "beta", "gamma") for p in both},
        import_reliance={
            ("alpha", "A"): 0.8,
            ("alpha", "B"): 1.0,
            ("beta", "A"): 0.4,
            ("beta", "B"): 0.2,
            ("gamma", "B"): 0.5,
        },
        supply_risk={
            ("alpha", "A"): 1.0,
            ("alpha", "B"): 0.6,
            ("beta", "A"): 0.2,
            ("beta", "B"): 0.2,
        },
        control={"alpha": True, "beta": False, "gamma": True},
    )
    return {(r["mineral"], r["partner"]): r for r in priority_rows(evidence, both, EQUAL)}


def test_scores_and_ranks_by_hand():
    found = rows()
    assert found["alpha", "A"]["score"] == pytest.approx(0.95)
    assert found["alpha", "B"]["joint_score"] == pytest.approx(0.925)
    assert found["beta", "A"]["joint_score"] == pytest.approx(0.25)
    assert found["gamma", "A"]["joint_score"] == pytest.approx(0.75)
    assert [found[m, "A"]["joint_rank"] for m in ("alpha", "gamma", "beta")] == [1, 2, 3]


def test_missing_components_are_named_and_bound_the_score():
    gamma = rows()["gamma", "A"]
    assert gamma["missing"] == "import_reliance, supply_risk"
    assert (gamma["score_low"], gamma["score_high"]) == pytest.approx((0.5, 1.0))
    assert gamma["supply_risk"] is None and "A no data" in gamma["reason"]
    assert "metals as a whole" in gamma["reason"]
    # Joint 0.4375 to 0.8125: behind alpha and ahead of beta either way.
    assert (gamma["rank_best"], gamma["rank_worst"]) == (2, 2)


def test_agreement_of_the_lists():
    found = rows()
    assert found["alpha", "A"]["agreement"] == "all partners"
    assert found["beta", "B"]["agreement"] == "one partner"
    assert found["beta", "B"]["listed_by"] == "A"


def test_a_gap_that_matters_widens_the_range():
    evidence = Evidence(
        minerals=("known", "gap"),
        traded_as={},
        listed={("known", "A"): True, ("gap", "A"): True},
        import_reliance={("known", "A"): 0.5},
        supply_risk={("known", "A"): 0.5},
        control={"known": True, "gap": False},
    )
    gap = next(r for r in priority_rows(evidence, ["A"], EQUAL) if r["mineral"] == "gap")
    assert (gap["rank_best"], gap["rank_worst"], gap["joint_rank"]) == (1, 2, 2)
    assert gap["agreement"] == "the partner's list"


def test_unknown_partner_is_refused():
    from allanite.errors import UsageError

    for partners in (["USA", "ZZZ"], []):
        with pytest.raises(UsageError, match="name one or more"):
            rank_priorities(None, partners, None, year=2024)


def test_weights_count_relative_to_each_other():
    evidence = Evidence(
        minerals=("alpha",),
        traded_as={},
        listed={("alpha", "A"): True},
        import_reliance={("alpha", "A"): 0.2},
        supply_risk={},
        control={"alpha": False},
    )
    weights = {"listed": 3.0, "import_reliance": 1.0, "supply_risk": 2.0, "control": 0.0}
    (row,) = priority_rows(evidence, ["A"], weights)
    # (3 · 1 + 1 · 0.2) / 4 without the risk; with it at 1: (3.2 + 2) / 6.
    assert row["score"] == pytest.approx(0.8)
    assert row["score_high"] == pytest.approx(5.2 / 6)
