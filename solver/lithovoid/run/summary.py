"""The numbers that a run comes down to: for ``run.json`` and the closing table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from rich.table import Table

from lithovoid.hooks.base import Cell, Hook
from lithovoid.measure.failure import FailureEvent
from lithovoid.measure.record import Record
from lithovoid.scenario.protocol import Rest, Strip
from lithovoid.voids.nuclei_limits import counts, did_not_open

if TYPE_CHECKING:
    from lithovoid.equations.physics import Column
    from lithovoid.run.simulation import Simulation


class RunTotals(Hook):
    """Sums over a run that no single record holds."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """`columns` are those of the physics of the run."""
        self.columns = columns
        self.worst = {column.name: 0.0 for column in columns if column.worst}
        self.newton_iterations = self.linear_iterations = self.rejected_steps = 0
        self.largest_overpotential = 0.0
        self.last: Record | None = None

    def on_step_end(self, cell: Cell, record: Record) -> None:
        self.add(record)

    def state_dict(self) -> dict[str, Any]:
        return {
            "newton_iterations": self.newton_iterations,
            "linear_iterations": self.linear_iterations,
            "rejected_steps": self.rejected_steps,
            "last": self.last,
            "worst": dict(self.worst),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.newton_iterations = state["newton_iterations"]
        self.linear_iterations = state["linear_iterations"]
        self.rejected_steps = state["rejected_steps"]
        self.worst |= state["worst"]
        self.last = None if state["last"] is None else Record(**state["last"])

    def add(self, record: Record) -> None:
        """Count an accepted step."""
        self.newton_iterations += record.newton_iterations
        self.linear_iterations += record.linear_iterations
        self.rejected_steps += record.rejected_steps
        self.worst = {name: max(x, record.of_physics[name]) for name, x in self.worst.items()}
        self.last = record


def summarise(simulation: Simulation, totals: RunTotals) -> dict[str, Any]:
    """Return the summary of ``run.json``; values of the last step unless the name says otherwise.

    `incubation_capacity_mAh_cm2` is None where no void nucleated.
    """
    last, nucleation = totals.last, simulation.nucleation
    if last is None:
        return {}
    incubation = nucleation.incubation if nucleation else None
    return {
        "failure_mode": simulation.failure.mode if simulation.failure else "none",
        "areal_capacity_mAh_cm2": last.areal_capacity,
        "incubation_capacity_mAh_cm2": incubation.capacity if incubation else None,
        "capacity_surface_mAh_cm2": last.capacity_surface,
        "capacity_bulk_mAh_cm2": last.capacity_bulk,
        "capacity_recession_mAh_cm2": last.capacity_recession,
        **{c.key: last.of_physics[c.name] for c in totals.columns if c.label},
        "void_layer_thickness_um": last.void_layer_thickness,
        "void_count": last.void_count,
        **counts(nucleation),
        "contact_fraction": last.contact_fraction,
        "lithium_at_interface": last.lithium_at_interface,
        "overpotential_V": last.overpotential,
        "cell_voltage_V": last.cell_voltage,
        "ohmic_voltage_V": last.ohmic,
        "charge_transfer_voltage_V": last.charge_transfer,
        "concentration_voltage_V": last.concentration,
        "participation_depth_um": last.participation_depth,
        "capacity_near_interface_mAh_cm2": last.capacity_near,
        "mean_void_width_um": last.mean_void_width,
        "mean_void_depth_um": last.mean_void_depth,
        **_failure(simulation),
        **_recovery(cycles(simulation)),
        "time_s": last.time,
        "ledger_residual_max": simulation.ledger.worst,
        **{f"{c.key}_max": totals.worst[c.name] for c in totals.columns if c.worst},
        "steps": last.step,
        "newton_iterations": totals.newton_iterations,
        "linear_iterations": totals.linear_iterations,
        "rejected_steps": totals.rejected_steps,
        "unknowns": simulation.solver.unknowns,
    }


def _failure(simulation: Simulation) -> dict[str, Any]:
    """The failure and the numbers that decided its mode; None where the cell did not fail."""
    event = simulation.failure
    values = asdict(event) if event else dict.fromkeys(f.name for f in fields(FailureEvent))
    return {
        "failure_cause": values["cause"],
        "failure_capacity_mAh_cm2": values["areal_capacity"],
        "failure_time_s": values["time"],
        "failure_contact_fraction": values["contact_fraction"],
        "failure_lithium_at_interface": values["lithium_at_interface"],
        "failure_overpotential_V": values["overpotential"],
        "failure_concentration_share": values["concentration_share"],
    }


def cycles(simulation: Simulation) -> list[dict[str, Any]]:
    """Return what each finished strip step of the protocol delivered, in their order.

    `share_of_first` compares it with the first strip, None where that delivered nothing;
    `rest_before_s` is the rest since the last step that passed charge.
    """
    found: list[dict[str, Any]] = []
    time = capacity = rest = 0.0
    for index, (_, end, total, reason) in enumerate(simulation.step_ends):
        step, delivered = simulation.scenario.protocol[index], total - capacity
        if isinstance(step, Strip):
            first = found[0]["capacity_mAh_cm2"] if found else delivered
            found.append(
                {
                    "protocol_step": index,
                    "capacity_mAh_cm2": delivered,
                    "share_of_first": delivered / first if first else None,
                    "rest_before_s": rest,
                    "ended_by": reason,
                }
            )
        rest = rest + end - time if isinstance(step, Rest) else 0.0
        time, capacity = end, total
    return found


def _recovery(strips: list[dict[str, Any]]) -> dict[str, Any]:
    """What the strips after the first one delivered together, and the second one's share."""
    later = [cycle["capacity_mAh_cm2"] for cycle in strips[1:]]
    return {
        "cycles": strips,
        "recovered_capacity_mAh_cm2": sum(later) if later else None,
        "recovered_share": strips[1]["share_of_first"] if later else None,
    }


