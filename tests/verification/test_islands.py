"""No current through metal that voids have cut off from the back, in every step of whole runs."""

from collections.abc import Sequence
from pathlib import Path

from dolfinx import fem
from mpi4py import MPI

import numpy as np
import pytest
from results import CONSERVATION, Case

from lithovoid.case.load import load_scenario
from lithovoid.equations.charge import Charge
from lithovoid.fields.connected import ConnectedMetal
from lithovoid.fields.domain import Integral
from lithovoid.hooks.base import Cell, Hook
from lithovoid.measure.record import Record
from lithovoid.meshes import build_mesh
from lithovoid.run.simulation import Simulation

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SOURCE = (
    "Scenarios of `scenarios/`. At the end of each step, as frames and tables have it: the "
    "magnitude of the current over interface that does not hang together with the back of the "
    "anode (phi < 1/2), over that of the whole interface; the largest share of all steps."
)
LIMIT = 0.01


class CutOffCurrent(Hook):
    """The largest share of the current through metal without connection."""

    def __init__(self) -> None:
        self.largest, self.islands = 0.0, 0

    def on_start(self, cell: Cell) -> None:
        current = abs(cell.model.part(Charge)._interface_current())
        self._connected = fem.Function(cell.state.anode)
        self._metal = ConnectedMetal(cell.domain, cell.state)
        on_interface = cell.domain.ds_interface
        self._whole = Integral(cell.domain, current * on_interface)
        self._cut_off = Integral(cell.domain, (1 - self._connected("+")) * current * on_interface)

    def on_step_end(self, cell: Cell, record: Record) -> None:
        self._metal.update(self._connected.x.array)
        metal = cell.state.phi.x.array < 0.5
        self.islands += bool(np.any(metal & (self._connected.x.array == 0)))
        if record.current_density > 0:
            self.largest = max(self.largest, self._cut_off() / self._whole())


@pytest.mark.parametrize(
    ("name", "overrides"),
    [
        ("lithium_strip_quick", []),
        ("lithium_strip_quick", ['phase_field.formulation="cahn_hilliard"']),
        ("single_void", []),
        ("strip_rest_plate", []),
        ("electrolyte_grains", []),
        pytest.param("lithium_strip_3d_quick", [], marks=pytest.mark.long),
        pytest.param("lithium_strip", [], marks=pytest.mark.long),
    ],
)
def test_cut_off_metal_carries_no_current(name: str, overrides: Sequence[str]) -> None:
    scenario = load_scenario(SCENARIOS / f"{name}.toml", list(overrides))
    watch = CutOffCurrent()
    list(Simulation(scenario, build_mesh(scenario), comm=MPI.COMM_SELF, hooks=[watch]))
    with Case("Metal that is cut off carries no current", CONSERVATION, source=SOURCE) as case:
        words = f"{name}.toml{', Cahn-Hilliard' if overrides else ''}, steps with cut-off metal"
        case.bound(f"{words}: {watch.islands}", watch.largest, at_most=LIMIT)
