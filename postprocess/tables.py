"""The tables of the report: quantities by their names, with units and as many digits as count."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lithovoid.postprocess.run import CAPACITY, TIME, Run

FAILURE_MODES = {
    "contact_loss": "loss of contact",
    "depletion": "depletion of lithium",
    "mixed": "loss of contact and depletion together",
    "none": "no failure",
}
_ABSENT = "–"
_NUCLEUS_COLUMNS = (
    "id",
    "step",
    TIME,
    CAPACITY,
    "x [um]",
    "y [um]",
    "radius [um]",
    "rate [1/(m^2 s)]",
    "status",
)


@dataclass(frozen=True)
class Quantity:
    """A row of the summary: key in ``run.json``, column of the series, name, unit, scale."""

    key: str
    column: str | None
    name: str
    unit: str = ""
    scale: float = 1.0


_QUANTITIES = (
    Quantity("time_s", TIME, "Time", "h", 1 / 3600),
    Quantity("areal_capacity_mAh_cm2", CAPACITY, "Areal capacity stripped", "mAh/cm²"),
    Quantity(
        "capacity_surface_mAh_cm2",
        "capacity_surface [mAh/cm^2]",
        "… from void volume (surface)",
        "mAh/cm²",
    ),
    Quantity(
        "capacity_bulk_mAh_cm2",
        "capacity_bulk [mAh/cm^2]",
        "… from the remaining lattice (bulk)",
        "mAh/cm²",
    ),
    Quantity("incubation_capacity_mAh_cm2", None, "Capacity until the first void", "mAh/cm²"),
    Quantity("contact_fraction", "contact_fraction", "Contact fraction"),
    Quantity(
        "lithium_at_interface", "lithium_at_interface", "Lithium at the contact (1 at the start)"
    ),
    Quantity("void_count", "void_count", "Voids"),
    Quantity("nuclei_due", None, "Nuclei due"),
    Quantity("nuclei", "nuclei", "… that opened a void"),
    Quantity("nuclei_absorbed", None, "… absorbed by a void that came first"),
    Quantity("nuclei_waiting", None, "… still waiting for vacancies"),
    Quantity("nuclei_without_place", None, "… without a place beside others of the same step"),
    Quantity("void_layer_thickness_um", "void_layer_thickness [um]", "Void volume per area", "µm"),
    Quantity("overpotential_V", "overpotential [V]", "Overpotential", "mV", 1e3),
    Quantity("cell_voltage_V", "cell_voltage [V]", "Cell voltage", "mV", 1e3),
    Quantity("unknowns", None, "Unknowns"),
    Quantity("steps", "step", "Accepted time steps"),
    Quantity("rejected_steps", None, "Rejected time steps"),
    Quantity("newton_iterations", None, "Newton iterations"),
    Quantity("ledger_residual_max", None, "Largest residual of the lithium ledger"),
)


def number(value: Any) -> str:
    """Return `value` as people write it: three digits that count, integers in full."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return _ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if float(value).is_integer() or 1e3 <= abs(value) < 1e6:
        return f"{value:,.0f}".replace(",", "\u202f")  # thin space
    if 1e-3 <= abs(value) < 1e3:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa} × 10{_superscript(int(exponent))}"


def duration(seconds: float) -> str:
    """Return `seconds` in the unit that suits."""
    for size, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def summary_rows(run: Run) -> list[tuple[str, str, str]]:
    """Return (name, value, unit) of the state at the end.

    While ``run.json`` has no summary yet, the last row of the series stands in for it.
    """
    rows: list[tuple[str, str, str]] = []
    mode = run.summary.get("failure_mode")
    if mode is not None:
        rows.append(("Failure", FAILURE_MODES.get(mode, str(mode)), ""))
    last = {} if run.series.empty else run.series.iloc[-1].to_dict()
    for quantity in _QUANTITIES:
        value = run.summary.get(quantity.key, last.get(quantity.column))
        if value is None and run.summary.get(quantity.key, 0) is not None:
            continue  # neither in the summary nor in the series: nothing is known
        scaled = value * quantity.scale if isinstance(value, int | float) else value
        rows.append((quantity.name, number(scaled), quantity.unit if value is not None else ""))
    return rows


def provenance_rows(run: Run) -> list[tuple[str, str]]:
    """Return (name, value) of what produced the results."""
    names = {
        "physics_hash": "Hash of the physics",
        "seed": "Seed of the nucleation",
        "ranks": "MPI ranks",
    }
    rows = [(name, str(run.info[key])) for key, name in names.items() if key in run.info]
    if "wall_time_s" in run.info:
        rows.append(("Wall time", duration(float(run.info["wall_time_s"]))))
    versions = run.info.get("versions") or {}
    if versions:
        words = ", ".join(f"{name} {version}" for name, version in versions.items())
        rows.append(("Versions", words))
    return rows


def nucleus_table(run: Run) -> pd.DataFrame:
    """Return what people want to know of the nucleation events."""
    return run.nuclei[[name for name in _NUCLEUS_COLUMNS if name in run.nuclei]]


def cells(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of `table` as text."""
    header = [_words(str(name)) for name in table.columns]
    records = table.to_dict("split")["data"]
    return header, [[number(value) for value in record] for record in records]


def _words(column: str) -> str:
    """Return a column name as people write it: ``area [um^2]`` becomes ``area (µm²)``."""
    written = {"_": " ", "[um": "[µm", "^2": "²", "^3": "³", "[": "(", "]": ")"}
    for ascii_text, text in written.items():
        column = column.replace(ascii_text, text)
    return column


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
