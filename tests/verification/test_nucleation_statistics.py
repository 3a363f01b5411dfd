"""The nucleation hook against the theory of Poisson processes, on frozen fields.

Every statistical test has at least 10^4 draws at fixed seeds and asks for p > 0.01.
"""

import numpy as np
import pytest
from frozen_interface import LENGTHS, RATES, FrozenInterface, Process
from results import STATISTICS, Case
from scipy import stats

from lithovoid.hooks.nucleation import SMALLEST_WAIT, PoissonClock, _point_in_facet

DRAWS = 10_000
LEAST_P = 0.01


def events() -> Case:
    return Case(
        "Events of the nucleation hook",
        STATISTICS,
        source="Inhomogeneous Poisson process on frozen fields, 10 000 draws at fixed seeds.",
    )


def report(p_values: dict[str, float]) -> None:
    """Hold the p-values of tests of significance to their limit."""
    with events() as case:
        for what, p in p_values.items():
            case.bound(f"p-value: {what}", p, at_least=LEAST_P)


def first_time(seed: int, rate: float) -> float:
    """Time of the first event, approached by the steps that the hook asks for."""
    process = Process(FrozenInterface(rate), seed)
    while not process.hook.nuclei:
        limit = process.limit()
        # the hook's shortest steps would round early events up to its smallest wait
        process.step(limit if limit * rate > 1.01 * SMALLEST_WAIT else 2e-4 / rate)
    return process.hook.nuclei[0].time


def test_first_times_are_exponential() -> None:
    times = [first_time(seed, rate=0.25) for seed in range(DRAWS)]
    p = stats.kstest(times, stats.expon(scale=4.0).cdf).pvalue
    report({"first times exponential (Kolmogorov-Smirnov)": p})


def test_intervals_of_one_process_are_exponential_and_independent() -> None:
    clock = PoissonClock(seed=7)
    arrivals = np.empty(DRAWS)
    for k in range(DRAWS):
        arrivals[k] = clock.arrival
        clock.next()
    intervals = np.diff(arrivals, prepend=0.0)
    p = stats.kstest(intervals, stats.expon.cdf).pvalue
    correlation = stats.pearsonr(intervals[1:], intervals[:-1]).pvalue
    report({"intervals exponential (K-S)": p, "intervals uncorrelated": correlation})


def test_a_rising_rate_gives_the_inhomogeneous_process() -> None:
    """A rate that grows as t has P(first event later than t) = exp(-t^2/2)."""
    times = []
    for seed in range(DRAWS // 10, 11 * DRAWS // 10):
        interface = FrozenInterface()
        per_second = interface.v.copy()
        interface.v = 0.0 * per_second
        process = Process(interface, seed)
        while not process.hook.nuclei:
            dt = 0.05
            interface.v = (process.clock.time + dt) * per_second
            process.step(dt)
        # anywhere in the last step
        times.append(process.clock.time - dt * np.random.default_rng(seed).random())
    p = stats.kstest(times, stats.rayleigh.cdf).pvalue
    report({"first times under a rate that rises linearly (K-S)": p})


@pytest.mark.parametrize("steps", [1, 7])
def test_counts_are_poisson(steps: int) -> None:
    mean, rate = 3.0, 0.5
    counts = np.empty(DRAWS, dtype=int)
    for seed in range(DRAWS):
        process = Process(FrozenInterface(rate), seed)
        record = [*process.steps(mean / rate / steps, steps)][-1]
        counts[seed] = record.nuclei
    assert record.expected_nuclei == pytest.approx(mean, rel=1e-12)
    observed = np.bincount(np.minimum(counts, 10), minlength=11)
    expected = DRAWS * stats.poisson(mean).pmf(np.arange(11))
    expected[-1] = DRAWS - expected[:-1].sum()
    p = stats.chisquare(observed, expected).pvalue
    report({f"counts Poisson, {steps} steps (chi-square)": p})


def test_positions_follow_the_rate_and_are_uniform_within_a_facet() -> None:
    process = Process(FrozenInterface(), seed=11)
    process.step(1.2 * DRAWS)
    x = process.positions()
    assert len(x) > DRAWS
    edges = np.concatenate([[0.0], np.cumsum(LENGTHS)])
    facets = np.searchsorted(edges, x) - 1
    observed = np.bincount(facets, minlength=len(LENGTHS))
    share = RATES * LENGTHS / (RATES * LENGTHS).sum()
    assert observed[share == 0] == 0
    possible = share > 0
    among = stats.chisquare(observed[possible], len(x) * share[possible]).pvalue
    places = (x - edges[facets]) / LENGTHS[facets]
    within = stats.kstest(places, stats.uniform.cdf).pvalue
    report({"facets by their rate (chi-square)": among, "uniform within facets (K-S)": within})


@pytest.mark.parametrize("split", [10, 1000])
def test_splitting_steps_gives_the_same_events(split: int) -> None:
    whole, parts = (Process(FrozenInterface(), seed=5) for _ in range(2))
    list(whole.steps(2.0, 20))
    list(parts.steps(2.0 / split, 20 * split))
    assert len(whole.hook.nuclei) == len(parts.hook.nuclei) > 20
    shift = np.abs(parts.positions() / whole.positions() - 1).max()
    with events() as case:
        what = f"{len(whole.hook.nuclei)} events after steps split by {split}: positions moved"
        case.bound(what, shift, at_most=1e-12)
    for a, b in zip(whole.hook.nuclei, parts.hook.nuclei, strict=True):
        assert a.key == b.key
        assert -1e-9 < a.time - b.time < 2.0


def test_points_of_a_triangle_are_uniform() -> None:
    corners = np.array([[0.0, 0, 1], [2, 0, 1], [0, 2, 1]])
    uniforms = np.random.default_rng(0).random((DRAWS, 3))
    points = np.array([_point_in_facet(corners, list(u)) for u in uniforms])
    assert (points[:, 2] == 1).all()
    assert (points[:, 0] + points[:, 1] <= 2 + 1e-12).all()
    # the share of the area with x < s is 1 - (1 - s/2)^2
    first, second = (stats.kstest(x, lambda s: 1 - (1 - s / 2) ** 2).pvalue for x in points.T[:2])
    report({"uniform in a triangle, x (K-S)": first, "uniform in a triangle, y (K-S)": second})
