"""Whether chains agree: split R-hat and effective size, of any array of draws."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from allanite.axis import FloatArray


def rank_normal(draws: FloatArray) -> FloatArray:
    """Normal scores of the ranks of all draws together, shape (C, R).

    Source: Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16, eq. 14.
    """
    ranks = rankdata(draws, method="average").reshape(draws.shape)
    return np.asarray(ndtri((ranks - 0.375) / (draws.size + 0.25)))


def split_r_hat(draws: FloatArray) -> float:
    """Ratio of the spread of all halves of chains to the spread within them; 1 is agreement.

    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd edition, section 11.4, of ranks.

    Args:
        draws: one quantity, shape (C, R), R even or the first is left out.
    """
    halves = _halves(rank_normal(draws))
    within = halves.var(axis=1, ddof=1).mean()
    between = halves.shape[1] * halves.mean(axis=1).var(ddof=1)
    if within <= 0:
        return 1.0
    length = halves.shape[1]
    return float(np.sqrt((length - 1) / length + between / (length * within)))


def effective_size(draws: FloatArray) -> float:
    """Number of independent draws that say as much, by Geyer's sum of paired autocorrelations.

    Source: Gelman et al. (2013), section 11.5; Geyer (1992), Statistical Science 7.

    Args:
        draws: one quantity, shape (C, R).
    """
    halves = _halves(rank_normal(draws))
    chains, length = halves.shape
    about = halves - halves.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(about, 2 * length, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, axis=1)[:, :length].mean(axis=0) / length
    within = covariance[0] * length / (length - 1)
    total = within * (length - 1) / length + halves.mean(axis=1).var(ddof=1)
    if total <= 0:
        return float(chains * length)
    correlation = 1 - (within - covariance) / total
    pairs = correlation[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    stop = int(np.argmax(pairs < 0)) if (pairs < 0).any() else pairs.size
    kept = np.minimum.accumulate(pairs[:stop])
    return float(min(chains * length / max(2 * kept.sum() - 1, 1e-12), chains * length))


def _halves(draws: FloatArray) -> FloatArray:
    """First and second half of each chain as chains, shape (2 C, R / 2)."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, -2 * half : -half], draws[:, -half:]])
