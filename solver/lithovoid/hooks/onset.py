"""The onset of nucleation in time: a rate that grows by orders of magnitude within few steps."""

import math
from typing import Any

RESOLVED = 0.3
"""Steps of this share of the time in which the rate grows e-fold: the logarithmic mean of the rate
is then exact to a per mille where its growth slows down."""

MATTERS = 0.01
"""Share of the events waited for below which what the next e-folding adds does not count."""


class Onset:
    """Watches how fast a rate of events grows; limits steps where their number depends on it."""

    def __init__(self) -> None:
        self._growth_time = math.inf

    def watch(self, dt: float, before: float, after: float) -> None:
        """A step of `dt` seconds took the rate from `before` to `after` [1/s]."""
        rises = after > before > 0.0
        self._growth_time = dt / _log_ratio(after, before) if rises else math.inf

    def limit_dt(self, rate: float, wait: float) -> float:
        """Longest step [s] at the present `rate` [1/s], with `wait` events to come."""
        if rate <= 0.0 or math.isinf(self._growth_time):
            return math.inf
        matters = MATTERS * wait / self._growth_time
        return self._growth_time * max(RESOLVED, _log_ratio(matters, rate))

    def state_dict(self) -> dict[str, Any]:
        return {"growth_time": self._growth_time}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._growth_time = state["growth_time"]


def growing_mean(start: float, end: float) -> float:
    """Mean of a rate that runs exponentially from `start` to `end` (logarithmic mean).

    The arithmetic mean where it starts from nothing or hardly changes.
    """
    if min(start, end) <= 0.0 or abs(end - start) < 1e-6 * end:
        return 0.5 * (start + end)
    return (end - start) / _log_ratio(end, start)


def _log_ratio(one: float, other: float) -> float:
    """ln(one / other), also where the quotient leaves the floats: rates begin at 1e-320."""
    return math.log(one) - math.log(other)
