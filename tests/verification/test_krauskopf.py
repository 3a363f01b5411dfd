"""The depletion of Li0.9Mg0.1 against the exact solution of the slab (physics E1, T17)."""

from pathlib import Path

from mpi4py import MPI

import pytest
from results import EXACT, Case

import lithovoid.scenarios
from lithovoid.case.load import load_scenario
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.meshes import build_mesh
from lithovoid.run.simulation import Simulation
from lithovoid.theory.constants import FARADAY
from lithovoid.theory.depletion import slab_capacity

SCENARIO = Path(lithovoid.scenarios.__path__[0]) / "krauskopf_2019.toml"
REMOVABLE = (69.6e3 - 24.0e3) * FARADAY * 25e-6
"""Charge of the lithium that can be removed [C/m^2]."""


@pytest.mark.parametrize(
    ("current", "utilisation"), [(0.1, 0.9369), (1.0, 0.4132), (10.0, 0.04147)]
)
def test_utilisation_is_that_of_the_exact_solution(current: float, utilisation: float) -> None:
    scenario = load_scenario(SCENARIO, [f'protocol.0.current_density="{current} A/m^2"'])
    for record in Simulation(scenario, build_mesh(scenario), comm=MPI.COMM_SELF):
        passed = record.areal_capacity * MAH_PER_CM2
    rise, omega = (69.6 - 24.0) / 69.6 * 0.9, scenario.anode.molar_volume
    exact = slab_capacity(rise, current, scenario.anode.diffusivity, omega, 25e-6)
    with Case(
        "Depletion of 25 µm of Li0.9Mg0.1",
        EXACT,
        source="Slab at constant flux (Carslaw & Jaeger); D = 3e-15 m²/s, removable 45.6 kmol/m³, "
        "after Krauskopf et al., Adv. Energy Mater. 9, 1902568 (2019).",
    ) as case:
        case.compare(f"capacity at {current:g} A/m²", passed, exact, relative=5e-3, unit="C/m²")
        case.compare("utilisation", passed / REMOVABLE, utilisation, relative=5e-3)
