"""The nucleation hook that a scenario asks for."""

from pathlib import Path

from lithovoid.case.rate_law import load_rate_law, rate_parameters
from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.hooks.counting import CountingNucleation
from lithovoid.hooks.nucleation import StochasticNucleation
from lithovoid.hooks.nuclei import Nucleation
from lithovoid.hooks.replay import ReplayNucleation, read_plan
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.constants import MESH_UNIT
from lithovoid.voids.seeding import Seeder


def nucleation_hook(
    scenario: Scenario, interface: GlobalInterface, seeder: Seeder, dimension: int
) -> Nucleation | None:
    """Make the hook for `nucleation.mode`, None where that is `off`; mesh of that `dimension`."""
    options = scenario.nucleation
    if options.mode == "off":
        return None
    if options.mode == "replay":
        assert options.replay_file is not None  # the schema sees to it
        plan = read_plan(Path(options.replay_file), dimension)
        return ReplayNucleation(interface, seeder, plan)
    law, numbers = load_rate_law(options.rate_law), rate_parameters(scenario)
    if options.mode == "count":
        return CountingNucleation(law, numbers, interface, threshold=options.incubation_density)
    return StochasticNucleation(
        law,
        numbers,
        interface,
        seeder,
        seed=options.seed,
        exclusion=options.exclusion_distance / MESH_UNIT,
        depth=options.depth / MESH_UNIT,
    )
