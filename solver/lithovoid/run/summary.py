"""The numbers that a run comes down to: for ``run.json`` and the closing table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from lithovoid.hooks.base import Cell, Hook
from lithovoid.measure.record import Record
from lithovoid.measure.whole_run import (
    CYCLE,
    ENDING,
    Cycle,
    Ending,
    Event,
    WholeRun,
    as_text,
    of_summary,
)
from lithovoid.scenario.protocol import Rest, Strip
from lithovoid.theory.result import by_key, by_keys
from lithovoid.voids.nuclei_limits import counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lithovoid.run.simulation import Simulation
    from lithovoid.theory.result import OverRun, Results


class RunTotals(Hook):
    """What of the steps of a run stands for all of it: last values, sums and largest ones."""

    def __init__(self, results: Results) -> None:
        """`results` are all of each step."""
        self.results = results
        self._last: dict[str, Any] = {}
        self._sums = dict.fromkeys(self._names("sum"), 0)
        self._largest = dict.fromkeys(self._names("largest"), 0.0)

    @property
    def values(self) -> dict[str, Any]:
        """Values for the run by name, as `of_whole_run` names them; empty without steps."""
        if not self._last:
            return {}
        largest = {f"{name}_max": value for name, value in self._largest.items()}
        return self._last | self._sums | largest

    def on_step_end(self, cell: Cell, record: Record) -> None:
        self.add(record)

    def state_dict(self) -> dict[str, Any]:
        return {"last": self._last, "sums": dict(self._sums), "largest": dict(self._largest)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._last, self._sums, self._largest = state["last"], state["sums"], state["largest"]

    def add(self, record: Record) -> None:
        """Count an accepted step."""
        self._last = record.values(self.results)
        self._sums = {name: value + self._last[name] for name, value in self._sums.items()}
        self._largest = {name: max(x, self._last[name]) for name, x in self._largest.items()}

    def _names(self, over_run: OverRun) -> list[str]:
        return [name for name, r in self.results.items() if r.over_run == over_run]


def summarise(simulation: Simulation, totals: RunTotals) -> dict[str, Any]:
    """Return the summary of ``run.json``, empty without steps: `of_summary` says what is in it.

    Besides, `cycles` is a list: what each strip delivered.
    """
    if not totals.values:
        return {}
    strips = cycles(simulation)
    values = vars(_whole_run(simulation, strips, totals.values["step"])) | totals.values
    results = of_summary(totals.results)
    summary = {key: values[result.name] for key, result in results.items()}
    return summary | {"cycles": [by_key(strip) for strip in strips]}


def _whole_run(simulation: Simulation, strips: Sequence[Cycle], steps: int) -> WholeRun:
    nucleation, failure = simulation.nucleation, simulation.failure
    incubation = nucleation.incubation if nucleation else None
    of_nuclei = {name: n for name, n in counts(nucleation).items() if name != "nuclei"}
    later = [strip.capacity for strip in strips[1:]]
    return WholeRun(
        failure_mode=failure.mode if failure else "none",
        failure_cause=failure.cause if failure else None,
        failure_capacity=failure.areal_capacity if failure else None,
        failure_time=failure.time if failure else None,
        failure_contact_fraction=failure.contact_fraction if failure else None,
        failure_lithium_at_interface=failure.lithium_at_interface if failure else None,
        failure_overpotential=failure.overpotential if failure else None,
        failure_concentration_share=failure.concentration_share if failure else None,
        incubation_capacity=incubation.areal_capacity if incubation else None,
        **of_nuclei,
        recovered_capacity=sum(later) if later else None,
        recovered_share=strips[1].share_of_first if later else None,
        steps=steps,
        unknowns=simulation.solver.unknowns,
    )


def cycles(simulation: Simulation) -> list[Cycle]:
    """Return what each finished strip step of the protocol delivered, in their order."""
    found: list[Cycle] = []
    time = capacity = rest = 0.0
    for index, (_, end, total, reason) in enumerate(simulation.step_ends):
        step, delivered = simulation.scenario.protocol[index], total - capacity
        if isinstance(step, Strip):
            first = found[0].capacity if found else delivered
            found.append(
                Cycle(index, delivered, delivered / first if first else None, rest, reason)
            )
        rest = rest + end - time if isinstance(step, Rest) else 0.0
        time, capacity = end, total
    return found


def events(simulation: Simulation) -> list[dict[str, Any]]:
    """Incubation, failure and the ends of protocol steps, in the order of time."""
    found = [
        Event(step, time, capacity, "protocol_step_end", reason)
        for step, time, capacity, reason in simulation.step_ends
    ]
    incubation = simulation.nucleation.incubation if simulation.nucleation else None
    if incubation:
        i = incubation
        found.append(Event(i.step, i.time, i.areal_capacity, "incubation", i.words))
    if simulation.failure:
        f = simulation.failure
        found.append(Event(f.step, f.time, f.areal_capacity, "failure", f"{f.mode}: {f.cause}"))
    return [by_key(event) for event in sorted(found, key=lambda event: event.time)]


def closing_tables(summary: dict[str, Any], ending: Ending, of_steps: Results) -> list[Table]:
    """Return the tables at the end of a run: of its results, those that are shown and exist."""
    values = by_key(ending) | summary
    results = by_keys(ENDING) | of_summary(of_steps)
    there = {k: r for k, r in results.items() if r.shown and values[k] is not None}
    return summary_tables(values, there)


def summary_tables(values: dict[str, Any], results: Results) -> list[Table]:
    """Return the tables of a summary for people: of `results` by key, and of several strips."""
    table = Table(title="Summary", show_header=False, title_justify="left")
    for key, result in results.items():
        if key in values:
            table.add_row(result.label, as_text(result, values[key]))
    strips = values.get("cycles", [])
    return [table, *([_table_of(strips)] if len(strips) > 1 else [])]


def _table_of(strips: list[dict[str, Any]]) -> Table:
    table = Table(title="Strips", title_justify="left")
    for result in CYCLE.values():
        table.add_column(result.label)
    for strip in strips:
        table.add_row(*(as_text(result, strip[key]) for key, result in by_keys(CYCLE).items()))
    return table
