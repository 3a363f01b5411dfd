"""What a continued run changes of its scenario: found, refused where it is too late, recorded."""

import json
from collections.abc import Iterator
from typing import Any

from lithovoid.case.load import physics
from lithovoid.io.checkpoints import Saved
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.observables import Observation
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.measure.whole_run import Moment
from lithovoid.run.snapshot import reopen
from lithovoid.scenario.schema import Scenario
from lithovoid.stepping.clock import Clock
from lithovoid.stepping.protocol import ProtocolRunner
from lithovoid.theory.result import by_key

Flat = dict[str, Any]
"""Values by dotted keys."""

Change = dict[str, Any]
"""A key, and its value so far (`old`) and from now on (`new`); None where it is not given."""


def fixed(scenario: Scenario) -> Flat:
    """What may not change in a continued run.

    The quadrature belongs to it: the ledger counts lithium with it.
    """
    numerics = {"quadrature_degree": scenario.numerics.quadrature_degree}
    tables = json.loads(json.dumps(physics(scenario) | {"numerics": numerics}))
    return dict(_flat(tables))


def refuse_other_physics(before: Flat | None, now: Flat) -> None:
    """Raise ConfigurationError where values of `fixed` differ."""
    lines = [_words(change) for change in _differences(before, now)] if before is not None else []
    if lines:
        raise ConfigurationError(
            "--restart: the physics differ from those of the run; begin a new run, or take back"
            + "".join(f"\n  {line}" for line in lines)
            + "\n  (protocol, failure, output, checkpoint and the other numerics may change)"
        )


def changes_since(saved: Saved, scenario: Scenario) -> list[Change]:
    """Return what `scenario` changes of that in force at the checkpoint `saved`, in its units.

    Raises ConfigurationError where that would say something else of what is done: of protocol
    steps that have ended, of the kind of a step that has begun, of conditions that have passed, of
    the limits by which the cell has failed, and of the kind of field files.
    """
    before, now = (dict(_flat(tables)) for tables in (saved.about["scenario"], scenario.dump()))
    changes = _differences(before, now)
    progress = _Progress(saved, scenario)
    late = [f"{_words(c)}: {why}" for c in changes if (why := progress.too_late(c)) is not None]
    passed = progress.passed()
    late += [passed] if passed is not None else []
    if late:
        raise ConfigurationError(
            "--restart: what is done stays as it is; take back, or begin a new run"
            + "".join(f"\n  {line}" for line in late)
        )
    return changes


def began_at(saved: Saved | None) -> dict[str, Any]:
    """Return the moment of a checkpoint, or of the start, as ``run.json`` tells it."""
    clock = Clock(**saved.state["clock"]) if saved else Clock()
    return by_key(Moment(clock.step, clock.time, clock.charge / MAH_PER_CM2))


class _Progress:
    """How far a run has come at a checkpoint, and what of a scenario is history by then."""

    def __init__(self, saved: Saved, scenario: Scenario) -> None:
        state = saved.state
        self._clock, self._failure = Clock(**state["clock"]), state["failure"]
        self._runner = ProtocolRunner(scenario.protocol)
        self._runner.load_state_dict(state["protocol"])
        observed = Observation(**state["observed"])
        self._ends = list(state["step_ends"])
        again = reopen(self._runner, self._ends, self._clock, observed)
        began = self._runner.began < self._clock.time
        self._begun = len(self._ends) if again or began else None

    def too_late(self, change: Change) -> str | None:
        """Why `change` comes too late; None where it does not."""
        table, _, key = change["key"].partition(".")
        if table == "protocol":
            number, _, inner = key.partition(".")
            return self._of_protocol(int(number), inner)
        if table == "failure" and key != "near_depth" and self._failure is not None:
            return f"the cell failed in time step {self._failure['step']}"
        if change["key"] == "output.fields" and change["old"] != "none":
            return "the field files of a run are of one kind"
        return None

    def passed(self) -> str | None:
        """Say which condition of the present protocol step was met before; None without one."""
        if self._begun is None or self._runner.finished:
            return None
        reason = self._runner.exhausted(self._clock.time, self._clock.throughput)
        where = f"protocol.{self._begun}.until"
        return None if reason is None else f"{where}: {reason} before time step {self._clock.step}"

    def _of_protocol(self, number: int, key: str) -> str | None:
        if number < len(self._ends):
            return f"this step of the protocol ended in time step {self._ends[number][0]}"
        if number == self._begun and key == "step":
            return "this step of the protocol has begun"
        return None


def _differences(before: Flat, now: Flat) -> list[Change]:
    """Return the keys whose values differ, in the order of `before`; None is one not given."""
    keys = [*before, *(key for key in now if key not in before)]
    found = [{"key": key, "old": before.get(key), "new": now.get(key)} for key in keys]
    return [change for change in found if change["old"] != change["new"]]


def _words(change: Change) -> str:
    old, new = ("not given" if v is None else v for v in (change["old"], change["new"]))
    return f"{change['key']}: {old!r} so far, {new!r} now"


def _flat(tables: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    items = tables.items() if isinstance(tables, dict) else enumerate(tables)
    for key, value in items:
        if isinstance(value, dict | list) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
