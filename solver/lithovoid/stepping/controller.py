"""Step size from the change of the fields: grow while little happens, shrink when much does."""

from dataclasses import dataclass

from lithovoid.case.resolution_limits import TOLERATED

SAFETY = 0.9
GROWTH = 1.4
"""Where nothing else limits the step, as under Sand's law at first, this does: v is then off by
less than 0.5 %, with 1.5 by 0.6 %, with 2 by 1.5 % (tests/verification/test_slab.py)."""
SHRINK = 0.5
DEPLETED = 0.5
"""Share of the lithium at the contact that a step may take, at the rate of the last one: beyond
exhaustion no potential drives the current, and Newton's method fails."""


@dataclass(frozen=True)
class Change:
    """Largest change of phi, and of v or magnesium in the metal, over one step."""

    phi: float
    v: float


class StepController:
    """Proposes steps that change phi and v by about their targets.

    The factors are continuous functions of the change, so that tiny differences between machines
    or partitions cannot flip a decision. `dt` is the step proposed next [s].
    """

    def __init__(self, dt_initial: float, dt_min: float, dt_max: float, target: Change) -> None:
        self.dt, self.dt_min, self._max = dt_initial, dt_min, dt_max
        self._target = target

    def load(self, change: Change) -> float:
        """Change in units of its target, the worse of the two fields."""
        return max(change.phi / self._target.phi, change.v / self._target.v)

    def tolerates(self, change: Change) -> bool:
        """Whether a step that changed the fields so much may stand."""
        return self.load(change) <= TOLERATED

    def accepted(self, dt: float, change: Change) -> None:
        """Learn from an accepted step; one that was cut short keeps the earlier proposal."""
        ideal = dt * SAFETY / max(self.load(change), 1e-12)
        largest = GROWTH * dt if dt >= self.dt else self.dt
        self.dt = min(max(ideal, SHRINK * dt), largest, self._max)

    def spare_lithium(self, dt: float, before: float, left: float) -> None:
        """Limit the step after one of `dt` that took the lithium at the contact from `before`."""
        if 0.0 < left < before:
            self.restart(DEPLETED * left / (before - left) * dt)

    def rejected(self, dt: float, change: Change | None) -> float:
        """Return the step to retry after `dt` failed; `change` is None if Newton failed."""
        factor = SHRINK if change is None else SAFETY / self.load(change)
        self.dt = dt * min(max(factor, 0.2), SHRINK)
        return self.dt

    def state_dict(self) -> dict[str, float]:
        return {"dt": self.dt}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Take up the step of a checkpoint; the largest step may be another today."""
        self.dt = min(state["dt"], self._max)

    def restart(self, dt: float) -> None:
        """Go on with a step of at most `dt`, and let it grow from there."""
        self.dt = min(self.dt, max(dt, self.dt_min))
