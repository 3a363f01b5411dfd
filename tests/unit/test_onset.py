"""Steps resolve a rate of nucleation that grows steeply, and no other."""

import math

import pytest

from lithovoid.hooks.onset import RESOLVED, Onset, growing_mean

GROWTH_TIME = 10.0  # s


def onset() -> Onset:
    """Return what has seen a rate grow e-fold in 10 s."""
    watched = Onset()
    watched.watch(2.0, 1.0, math.exp(2.0 / GROWTH_TIME))
    return watched


def test_the_mean_of_an_exponential_is_exact() -> None:
    assert growing_mean(1.0, math.e**2) == pytest.approx((math.e**2 - 1) / 2)
    assert growing_mean(0.0, 2.0) == 1.0
    assert growing_mean(3.0, 3.0) == 3.0


def test_a_growing_rate_limits_steps_when_events_are_near() -> None:
    assert onset().limit_dt(rate=1.0, wait=1.0) == pytest.approx(RESOLVED * GROWTH_TIME)


def test_long_before_the_events_steps_go_up_to_the_onset() -> None:
    """At 1e-12 of what counts, ln(1e12) e-foldings are left."""
    rate = 1e-14 / GROWTH_TIME
    assert onset().limit_dt(rate, wait=1.0) == pytest.approx(GROWTH_TIME * math.log(1e12))


def test_rates_at_the_end_of_the_floats_are_rates() -> None:
    """v just above its equilibrium: quotients of such rates are zero or infinite."""
    least, large = 5e-324, 1e10
    growth = math.log(large) - math.log(least)
    watched = Onset()
    watched.watch(1.0, least, large)
    assert watched.limit_dt(large, wait=1.0) == pytest.approx(RESOLVED / growth)
    watched.watch(0.1, least, 3 * least)
    assert watched.limit_dt(least, wait=1e10) > 50.0
    assert growing_mean(least, large) == pytest.approx(large / growth)


@pytest.mark.parametrize(("before", "after"), [(1.0, 1.0), (2.0, 1.0), (0.0, 1.0)])
def test_a_rate_that_does_not_grow_limits_nothing(before: float, after: float) -> None:
    watched = Onset()
    watched.watch(1.0, before, after)
    assert watched.limit_dt(rate=1.0, wait=1.0) == math.inf


def test_a_continued_run_has_the_same_limit() -> None:
    other = Onset()
    other.load_state_dict(onset().state_dict())
    assert other.limit_dt(1.0, 1.0) == onset().limit_dt(1.0, 1.0)
    assert Onset().limit_dt(1.0, 1.0) == math.inf
