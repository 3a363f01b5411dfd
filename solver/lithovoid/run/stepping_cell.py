"""What taking a step and continuing a run need of the simulation, besides what hooks may use."""

from collections.abc import Sequence
from typing import Protocol

from lithovoid.equations.closing import Closing
from lithovoid.hooks.base import Cell, Hook
from lithovoid.measure.breakdown import Analyser
from lithovoid.measure.failure import FailureEvent
from lithovoid.measure.observables import Observer
from lithovoid.solve.newton import NewtonSolver
from lithovoid.stepping.controller import StepController
from lithovoid.stepping.protocol import Condition
from lithovoid.voids.count import VoidCounter


class SteppingCell(Cell, Protocol):
    """A simulation while it steps."""

    controller: StepController
    conditions: list[Condition]
    charge_step: float
    failure: FailureEvent | None
    stop_reason: str
    step_ends: list[tuple[int, float, float, str]]
    second_order: bool
    solver: NewtonSolver
    closing: Closing
    observer: Observer
    analyser: Analyser
    voids: VoidCounter

    @property
    def hooks(self) -> Sequence[Hook]: ...

    def take_changed_fields(self) -> None: ...

    def finish_run(self, reason: str) -> None: ...

    def enter_protocol_step(self) -> None: ...

    def ended(self) -> str | None: ...

    def finish_protocol_step(self, reason: str) -> None: ...
