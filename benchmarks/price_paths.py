"""Time and memory of simulated oxide prices, against a plain loop over paths and months.

    python benchmarks/price_paths.py [--paths N] [--months T] [--peer-paths N] [--quick]

The peer draws the same process, parameters and premium with the standard library, one path, one
month, one oxide at a time. Means of log prices of both are compared. `--quick` calibrates on few
rounds; the simulation is the same.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import time
from datetime import date

import numpy as np

from allanite import load_release
from allanite.conditions.prices.calibrate import ROUNDS, calibrate
from allanite.conditions.prices.dynamics import SPIKE_LIMIT, monthly_chance
from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.outside import APPROACH, LIMIT, SPELL_SPREAD, load_premiums
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import load_quotes

START = date(2027, 1, 1)


def plain_path(model: PriceModel, draw: int, months: int) -> tuple[list[list[float]], float]:
    """Log prices by month, and the sum of log premiums, in plain Python."""
    p, s, o = model.parameters, model.state, model.outside
    kept = math.exp(-p.reversion[draw] / 12)
    sd = math.sqrt((1 - kept**2) / (2 * p.reversion[draw]))
    own_kept = math.exp(-p.own_reversion[draw] / 12)
    own_sd = math.sqrt((1 - own_kept**2) / (2 * p.own_reversion[draw]))
    spike_kept = math.exp(-p.spike_decay[draw] / 12)
    jump_chance = 1 - (1 - p.jump_chance[draw]) ** (1 / 3)
    entry, leave = (float(x) for x in monthly_chance(p.entry[draw], p.leave[draw]))
    own = [p.own[draw, e] * own_sd for e in range(len(OXIDES))]
    level = [float(x) for x in s.level[draw]]
    common, spike, glut = float(s.common[draw]), float(s.spike[draw]), float(s.glut[draw])
    dumping, biting = s.dumping[draw] > 0, s.biting

    def aim(spread: float, light: bool) -> list[float]:
        return [
            min(
                (o.size[draw, e] if light or o.always[e] else o.uncovered[draw]) * spread,
                LIMIT - o.calm[draw],
            )
            for e in range(len(OXIDES))
        ]

    target = aim(1.0, False) if biting else [0.0] * len(OXIDES)
    premium, premiums, found = list(target), 0.0, []
    ahead = 12 * (START.year - 2007) + START.month - 1 - s.month
    for month in range(ahead - 1 + months):
        common = common * kept + sd * random.gauss(0, 1)
        spike *= spike_kept
        if random.random() < jump_chance:
            spike = min(spike + random.expovariate(1), SPIKE_LIMIT)
        if random.random() < (leave if dumping else entry):
            dumping = not dumping
        glut += (1 - kept) * (dumping - glut)
        if random.random() < (o.leave[draw] if biting else o.entry[draw]):
            biting = not biting
            spread = math.exp(SPELL_SPREAD * random.gauss(0, 1))
            light = random.random() < o.light_chance[draw]
            target = aim(spread, light) if biting else [0.0] * len(OXIDES)
        row = []
        for e in range(len(OXIDES)):
            level[e] = level[e] * own_kept + own[e] * random.gauss(0, 1)
            log_price = p.mean[draw, e] + p.common_load[draw, e] * common + level[e]
            log_price += p.jump_load[draw, e] * spike - p.dumping_load[draw, e] * glut
            premium[e] += (1 - math.exp(-APPROACH / 12)) * (target[e] - premium[e])
            row.append(min(log_price, model.limit[e]))
            premiums += premium[e] + o.calm[draw] if month >= ahead - 1 else 0.0
        if month >= ahead - 1:
            found.append(row)
    return found, premiums


def main() -> None:
    """Calibrate, simulate, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=180)
    parser.add_argument("--peer-paths", type=int, default=300)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    release = load_release()
    quotes, premiums = load_quotes(release), load_premiums(release)
    start, cpu = time.perf_counter(), time.process_time()
    model = calibrate(quotes, 1, premiums, 21 if asked.quick else ROUNDS).model
    print(
        f"calibrate on {len(quotes.quotes)} quotes: {time.perf_counter() - start:.1f} s,"
        f" {time.process_time() - cpu:.1f} s of processor"
    )
    ours = {}
    for workers in (1, 2):
        start, total, count = time.perf_counter(), np.zeros(2), 0
        for block in model.simulate(1, asked.paths, asked.months, START, workers=workers):
            total[0] += float(np.log(block.price[:, -1]).mean()) * len(block.price)
            total[1] += float(np.log(block.outside[:, -1]).mean()) * len(block.price)
            count += len(block.price)
        ours[workers] = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{count} paths x {asked.months} months x {len(OXIDES)} oxides, {workers} workers:"
            f" {ours[workers]:.2f} s, peak {peak:.0f} MiB of the process"
        )
    random.seed(1)
    start = time.perf_counter()
    peer = [
        plain_path(model, i % model.draws, asked.months)[0][-1] for i in range(asked.peer_paths)
    ]
    seconds = time.perf_counter() - start
    per_path = seconds / asked.peer_paths
    values = np.array(peer).mean(axis=1)
    print(
        f"plain loop: {asked.peer_paths} paths in {seconds:.1f} s, {per_path * 1e3:.2f} ms a path;"
        f" ours {ours[1] / asked.paths * 1e3:.4f} ms in one thread:"
        f" {per_path * asked.paths / ours[1]:.0f} times, {per_path * asked.paths / ours[2]:.0f}"
        " times in two"
    )
    print(
        f"mean log price of the last month: ours {total[0] / count:.3f}, loop {values.mean():.3f}"
        f" +- {values.std() / math.sqrt(len(values)):.3f}"
    )


if __name__ == "__main__":
    main()
