"""The fields at the start of a run: composition, vacancies at rest, voids that are there."""

from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from lithovoid.case.coefficients import Lattice, Wall
from lithovoid.case.profile import read_profile
from lithovoid.equations.model import Model
from lithovoid.equations.void import Void
from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.placing import void_place
from lithovoid.scenario.schema import LARGEST_X_MG, Scenario
from lithovoid.voids.seeding import Seeder


def set_initial_fields(
    scenario: Scenario,
    model: Model,
    interface: GlobalInterface,
    seeder: Seeder,
    depth: NDArray[np.float64],
) -> None:
    """Fill the state of `model` (collective); `depth` is that of the anode's nodes [um].

    Raises ConfigurationError where a profile of the composition does not fit the anode.
    """
    state = model.state
    state.fresh.x.array[:] = state.x_mg.x.array[:] = _composition(scenario, model, depth)
    at_rest = model.numbers(Lattice).v_equilibrium
    state.v.x.array[:] = at_rest
    state.now[model.part(Void).formulation.carrier].x.array[:] = at_rest
    for part in model.physics:
        part.start(scenario)
    for void in scenario.geometry.void:
        cos_theta = model.numbers(Wall).cos_theta
        place = void_place(void, interface.points, interface.normals, cos_theta)
        seeder.open(place.centre, place.radius)
    state.forget_history()


def _composition(
    scenario: Scenario, model: Model, depth: NDArray[np.float64]
) -> NDArray[np.float64] | float:
    """Magnesium per site at the nodes of the anode. Raises ConfigurationError."""
    text, comm = scenario.anode.x_mg_profile, model.domain.comm
    if text is None:
        return model.numbers(Lattice).x_mg
    profile = read_profile(text)
    values = profile(depth)
    deepest = comm.allreduce(float(depth.max(initial=0.0)), op=MPI.MAX)
    usable = bool(((values >= 0) & (values <= LARGEST_X_MG)).all())
    if deepest > profile.deepest or not comm.allreduce(usable, op=MPI.LAND):
        raise ConfigurationError(
            f"anode.x_mg_profile: does not cover the anode, which is {deepest:g} um deep, with "
            f"values from 0 to {LARGEST_X_MG:g} (given: {text!r})"
        )
    return values
