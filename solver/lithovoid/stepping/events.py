"""Hit terminations instead of stepping over them: root refinement inside a step."""

from dataclasses import dataclass

from lithovoid.measure.observables import Observation
from lithovoid.stepping.protocol import Condition

AIM = 0.5
"""A refined step aims this share of the tolerance beyond the root, so that it lands inside."""


@dataclass(frozen=True)
class Refinement:
    """Outcome of looking for terminations in a step.

    `dt` is a shorter step to try where the present one overshoots, else None; `met` is the
    condition that ends the protocol step, if any.
    """

    dt: float | None = None
    met: Condition | None = None


def locate(
    conditions: list[Condition], before: Observation, after: Observation, dt: float, dt_min: float
) -> Refinement:
    """Find the first condition that the step from `before` to `after` crosses.

    Beginnings are looked at by `first_met`. The crossing is taken as linear over the step; the
    caller solves the shorter step and asks again.
    """
    crossed = [c for c in conditions if c.margin(after) <= 0.0]
    if not crossed:
        return Refinement()
    overshot = {
        c.name: _shorter(c, before, after, dt)
        for c in crossed
        if c.margin(before) > 0.0 and c.margin(after) < -c.tolerance
    }
    shortest = min(overshot.values(), default=dt)
    if shortest < dt and dt > dt_min:
        return Refinement(dt=max(shortest, dt_min))
    return Refinement(met=first_met(crossed, after))


def first_met(conditions: list[Condition], observed: Observation) -> Condition | None:
    """Return the condition that `observed` meets, that which it is farthest beyond; or None."""
    met = [c for c in conditions if c.margin(observed) <= 0.0]
    return min(met, key=lambda c: c.margin(observed) / c.tolerance, default=None)


def _shorter(condition: Condition, before: Observation, after: Observation, dt: float) -> float:
    start, end = condition.margin(before), condition.margin(after)
    aim = start + AIM * condition.tolerance
    return dt * min(max(aim / (start - end), 0.02), 0.95)
