"""The nucleation hook against the theory of Poisson processes, on frozen fields.

Every statistical test has at least 10^4 draws at fixed seeds and asks for p > 0.01.
"""

import numpy as np
import pytest
from frozen_interface import LENGTHS, RATES, FrozenInterface, Process, Seeder
from scipy import stats

from lithovoid.hooks.nucleation import SMALLEST_WAIT, PoissonClock, _point_in_facet

DRAWS = 10_000
LEAST_P = 0.01


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
    assert stats.kstest(times, stats.expon(scale=4.0).cdf).pvalue > LEAST_P


def test_intervals_of_one_process_are_exponential_and_independent() -> None:
    clock = PoissonClock(seed=7)
    arrivals = np.empty(DRAWS)
    for k in range(DRAWS):
        arrivals[k] = clock.arrival
        clock.next()
    intervals = np.diff(arrivals, prepend=0.0)
    assert stats.kstest(intervals, stats.expon.cdf).pvalue > LEAST_P
    assert stats.pearsonr(intervals[1:], intervals[:-1]).pvalue > LEAST_P


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
    assert stats.kstest(times, stats.rayleigh.cdf).pvalue > LEAST_P


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
    assert stats.chisquare(observed, expected).pvalue > LEAST_P


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
    assert stats.chisquare(observed[possible], len(x) * share[possible]).pvalue > LEAST_P
    within = (x - edges[facets]) / LENGTHS[facets]
    assert stats.kstest(within, stats.uniform.cdf).pvalue > LEAST_P


@pytest.mark.parametrize("split", [10, 1000])
def test_splitting_steps_gives_the_same_events(split: int) -> None:
    whole, parts = (Process(FrozenInterface(), seed=5) for _ in range(2))
    list(whole.steps(2.0, 20))
    list(parts.steps(2.0 / split, 20 * split))
    assert len(whole.hook.nuclei) == len(parts.hook.nuclei) > 20
    np.testing.assert_allclose(whole.positions(), parts.positions(), rtol=1e-12)
    for a, b in zip(whole.hook.nuclei, parts.hook.nuclei, strict=True):
        assert a.key == b.key
        assert -1e-9 < a.time - b.time < 2.0


def test_the_same_seed_repeats_and_another_does_not() -> None:
    runs = [Process(FrozenInterface(), seed) for seed in (3, 3, 4)]
    for process in runs:
        process.step(50.0)
    first, again, other = (process.positions() for process in runs)
    np.testing.assert_array_equal(first, again)
    assert not np.isin(other, first).any()


def test_steps_end_at_events() -> None:
    process = Process(FrozenInterface(rate=0.1), seed=0)
    longest = SMALLEST_WAIT / 0.1
    for _ in range(30):
        before = len(process.hook.nuclei)
        process.step(process.limit())
        assert len(process.hook.nuclei) > before or process.limit() <= longest * (1 + 1e-9)
    assert len(process.hook.nuclei) >= 28


def test_without_a_rate_there_is_no_limit_and_no_event() -> None:
    process = Process(FrozenInterface(rate=0.0), seed=0)
    assert process.limit() == float("inf")
    assert process.step(1e9).nuclei == 0


def test_no_nucleus_in_or_near_a_void() -> None:
    """A void on the facet of 1.75 to 3.75 um; 1.5 um around its midpoint are out of bounds."""
    interface = FrozenInterface()
    interface.phi = np.array([0.0, 0.0, 0.0, 0.9, 0.02, 0.0])
    process = Process(interface, seed=2, exclusion=1.5)
    process.step(100.0)
    # midpoints 0.25, 1.0, 1.625, 2.75, 4.25 um: facet 2 is too near, facets 3 and 4 not intact
    assert process.positions().size > 20
    assert process.positions().max() <= 1.5


def test_rejected_seeds_are_events_but_not_voids() -> None:
    process = Process(FrozenInterface(), seed=2, seeder=Seeder(accepts=False))
    record = process.step(30.0)
    assert len(process.hook.nuclei) > 10
    assert record.nuclei == 0
    assert process.hook.accepted == []


def test_seeds_sit_where_the_seeder_puts_them() -> None:
    process = Process(FrozenInterface(), seed=2)
    process.step(30.0)
    centres = np.array(process.seeder.centres)
    np.testing.assert_array_equal(centres[:, 0], process.positions())
    np.testing.assert_allclose(centres[:, 1], 0.2)


def test_points_of_a_triangle_are_uniform() -> None:
    corners = np.array([[0.0, 0, 1], [2, 0, 1], [0, 2, 1]])
    uniforms = np.random.default_rng(0).random((DRAWS, 3))
    points = np.array([_point_in_facet(corners, list(u)) for u in uniforms])
    assert (points[:, 2] == 1).all()
    assert (points[:, 0] + points[:, 1] <= 2 + 1e-12).all()
    # the share of the area with x < s is 1 - (1 - s/2)^2
    assert stats.kstest(points[:, 0], lambda s: 1 - (1 - s / 2) ** 2).pvalue > LEAST_P
    assert stats.kstest(points[:, 1], lambda s: 1 - (1 - s / 2) ** 2).pvalue > LEAST_P
