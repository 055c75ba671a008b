"""What holds of shares for any owners: bounds, order, knowledge, and an iterative oracle."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.law.parties.index import answer
from allanite.law.parties.names import fold
from allanite.law.parties.shares import Holdings, control_chain, multiplied_through

FIRMS = 6
READINGS = (multiplied_through, control_chain)


@st.composite
def cases(draw):
    """Firms with loops and intervals, columns of certain shares at most 1, and listed firms."""
    parts = draw(
        st.lists(
            st.lists(st.integers(0, 20), min_size=FIRMS + 1, max_size=FIRMS + 1),
            min_size=FIRMS,
            max_size=FIRMS,
        )
    )
    low = np.array(parts, dtype=np.float64)
    low[low < 12] = 0.0  # most pairs hold nothing of each other
    low /= np.maximum(low.sum(axis=1, keepdims=True), 1.0)
    low = low[:, :FIRMS].T.copy()  # the last part of each firm is in unknown hands
    np.fill_diagonal(low, 0.0)
    more = np.array(draw(st.lists(st.sampled_from((0.0, 0.0, 0.2, 1.0)), min_size=36, max_size=36)))
    high = np.clip(low + more.reshape(FIRMS, FIRMS), 0.0, 1.0)
    np.fill_diagonal(high, 0.0)
    listed = np.array(draw(st.lists(st.booleans(), min_size=FIRMS, max_size=FIRMS)))
    state = np.array(draw(st.lists(st.booleans(), min_size=FIRMS, max_size=FIRMS)))
    low[:, state] = high[:, state] = 0.0
    return low, high, listed, state


def holdings(low, high, state, order=None):
    owner, held = np.nonzero(high > 0)
    if order is not None:
        owner, held = owner[order(len(owner))], held[order(len(owner))]
    return Holdings(
        owner=owner, held=held, low=low[owner, held], high=high[owner, held], is_ownerless=state
    )


@given(cases())
def test_shares_lie_between_0_and_1_and_the_bounds_in_order(case):
    low, high, listed, state = case
    for reading in READINGS:
        found = reading(holdings(low, high, state), listed)
        assert (found.low >= 0).all() and (found.high <= 1).all()
        assert (found.low <= found.named + 1e-8).all() and (found.named <= found.high + 1e-8).all()
        assert (found.low[listed] == 1).all()


@given(cases(), st.integers(0, 2**32 - 1))
def test_the_order_of_owners_is_irrelevant(case, seed):
    low, high, listed, state = case
    shuffled = holdings(low, high, state, lambda n: np.random.default_rng(seed).permutation(n))
    for reading in READINGS:
        one, other = reading(holdings(low, high, state), listed), reading(shuffled, listed)
        for name in ("low", "named", "high"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-7)


def possible(low, high, state, rng):
    """Shares inside the bounds whose columns come to at most 1, unknown hands as one more owner."""
    wish = rng.uniform(0, 1, low.shape) * (high - low)
    left = np.where(state, 0.0, 1.0 - low.sum(axis=0))
    scale = np.minimum(1.0, np.clip(left, 0, None) / np.maximum(wish.sum(axis=0), 1e-12))
    return low + wish * scale


@given(cases(), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_whatever_the_shares_turn_out_to_be_lies_within_the_bounds(case, seed):
    low, high, listed, state = case
    rng = np.random.default_rng(seed)
    exact = possible(low, high, state, rng)
    for reading in READINGS:
        wide = reading(holdings(low, high, state), listed)
        true = reading(holdings(exact, exact, state), listed).low
        assert (wide.low <= true + 1e-7).all()
        assert (true <= wide.named + 1e-7).all()


@given(cases(), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_more_knowledge_never_changes_a_decided_answer(case, seed):
    """Bounds drawn closer, and parties that may be listed found to be so or not."""
    low, high, listed, state = case
    rng = np.random.default_rng(seed)
    inner = possible(low, high, state, rng)
    closer_low, closer_high = (low + inner) / 2, (high + inner) / 2
    may_be = ~listed & (rng.uniform(size=FIRMS) < 0.3)
    shown = may_be & (rng.uniform(size=FIRMS) < 0.5)
    for reading in READINGS:
        before = reading(holdings(low, high, state), listed, may_be)
        after = reading(holdings(closer_low, closer_high, state), listed | shown)
        for i in range(FIRMS):
            told = answer(before.low[i], before.high[i], 0.5)
            if told != "unknown":
                assert answer(after.low[i], after.high[i], 0.5) == told


def slow_most(low, high, listed, state, rest, rounds=4000):
    """Highest share by repeating the best choice from nothing: slow, plain, the oracle."""
    value = listed.astype(float)
    for _ in range(rounds):
        best = np.empty(FIRMS)
        for j in range(FIRMS):
            left = 0.0 if state[j] else max(0.0, 1.0 - low[:, j].sum())
            best[j] = low[:, j] @ value
            for i in sorted(range(FIRMS), key=lambda i: -value[i]):
                if value[i] > rest:
                    take = min(high[i, j] - low[i, j], left)
                    best[j] += take * value[i]
                    left -= take
            best[j] += left * rest
        best = np.where(listed, 1.0, best)
        if np.abs(best - value).max() < 1e-12:
            break
        value = best
    return value


@given(cases())
@settings(max_examples=25, deadline=None)
def test_the_highest_share_is_that_of_the_plain_iteration(case):
    low, high, listed, state = case
    found = multiplied_through(holdings(low, high, state), listed)
    np.testing.assert_allclose(found.named, slow_most(low, high, listed, state, 0.0), atol=1e-5)
    np.testing.assert_allclose(found.high, slow_most(low, high, listed, state, 1.0), atol=1e-5)


@given(st.text(max_size=300))
def test_folding_never_fails_and_is_settled_after_one_time(name):
    folded = fold(name)
    assert folded == folded.strip()
    assert fold(folded.upper()) in {fold(folded), fold(fold(folded))}
