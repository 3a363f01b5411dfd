"""One accepted step, as everybody reads it: the row of ``series.csv``."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lithovoid.equations.physics import Column

MAH_PER_CM2 = 36000.0
"""C/m^2 in one mAh/cm^2."""


@dataclass
class Record:
    """An accepted step in the units of `COLUMNS`; hooks add the last columns.

    `of_physics` has what each physics reports, by the names of its columns; these are attributes,
    too, of which type checkers know nothing.
    """

    step: int
    time: float
    protocol_step: int
    step_kind: str
    current_density: float
    areal_capacity: float
    cell_voltage: float
    overpotential: float
    contact_fraction: float
    lithium_at_interface: float
    void_layer_thickness: float
    dt: float
    newton_iterations: int
    linear_iterations: int
    rejected_steps: int
    void_count: int = 0
    capacity_surface: float = 0.0
    capacity_bulk: float = 0.0
    ledger_residual: float = 0.0
    expected_nuclei: float = 0.0
    nuclei: int = 0
    ohmic: float = 0.0
    charge_transfer: float = 0.0
    concentration: float = 0.0
    participation_depth: float = 0.0
    capacity_near: float = 0.0
    mean_void_width: float = 0.0
    mean_void_depth: float = 0.0
    capacity_recession: float = 0.0
    of_physics: dict[str, float] = field(default_factory=dict)

    if not TYPE_CHECKING:  # to a type checker, each name would be one of a record: also a slip

        def __getattr__(self, name: str) -> float:
            """Return what a physics reports under this `name`."""
            try:
                return float(self.__dict__["of_physics"][name])
            except KeyError:
                raise AttributeError(f"a record has no '{name}'") from None


COLUMNS = {
    "step": "step",
    "time": "time [s]",
    "protocol_step": "protocol_step",
    "step_kind": "step_kind",
    "current_density": "current_density [A/m^2]",
    "areal_capacity": "areal_capacity [mAh/cm^2]",
    "cell_voltage": "cell_voltage [V]",
    "overpotential": "overpotential [V]",
    "contact_fraction": "contact_fraction",
    "lithium_at_interface": "lithium_at_interface",
    "void_layer_thickness": "void_layer_thickness [um]",
    "void_count": "void_count",
    "capacity_surface": "capacity_surface [mAh/cm^2]",
    "capacity_bulk": "capacity_bulk [mAh/cm^2]",
    "ledger_residual": "ledger_residual",
    "expected_nuclei": "expected_nuclei",
    "nuclei": "nuclei",
    "dt": "dt [s]",
    "newton_iterations": "newton_iterations",
    "linear_iterations": "linear_iterations",
    "rejected_steps": "rejected_steps",
    "ohmic": "ohmic_voltage [V]",
    "charge_transfer": "charge_transfer_voltage [V]",
    "concentration": "concentration_voltage [V]",
    "participation_depth": "participation_depth [um]",
    "capacity_near": "capacity_near_interface [mAh/cm^2]",
    "mean_void_width": "mean_void_width [um]",
    "mean_void_depth": "mean_void_depth [um]",
    "capacity_recession": "capacity_recession [mAh/cm^2]",
}
"""Attribute of `Record` -> header in ``series.csv``, in this order; those of physics follow."""


def headers(columns: Iterable[Column]) -> dict[str, str]:
    """Return attributes and headers of all that a record holds, with the `columns` of physics."""
    return COLUMNS | {column.name: column.header for column in columns}
