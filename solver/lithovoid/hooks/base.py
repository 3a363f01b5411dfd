"""What a hook may do: watch, limit the step, change the fields between steps.

The loop decides; a hook is asked. All methods are collective: they run on every rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from lithovoid.equations.model import Model
    from lithovoid.fields.domain import Domain
    from lithovoid.fields.state import State
    from lithovoid.measure.observables import Observation
    from lithovoid.measure.record import Record
    from lithovoid.scenario.schema import Scenario
    from lithovoid.stepping.clock import Clock
    from lithovoid.stepping.protocol import ProtocolRunner
    from lithovoid.voids.nuclei import NucleationEvents


class Cell(Protocol):
    """What a hook may use of the running simulation; `observed` is the last observation."""

    scenario: Scenario
    clock: Clock
    protocol: ProtocolRunner
    observed: Observation

    @property
    def domain(self) -> Domain: ...

    @property
    def state(self) -> State: ...

    @property
    def model(self) -> Model: ...

    @property
    def nucleation(self) -> NucleationEvents | None: ...

    @property
    def hooks(self) -> Sequence[Hook]: ...

    def snapshot(self) -> dict[str, Any]:
        """All that a continued run needs besides the fields."""
        ...


class Hook:
    """Base of all hooks: does nothing. Override what you need.

    Order within a step: `limit_dt` of all hooks; the solve; `on_step_accepted` of all hooks, which
    may change the fields; the shift to the next step; `on_step_end`, read only.

    A hook that remembers something from step to step returns it in `state_dict`: numbers, texts,
    lists, tables, and dataclasses of them. `load_state_dict` gets it back when a run is continued,
    found by `key`.
    """

    key: ClassVar[str] = ""
    """Name of its state in checkpoints; default: that of the class."""

    def on_start(self, cell: Cell) -> None:
        """The initial state is there, or that of the checkpoint; nothing has been solved."""

    def limit_dt(self, cell: Cell) -> float:
        """Return the longest step [s] that this hook can accept next."""
        return float("inf")

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        """A step stands: may change the fields, and returns whether it did.

        Voids and nuclei are not in the `record` yet: they are those after all hooks.
        """
        return False

    def on_step_rejected(self, cell: Cell, reason: str) -> None:
        """A step was solved in vain and will be repeated with a shorter one."""

    def on_step_end(self, cell: Cell, record: Record) -> None:
        """The step is complete: write, report, watch. Must not change the fields."""

    def on_checkpoint(self, cell: Cell) -> None:
        """A checkpoint is about to be written: make durable what `state_dict` refers to."""

    def on_finish(self, cell: Cell) -> None:
        """The run is over, also after an error: close files."""

    def state_dict(self) -> dict[str, Any]:
        """Return what a continued run must know, without references to what will change."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the `state_dict` of a checkpoint, as read from JSON; comes before `on_start`."""


def named(hooks: Iterable[Hook]) -> dict[str, Hook]:
    """Return the hooks by key, numbered where a key occurs again: classes inherit theirs."""
    found: dict[str, Hook] = {}
    counts: Counter[str] = Counter()
    for hook in hooks:
        key = hook.key or type(hook).__name__
        counts[key] += 1
        found[key if counts[key] == 1 else f"{key}-{counts[key]}"] = hook
    return found
