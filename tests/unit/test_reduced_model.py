"""The column: the same numbers as the plane, incubation without voids, and use for many runs."""

from pathlib import Path
from typing import Any

from mpi4py import MPI

import cases
import pytest

import lithovoid.scenarios
from lithovoid.case.derived import derive
from lithovoid.case.load import load_scenario, parse_scenario
from lithovoid.hooks.counting import growing_mean, share_of_step
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.record import MAH_PER_CM2, Record
from lithovoid.meshes import build_mesh, interface_facets
from lithovoid.run.simulation import Simulation
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.toml_files import merge
from lithovoid.solve.newton import SolveResult

SCENARIO = Path(lithovoid.scenarios.__path__[0]) / "reduced.toml"


def scenario(*overrides: str) -> Scenario:
    return load_scenario(SCENARIO, overrides)


def simulate(case: Scenario) -> tuple[Simulation, Record]:
    simulation = Simulation(case, build_mesh(case), comm=MPI.COMM_SELF)
    *_, last = simulation
    return simulation, last


def test_the_mesh_is_a_strip_one_cell_wide_and_fine_at_the_interface() -> None:
    case = scenario()
    mesh = build_mesh(case)
    heights = sorted({float(z) for z in mesh.points[:, 1]})
    assert heights[:2] == pytest.approx([-5.0, 0.0])
    assert heights[2] == pytest.approx(0.005, rel=0.1)
    assert heights[-1] == pytest.approx(30.0)
    assert len(interface_facets(mesh)) == 1
    assert len(mesh.points) == 2 * len(heights)


def test_incubation_agrees_with_theory_where_diffusivity_hardly_changes() -> None:
    """Pure lithium: Sand's law and the rate law give the capacity in closed form."""
    case = scenario("anode.x_mg=0.0")
    simulation, last = simulate(case)
    assert simulation.nucleation is not None
    incubation = simulation.nucleation.incubation
    (estimate,) = derive(case).strips
    assert incubation is not None
    assert estimate.incubation is not None
    assert incubation.areal_capacity * MAH_PER_CM2 == pytest.approx(estimate.incubation, rel=0.03)
    assert incubation.areal_capacity < last.areal_capacity
    assert last.contact_fraction == 1.0


def test_a_high_barrier_leaves_only_depletion() -> None:
    simulation, _ = simulate(scenario("anode.x_mg=0.3"))
    assert simulation.nucleation is not None
    assert simulation.nucleation.incubation is None
    assert simulation.failure is not None
    assert simulation.failure.mode == "depletion"


def test_a_termination_is_approached_without_crossing_it_again_and_again() -> None:
    """Lithium at the interface falls ever faster: a chord to beyond the end is too short a step."""
    case = scenario("anode.x_mg=0.3", 'protocol.0.current_density="1 A/m^2"')
    simulation = Simulation(case, build_mesh(case), comm=MPI.COMM_SELF)
    solve, attempts = simulation.solver.solve, 0

    def counted() -> SolveResult:
        nonlocal attempts
        attempts += 1
        return solve()

    simulation.solver.solve = counted  # type: ignore[method-assign]
    rejected = sum(record.rejected_steps for record in simulation)
    crossings = attempts - rejected - simulation.clock.step
    assert crossings <= 2  # 4 with steps of the usual length after a chord
    assert simulation.observed.lithium_at_interface == pytest.approx(0.1, abs=1e-3)


def test_reset_gives_the_numbers_of_a_fresh_simulation() -> None:
    first, other = scenario("anode.x_mg=0.0"), scenario("anode.x_mg=0.2", 'temperature="333.15 K"')
    simulation, _ = simulate(first)
    simulation.reset(other, build_mesh(other))
    *_, again = simulation
    fresh, last = simulate(other)
    assert again.areal_capacity == pytest.approx(last.areal_capacity, rel=1e-9)
    assert again.step == last.step
    assert again.ledger_residual < 1e-8
    shorter = scenario('geometry.anode="20 um"')
    with pytest.raises(ValueError, match="mesh"):
        fresh.reset(shorter, build_mesh(shorter))


def test_what_no_reset_can_change_is_refused() -> None:
    """A mesh that depends on more than the geometry, another term, another physics."""
    plane = cases.simulation()
    other = cases.scenario(temperature="330 K")
    assert plane.can_reset(other, build_mesh(plane.scenario))
    finer = cases.scenario(geometry={"interface_size": "0.2 um"})
    assert not plane.can_reset(plane.scenario, build_mesh(finer))
    for changes in (
        {"kinetics": {"vacancy_term": True}},
        {"phase_field": {"formulation": "cahn_hilliard"}},
        {"anode": {"magnesium_mobility": 0.1}},
        {"numerics": {"newton_iterations": 20}},
    ):
        assert not plane.can_reset(cases.scenario(**changes), build_mesh(plane.scenario))


def test_reset_closes_the_voids_of_the_run_before() -> None:
    plane = cases.simulation()
    plane.state.phi.x.array[:] = 0.5
    plane.reset(plane.scenario, build_mesh(plane.scenario))
    assert not plane.state.phi.x.array.any()
    assert plane.step().contact_fraction == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nucleation": {"mode": "stochastic"}}, ["nucleation.mode", "no room for voids"]),
        ({"geometry": {"interface_size": "4 um"}}, ["interface_size: too coarse"]),
        ({"geometry": {"width": "4 um"}}, ["geometry.width: unknown key"]),
    ],
)
def test_what_a_column_cannot_do_is_refused(changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as error:
        parse_scenario(merge(scenario().dump(), changes), Path())
    for word in words:
        assert word in str(error.value)


def test_an_exponential_rate_is_integrated_exactly() -> None:
    assert growing_mean(1.0, 2.718281828459045) == pytest.approx(1.718281828459045)
    assert growing_mean(0.0, 4.0) == 2.0
    assert growing_mean(3.0, 3.0) == 3.0
    assert share_of_step(1.0, 100.0, 10.0) == pytest.approx(0.5)
    assert share_of_step(0.0, 4.0, 1.0) == 0.25
