"""The potential that follows at once where fields, current or voltage change: no time passes."""

import numpy as np

from lithovoid.case.coefficients import Kinetics
from lithovoid.equations.charge import Charge
from lithovoid.equations.model import Model
from lithovoid.measure.observables import charge_transfer_overpotential
from lithovoid.solve.newton import NewtonSolver


def follow_potential(model: Model, solver: NewtonSolver, contact: float = 1.0) -> bool:
    """Solve for what follows at once, the other fields as they are (collective).

    `contact` is the share of the interface that passes the current, roughly. Return whether it was
    found; if not, the potential is what it was.
    """
    before = model.state.psi.x.array.copy()
    if solver.solve().converged:
        return True
    # From afar the exponentials of the kinetics throw full steps of Newton's method off. With this
    # potential the current through the interface is right; what is left to find is Ohm's law.
    model.state.psi.x.array[:] = _even_potential(model, contact)
    if solver.solve().converged:
        return True
    model.state.psi.x.array[:] = before
    return False


def _even_potential(model: Model, contact: float) -> float:
    """Potential [V] of an electrolyte without resistance under what is applied."""
    charge = model.part(Charge)
    if float(charge.held.value):
        return -float(charge.held_voltage.value)
    current = float(charge.applied_current.value) / max(contact, np.finfo(float).tiny)
    return -charge_transfer_overpotential(model.numbers(Kinetics), current)
