"""Where the run stands in its protocol, and what ends the present step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lithovoid.measure.observables import Observation
from lithovoid.scenario.protocol import ProtocolStep


@dataclass(frozen=True)
class Condition:
    """One termination: `margin` is positive before it is met, zero when it is.

    `tolerance` is the overshoot that counts as a hit, in the units of the margin.
    """

    name: str
    margin: Callable[[Observation], float]
    tolerance: float
    words: str


class ProtocolRunner:
    """Walks through the protocol; times in s, charges in C/m^2."""

    def __init__(self, steps: list[ProtocolStep]) -> None:
        self._steps = steps
        self.index = 0
        self._began = self._began_before = (0.0, 0.0)  # time and charge of this and the last step
        self._over = False  # steps were left out

    @property
    def finished(self) -> bool:
        return self.index >= len(self._steps)

    @property
    def step(self) -> ProtocolStep:
        return self._steps[self.index]

    @property
    def began(self) -> float:
        """Time at which the present step began."""
        return self._began[0]

    def state_dict(self) -> dict[str, Any]:
        began = {"began": self._began, "began_before": self._began_before}
        return {"index": self.index, "over": self._over, **began}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.index, self._over = state["index"], state["over"]
        time, charge = state["began"]
        time_before, charge_before = state["began_before"]
        self._began, self._began_before = (time, charge), (time_before, charge_before)

    def reopen(self, time: float, charge: float, observed: Observation) -> bool:
        """Go back to the step that has just ended, if by its conditions of today it has not.

        So a finished run can be continued with a longer protocol. Return whether it was done.
        """
        if self._over or self.index == 0 or self.index > len(self._steps):
            return False
        runner = ProtocolRunner(self._steps)
        runner.index, runner._began = self.index - 1, self._began_before
        if runner.exhausted(time, charge) or any(
            c.margin(observed) <= 0 for c in runner.conditions()
        ):
            return False
        self.index, self._began = runner.index, runner._began
        return True

    def begins(self, time: float) -> bool:
        """Whether a step begins now, at this clock `time`."""
        return not self.finished and time == self._began[0]

    def begin(self, time: float, charge: float) -> None:
        """Mark the beginning of a step at this clock `time` and throughput `charge`."""
        self._began = time, charge

    def finish(self) -> None:
        """Leave out all steps that are left."""
        self.index, self._over = len(self._steps), True

    def next(self, time: float, charge: float) -> None:
        """Go to the next step of the protocol."""
        self.index += 1
        self._began_before = self._began
        self.begin(time, charge)

    def time_left(self, time: float, charge: float) -> float:
        """Seconds until the step ends by time, or by capacity at constant current."""
        until, current = self.step.until, abs(self.step.signed_current)
        left = float("inf")
        if until.time is not None:
            left = until.time - (time - self._began[0])
        if until.capacity is not None and current > 0.0:
            left = min(left, (until.capacity - (charge - self._began[1])) / current)
        return left

    def conditions(self) -> list[Condition]:
        """Terminations of the present step that depend on the state of the cell."""
        until = self.step.until
        found = []
        if until.capacity is not None and self.step.potential is not None:
            found.append(_capacity(until.capacity, self._began[1]))
        if until.overpotential is not None:
            found.append(_overpotential(until.overpotential))
        for name in ("contact_fraction", "lithium_at_interface"):
            target = getattr(until, name)
            if target is not None:
                found.append(_share(name, target, falling=self.step.strips))
        return found

    def exhausted(self, time: float, charge: float) -> str | None:
        """Say in words why the step has ended by time or capacity, or None."""
        until = self.step.until
        if until.time is not None and time - self._began[0] >= until.time * (1 - 1e-12):
            return "time reached"
        if until.capacity is not None and charge - self._began[1] >= until.capacity * (1 - 1e-12):
            return "capacity reached"
        return None

    def fraction(self, time: float, charge: float, observed: Observation) -> float:
        """Rough share of the present step that is done, 0 to 1, for the progress line."""
        until = self.step.until
        shares = [0.0]
        if until.time is not None:
            shares.append((time - self._began[0]) / until.time)
        if until.capacity is not None:
            shares.append((charge - self._began[1]) / until.capacity)
        if until.contact_fraction is not None and self.step.strips:
            shares.append((1 - observed.contact_fraction) / (1 - until.contact_fraction))
        if until.overpotential is not None:
            shares.append(abs(observed.overpotential) / until.overpotential)
        return min(max(shares), 1.0)


def _capacity(target: float, start: float) -> Condition:
    """At constant current `time_left` hits a capacity; at constant potential this does."""
    return Condition(
        "capacity",
        lambda observed: start + target - observed.throughput,
        tolerance=1e-3 * target,
        words="capacity reached",
    )


def _overpotential(target: float) -> Condition:
    return Condition(
        "overpotential",
        lambda observed: target - abs(observed.overpotential),
        tolerance=1e-3 * target,
        words=f"overpotential reached {target:g} V",
    )


def _share(name: str, target: float, falling: bool) -> Condition:
    sign = 1.0 if falling else -1.0
    return Condition(
        name,
        lambda observed: sign * (getattr(observed, name) - target),
        tolerance=1e-3,
        words=f"{name} {'fell' if falling else 'rose'} to {target:g}",
    )
