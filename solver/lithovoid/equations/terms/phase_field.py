"""Allen-Cahn evolution of the void with a contact angle (weak-form terms, divided by W).

    1/L dphi/dt = -[ W g' - kappa lap(phi) + h' dOmega(v) ]    in the anode
    l grad(phi) . n = -2 cos(theta) phi (1 - phi)              at the interface

theta is Young's angle of the metal on the electrolyte. W = 6 gamma / l and kappa = 3 gamma l, so
the flat profile is (1 - tanh(x/l))/2 and its energy is gamma; kappa / W = l^2 / 2. Dividing by W
makes all terms of order one, whatever the material. Lengths in micrometres.
"""

import ufl

from lithovoid.equations.terms.free_energy import Expression, double_well_slope, interpolation_slope


def relaxation(
    rate: Expression, relaxation_rate: Expression, q: Expression, dx: ufl.Measure
) -> ufl.Form:
    """Rate of phi [1/s] over the relaxation rate L W [1/s]."""
    return rate / relaxation_rate * q * dx


def surface_tension(
    phi: Expression, half_width: Expression, q: Expression, dx: ufl.Measure
) -> ufl.Form:
    """Double well and gradient energy: g' - (l^2/2) lap(phi)."""
    well = double_well_slope(phi) * q
    gradient = half_width * half_width / 2 * ufl.inner(ufl.grad(phi), ufl.grad(q))
    return (well + gradient) * dx


def supersaturation(
    phi: Expression, driving_force: Expression, q: Expression, dx: ufl.Measure
) -> ufl.Form:
    """Growth by vacancies: h' dOmega / W; `driving_force` is dOmega / W, dimensionless."""
    return interpolation_slope(phi) * driving_force * q * dx


def wall_energy(
    phi: Expression,
    half_width: Expression,
    cos_theta: Expression,
    q: Expression,
    ds: ufl.Measure,
) -> ufl.Form:
    """Young's angle at the electrolyte: l cos(theta) phi (1 - phi)."""
    return half_width * cos_theta * phi * (1 - phi) * q * ds
