"""The potential that follows at once where fields, current or voltage change: no time passes."""

import numpy as np

from lithovoid.case.coefficients import Kinetics
from lithovoid.equations.charge import Charge
from lithovoid.equations.model import Model
from lithovoid.measure.observables import Observer, charge_transfer_overpotential
from lithovoid.solve.newton import NewtonSolver


def follow_potential(model: Model, solver: NewtonSolver, observer: Observer) -> bool:
    """Solve for what follows at once, the other fields as they are (collective).

    Return whether it was found; if not, the potential is what it was.
    """
    before = model.state.psi.x.array.copy()
    if solver.solve().converged:
        return True
    # From afar the exponentials of the kinetics throw full steps of Newton's method off. With this
    # potential the current through the interface is right; what is left to find is Ohm's law.
    model.state.psi.x.array[:] = _even_potential(model, observer)
    if solver.solve().converged:
        return True
    model.state.psi.x.array[:] = before
    return False


def _even_potential(model: Model, observer: Observer) -> float:
    """Potential [V] of an electrolyte at the interface under what is applied, roughly."""
    charge = model.part(Charge)
    current = float(charge.applied_current.value)
    if float(charge.held.value):
        current = _current_at(float(charge.held_voltage.value), observer)
    contact = max(observer.observe(0.0).contact_fraction, np.finfo(float).tiny)
    return -charge_transfer_overpotential(model.numbers(Kinetics), current / contact)


def _current_at(voltage: float, observer: Observer) -> float:
    """Current density [A/m^2] of the fresh, fully contacted cell at this `voltage` [V]."""
    if voltage == 0.0:
        return 0.0
    from scipy.optimize import brentq  # noqa: PLC0415 - takes a third of a second, rarely needed

    bound = voltage
    while abs(observer.intact_voltage(bound)) < abs(voltage):
        bound *= 10
    low, high = sorted((0.0, bound))
    return float(brentq(lambda current: observer.intact_voltage(current) - voltage, low, high))
