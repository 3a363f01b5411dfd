"""The voltage of the intact cell where pattern or shape of the electrolyte decide it."""

from lithovoid.case.coefficients import Lattice, current_scale
from lithovoid.equations.charge import Charge
from lithovoid.equations.model import Model
from lithovoid.machine.errors import NumericalError
from lithovoid.measure.observables import Observer
from lithovoid.measure.potential import follow_potential
from lithovoid.scenario.schema import Scenario
from lithovoid.solve.newton import NewtonSolver


def measure_fresh_cell(
    scenario: Scenario, model: Model, solver: NewtonSolver, observer: Observer
) -> None:
    """Calibrate `observer` with the fresh cell, if its electrolyte is no uniform slab (collective).

    `solver` finds the potential. Raises NumericalError where it does not.
    """
    if scenario.electrolyte.pattern is None and model.domain.measures.slab:
        return
    if scenario.kinetics.vacancy_term:  # which is none at v_e
        model.state.v.x.array[:] = model.numbers(Lattice).v_equilibrium
    model.part(Charge).applied_current.value = current_scale(scenario)
    if not follow_potential(model, solver, observer):
        raise NumericalError("the potential of the fresh cell could not be computed")
    observer.calibrate()
    model.state.clear()
