"""What a plan decides on, as frozen arrays: plants, options, goods, stocks, terms.

Amounts are in tonnes, money in million USD of 2025; everything is per quarter inside a
programme and per year here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.conditions.horizon import Horizon
from allanite.studies.plan.contracts import PlanContracts
from allanite.studies.plan.pooled import PooledNetwork
from allanite.studies.plan.uses import Uses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plants:
    """What limits processes. G plants, N processes.

    At each plant: sum over processes of weight x activity <= size + what options add.

    Attributes:
        processes: labels of the processes; labels: of the plants.
        weight: sparse (G, N) [size per t/yr]; size: what exists, shape (G,), in its own measure.
        alone: processes that a rate of their own limits, besides what they share with others,
            positions; alone_rate: that rate, shape (A,) [t/yr].
        running_cost: of each process, shape (N,) [USD/t].
    """

    processes: Axis
    labels: Axis
    weight: csr_array
    size: FloatArray
    alone: IntArray
    alone_rate: FloatArray
    running_cost: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Options:
    """What can be decided now. O options, J projects, G plants.

    An option is one project in one variant from one start. What is under construction stands
    here too, as decided (`is_committed`), so that delays reach it in the same way.

    Attributes:
        labels: `PROJECT, variant, start`.
        projects: ids of the projects, J of them; project: position of each option's, (O,).
        variant: in words, (O,); start: period in which it is decided, shape (O,).
        permit, build: periods until the permit, and from then until the start of output, (O,).
        ramp: periods from the start of output to nameplate, (O,).
        addition: nameplate, sparse (G, O), in the measure of each plant.
        capital: cash that a whole one takes, shape (O,) [million USD].
        present_cost: what it costs within the horizon, capital as an annuity over its life and
            permits at once, discounted, shape (O,) [million USD].
        payer: region code or `both`, shape (O,).
        is_committed, is_lumpy: shape (O,); lumpy ones are built whole or not at all.
        is_sure: shape (O,): neither delayed nor failing, such as an offtake contract.
        access: most that can be built of each, shape (O,) [1]; None for all of it.
        contracts: those that some of the options bring; None without any.
    """

    labels: Axis
    projects: Axis
    project: IntArray
    variant: tuple[str, ...]
    start: IntArray
    permit: FloatArray
    build: FloatArray
    ramp: FloatArray
    addition: csc_array
    capital: FloatArray
    present_cost: FloatArray
    payer: tuple[str, ...]
    is_committed: BoolArray
    is_lumpy: BoolArray
    is_sure: BoolArray
    access: FloatArray | None = None
    contracts: PlanContracts | None = None

    @property
    def most(self) -> FloatArray:
        """Most that can be built of each, shape (O,) [1]."""
        return np.ones(self.project.size) if self.access is None else self.access

    @property
    def failure_factor(self) -> FloatArray:
        """Share of the failures of its project that each option leaves, shape (O,) [1]."""
        found = np.ones(self.project.size)
        if self.contracts is not None:
            found[self.contracts.option] = self.contracts.failure_factor
        return found

    def lateness(
        self,
        delay: FloatArray,
        failure_draw: FloatArray | None = None,
        lasting_delay: FloatArray | None = None,
    ) -> FloatArray:
        """How late each option is [periods], shape (O,); NaN where it fails for good.

        Args:
            delay: of each project [periods], shape (J,); NaN where it fails for good.
            failure_draw: of each, shape (J,) [1]: it fails where this is below the share of
                failures that an option leaves; None where nothing but the delay is known.
            lasting_delay: of each where it does not fail [periods], shape (J,).
        """
        late = delay[self.project]
        if failure_draw is not None and lasting_delay is not None:
            saved = np.isnan(late) & (failure_draw[self.project] >= self.failure_factor)
            late = np.where(saved, lasting_delay[self.project], late)
        return np.where(self.is_sure, 0.0, late)

    def online_share(self, late: FloatArray, periods: int) -> FloatArray:
        """Share of nameplate that can run in each period, shape (P, O) [1].

        Args:
            late: how late each option is [periods], shape (O,); NaN where it fails for good.
            periods: number of periods P.
        """
        begin = self.start + self.permit + self.build + late
        middle = np.arange(periods)[:, None] + 0.5
        ramp = np.maximum(self.ramp, 1e-9)
        share = np.clip((middle - begin) / ramp, 0.0, 1.0)
        return np.asarray(np.where(np.isnan(late), 0.0, share))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Goods:
    """Prices and markets at the nodes. U nodes, I imports.

    Attributes:
        price: normal, shape (U,) [USD/t].
        sale_price: what a tonne that partners do not need brings, shape (U,) [USD/t].
        sale_rate: most that the market takes, shape (U,) [t/yr]; inf where nothing limits it.
        import_price: shape (I,) [USD/t].
        import_rate: contract rights in a normal year of the base demand, shape (I,) [t/yr].
        chain: mineral chain of each node, shape (U,).
        sold: nodes that have a market, shape (W,); None for those with a price and a limit.
        growth_rate: uses by which rights grow, shape (D,) [t/yr]; None for the uses decided on.
    """

    price: FloatArray
    sale_price: FloatArray
    sale_rate: FloatArray
    import_price: FloatArray
    import_rate: FloatArray
    chain: tuple[str, ...]
    sold: IntArray | None = None
    growth_rate: FloatArray | None = None

    @property
    def sale_node(self) -> IntArray:
        """Nodes that have a market, shape (W,)."""
        if self.sold is not None:
            return self.sold
        return np.flatnonzero((self.sale_rate > 0) & (self.sale_price > 0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stockroom:
    """Stocks that exist, and those that can be built up. K stocks, Y years of purchase.

    Attributes:
        labels: holder and node.
        holder, form: shape (K,); payer: region code, shape (K,).
        node: shape (K,).
        initial_amount: shape (K,) [t]; at most that much is refilled.
        release_rate: most that may leave, shape (K,) [t/yr].
        purchase_rate: most that may be bought, shape (K,) [t/yr]; 0 where none is.
        market_rate: the market it is bought on, shape (K,) [t/yr].
        impact: rise of the price per share of that market bought, shape (K,) [1].
        holding_cost: of the value, shape (K,) [1/yr]; loss: of the amount, shape (K,) [1/yr].
        purchase_period: first period of each year of purchase, shape (Y,); periods_a_year: its
            length.
        buyable: stocks that can be bought for, shape (K,); None for those with a limit.
    """

    labels: Axis
    holder: tuple[str, ...]
    form: tuple[str, ...]
    payer: tuple[str, ...]
    node: IntArray
    initial_amount: FloatArray
    release_rate: FloatArray
    purchase_rate: FloatArray
    market_rate: FloatArray
    impact: FloatArray
    holding_cost: FloatArray
    loss: FloatArray
    purchase_period: IntArray
    periods_a_year: int
    buyable: BoolArray | None = None

    @property
    def is_bought(self) -> BoolArray:
        """Whether each stock can be bought for, shape (K,)."""
        return self.purchase_rate > 0 if self.buyable is None else self.buyable

    @property
    def bought(self) -> IntArray:
        """Stocks that can be bought for, positions."""
        return np.flatnonzero(self.is_bought)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Terms of the reckoning; each is an assumption of the release or the case.

    Attributes:
        discount_rate: real [1/yr]; asset_life: of a plant [yr].
        import_headroom: what contracts let the partners take above their normal share [1].
        salvage_share: what stock is worth at the end, of its normal price [1].
        grade_swing: most of one grade that a plant makes, over its share in the data [1].
        payment_weight: what a million USD that a contract pays costs the partners [1].
    """

    discount_rate: float
    asset_life: float
    import_headroom: float
    salvage_share: float
    grade_swing: float
    payment_weight: float = 1.0

    def discount(self, horizon: Horizon) -> FloatArray:
        """Present worth of a million USD in the middle of each period, shape (P,) [1]."""
        middle = horizon.step * (np.arange(horizon.count) + 0.5)
        return np.asarray((1.0 + self.discount_rate) ** -middle, dtype=np.float64)

    @property
    def annuity(self) -> float:
        """Yearly payment that pays one million USD back over the life of a plant [1/yr]."""
        rate = self.discount_rate
        return 1 / self.asset_life if rate == 0 else rate / (1 - (1 + rate) ** -self.asset_life)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanWorld:
    """Everything a node's programme reads that no scenario changes.

    Attributes:
        horizon, pooled, uses, plants, options, goods, stocks, terms, partners: as named.
        exposed: processes that an outage may stop, shape (N,); None for all.
    """

    horizon: Horizon
    pooled: PooledNetwork
    uses: Uses
    plants: Plants
    options: Options
    goods: Goods
    stocks: Stockroom
    terms: Terms
    partners: tuple[str, ...]
    exposed: BoolArray | None = None