def events(simulation: Simulation) -> list[dict[str, Any]]:
    """Incubation, failure and the ends of protocol steps, in the order of time."""
    found = [
        _event("protocol_step_end", step, time, capacity, reason)
        for step, time, capacity, reason in simulation.step_ends
    ]
    incubation = simulation.nucleation.incubation if simulation.nucleation else None
    if incubation:
        i = incubation
        found.append(_event("incubation", i.step, i.time, i.capacity, i.words))
    if simulation.failure:
        f = simulation.failure
        words = f"{f.mode}: {f.cause}"
        found.append(_event("failure", f.step, f.time, f.areal_capacity, words))
    return sorted(found, key=lambda event: event["time_s"])


def _event(name: str, step: int, time: float, capacity: float, words: str) -> dict[str, Any]:
    return {
        "name": name,
        "step": step,
        "time_s": time,
        "areal_capacity_mAh_cm2": capacity,
        "words": words,
    }


def _with_unit(column: Column, value: float) -> str:
    """The value of a `column` with the unit of its header."""
    unit = column.header.partition("[")[2].rstrip("]").replace("^", "")
    return f"{value:.4f} {unit}".rstrip()


def summary_table(
    summary: dict[str, Any], columns: Sequence[Column], stop_reason: str, wall_time: float
) -> Table:
    """Return the closing table for people."""
    table = Table(title="Summary", show_header=False, title_justify="left")
    incubation = summary["incubation_capacity_mAh_cm2"]
    rows = {
        "failure mode": summary["failure_mode"].replace("_", " "),
        "  because": _because(summary),
        "stopped because": stop_reason,
        "areal capacity": f"{summary['areal_capacity_mAh_cm2']:.4f} mAh/cm2",
        "  from voids (surface)": f"{summary['capacity_surface_mAh_cm2']:.4f} mAh/cm2",
        "  from the lattice (bulk)": f"{summary['capacity_bulk_mAh_cm2']:.4f} mAh/cm2",
        "  from recession of the back": f"{summary['capacity_recession_mAh_cm2']:.4f} mAh/cm2",
        **{c.label: _with_unit(c, summary[c.key]) for c in columns if c.label},
        "incubation capacity": "no void nucleated"
        if incubation is None
        else f"{incubation:.4f} mAh/cm2",
        "voids at the end (nucleated)": _void_counts(summary),
        "void-layer thickness": f"{summary['void_layer_thickness_um']:.3f} um",
        "contact fraction": f"{summary['contact_fraction']:.3f}",
        "lithium at the contact": f"{summary['lithium_at_interface']:.3f}",
        "overpotential": f"{1e3 * summary['overpotential_V']:.3f} mV",
        "cell voltage: ohmic": f"{1e3 * summary['ohmic_voltage_V']:.3f} mV",
        "  charge transfer": f"{1e3 * summary['charge_transfer_voltage_V']:.3f} mV",
        "  concentration": f"{1e3 * summary['concentration_voltage_V']:.3f} mV",
        "depth that took part": f"{summary['participation_depth_um']:.2f} um",
        "ledger residual (worst)": f"{summary['ledger_residual_max']:.1e}",
        "steps (rejected)": f"{summary['steps']} ({summary['rejected_steps']})",
        **_cycle_rows(summary["cycles"]),
        "Newton iterations": f"{summary['newton_iterations']}",
        "unknowns": f"{summary['unknowns']}",
        "wall time": f"{wall_time:.1f} s",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _void_counts(summary: dict[str, Any]) -> str:
    """Voids at the end, those that opened, and nuclei that did not, if there are any."""
    text = f"{summary['void_count']} ({summary['nuclei']} of {summary['nuclei_due']} due)"
    missing = did_not_open(summary)
    return f"{text}; {missing}" if missing else text


def _because(summary: dict[str, Any]) -> str:
    """Say which numbers decided the failure mode."""
    if summary["failure_cause"] is None:
        return "no criterion was met"
    return (
        f"{summary['failure_cause']}, with contact {summary['failure_contact_fraction']:.3f} and "
        f"lithium at the contact {summary['failure_lithium_at_interface']:.3f}"
    )


def _cycle_rows(strips: list[dict[str, Any]]) -> dict[str, str]:
    """Rows of the table for protocols with several strips."""
    if len(strips) < 2:
        return {}
    return {
        f"strip {number} (after {cycle['rest_before_s'] / 3600:.3g} h of rest)": (
            f"{cycle['capacity_mAh_cm2']:.4f} mAh/cm2{_of_first(cycle['share_of_first'])}"
        )
        for number, cycle in enumerate(strips, start=1)
    }


def _of_first(share: float | None) -> str:
    return "" if share is None else f", {100 * share:.1f} % of the first"
