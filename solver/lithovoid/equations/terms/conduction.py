"""Ionic conduction in a single-ion conductor, div(sigma grad psi) = 0 (weak-form terms)."""

import ufl

from lithovoid.equations.terms.free_energy import Expression


def conduction(
    conductivity: Expression, psi: Expression, q: Expression, dx: ufl.Measure
) -> ufl.Form:
    """Ohm's law; `conductivity` in A/m^2 per V/um."""
    return conductivity * ufl.inner(ufl.grad(psi), ufl.grad(q)) * dx


def current_from_anode(current: Expression, q: Expression, ds: ufl.Measure) -> ufl.Form:
    """Current density that enters the electrolyte through the interface, sigma grad psi . n."""
    return -current * q * ds


def current_to_counter(current: Expression, q: Expression, ds: ufl.Measure) -> ufl.Form:
    """Current density that leaves the electrolyte through its far side."""
    return current * q * ds
