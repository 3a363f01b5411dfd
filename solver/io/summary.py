"""The numbers that a run comes down to: for ``run.json`` and the closing table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from lithovoid.record import Record

if TYPE_CHECKING:
    from lithovoid.simulation import Simulation


class RunTotals:
    """Sums over a run that no single record holds."""

    def __init__(self) -> None:
        self.newton_iterations = self.linear_iterations = self.rejected_steps = 0
        self.largest_overpotential = 0.0
        self.last: Record | None = None

    def add(self, record: Record) -> None:
        """Count an accepted step."""
        self.newton_iterations += record.newton_iterations
        self.linear_iterations += record.linear_iterations
        self.rejected_steps += record.rejected_steps
        self.last = record


def summarise(simulation: Simulation, totals: RunTotals) -> dict[str, Any]:
    """Return the summary of ``run.json``; values of the last step unless the name says otherwise.

    `incubation_capacity_mAh_cm2` is None where no void nucleated.
    """
    last, nucleation = totals.last, simulation.nucleation
    if last is None:
        return {}
    nuclei = nucleation.accepted if nucleation else []
    return {
        "failure_mode": simulation.failure.mode if simulation.failure else "none",
        "areal_capacity_mAh_cm2": last.areal_capacity,
        "incubation_capacity_mAh_cm2": nuclei[0].capacity if nuclei else None,
        "capacity_surface_mAh_cm2": last.capacity_surface,
        "capacity_bulk_mAh_cm2": last.capacity_bulk,
        "void_layer_thickness_um": last.void_layer_thickness,
        "void_count": last.void_count,
        "nuclei": len(nuclei),
        "contact_fraction": last.contact_fraction,
        "lithium_at_interface": last.lithium_at_interface,
        "overpotential_V": last.overpotential,
        "cell_voltage_V": last.cell_voltage,
        "time_s": last.time,
        "ledger_residual_max": simulation.ledger.worst,
        "steps": last.step,
        "newton_iterations": totals.newton_iterations,
        "linear_iterations": totals.linear_iterations,
        "rejected_steps": totals.rejected_steps,
        "unknowns": simulation.solver.unknowns,
    }


def events(simulation: Simulation) -> list[dict[str, Any]]:
    """Incubation, failure and the ends of protocol steps, in the order of time."""
    found = [
        _event("protocol_step_end", step, time, capacity, reason)
        for step, time, capacity, reason in simulation.step_ends
    ]
    nuclei = simulation.nucleation.accepted if simulation.nucleation else []
    if nuclei:
        first = nuclei[0]
        words = "first void nucleated"
        found.append(_event("incubation", first.step, first.time, first.capacity, words))
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


def summary_table(summary: dict[str, Any], stop_reason: str, wall_time: float) -> Table:
    """Return the closing table for people."""
    table = Table(title="Summary", show_header=False, title_justify="left")
    incubation = summary["incubation_capacity_mAh_cm2"]
    rows = {
        "failure mode": summary["failure_mode"].replace("_", " "),
        "stopped because": stop_reason,
        "areal capacity": f"{summary['areal_capacity_mAh_cm2']:.4f} mAh/cm2",
        "  from voids (surface)": f"{summary['capacity_surface_mAh_cm2']:.4f} mAh/cm2",
        "  from the lattice (bulk)": f"{summary['capacity_bulk_mAh_cm2']:.4f} mAh/cm2",
        "incubation capacity": "no void nucleated"
        if incubation is None
        else f"{incubation:.4f} mAh/cm2",
        "voids at the end (nucleated)": f"{summary['void_count']} ({summary['nuclei']})",
        "void-layer thickness": f"{summary['void_layer_thickness_um']:.3f} um",
        "contact fraction": f"{summary['contact_fraction']:.3f}",
        "lithium at the contact": f"{summary['lithium_at_interface']:.3f}",
        "overpotential": f"{1e3 * summary['overpotential_V']:.3f} mV",
        "ledger residual (worst)": f"{summary['ledger_residual_max']:.1e}",
        "steps (rejected)": f"{summary['steps']} ({summary['rejected_steps']})",
        "Newton iterations": f"{summary['newton_iterations']}",
        "unknowns": f"{summary['unknowns']}",
        "wall time": f"{wall_time:.1f} s",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table
