"""What a hook may do: watch, limit the step, change the fields between steps.

The loop decides; a hook is asked. All methods are collective: they run on every rank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lithovoid.record import Record
    from lithovoid.simulation import Simulation


class Hook:
    """Base of all hooks: does nothing. Override what you need.

    Order within a step: `limit_dt` of all hooks; the solve; `on_step_accepted` of all hooks, which
    may change the fields; the shift to the next step; `on_step_end`, read only.
    """

    def on_start(self, simulation: Simulation) -> None:
        """The initial state is there; nothing has been solved."""

    def limit_dt(self, simulation: Simulation) -> float:
        """Return the longest step [s] that this hook can accept next."""
        return float("inf")

    def on_step_accepted(self, simulation: Simulation, record: Record) -> bool:
        """Complete the record; may change the fields. Return whether it did."""
        return False

    def on_step_rejected(self, simulation: Simulation, reason: str) -> None:
        """A step was solved in vain and will be repeated with a shorter one."""

    def on_step_end(self, simulation: Simulation, record: Record) -> None:
        """The step is complete: write, report, watch. Must not change the fields."""

    def on_finish(self, simulation: Simulation) -> None:
        """The run is over, also after an error: close files."""
