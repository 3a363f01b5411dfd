"""Butler-Volmer kinetics of the lithium | electrolyte interface.

One function gives the current density; the vacancy injection is that current times Omega / F, so
that Faraday's law cannot be broken. Positive current strips (anodic).
"""

import ufl

from lithovoid.equations.terms.free_energy import Expression, interpolation

EXPONENT_LIMIT = 60.0
"""Beyond this the exponential continues as its tangent: exp(60) is 1e26, far above any physical
rate, so that a bad Newton iterate stays finite while a true runaway still shows as one."""


def guarded_exponential(x: Expression) -> Expression:
    """exp(x), continued by its tangent above `EXPONENT_LIMIT`; smooth slope, never infinite."""
    bounded = ufl.conditional(ufl.lt(x, EXPONENT_LIMIT), x, EXPONENT_LIMIT)
    return ufl.exp(bounded) * (1 + x - bounded)


def contact(phi: Expression) -> Expression:
    """Share of the interface in contact, 1 - h(phi)."""
    return 1 - interpolation(phi)


def current_density(
    overpotential: Expression,
    lithium: Expression,
    contact_share: Expression,
    exchange: Expression,
    alpha_a: Expression,
    alpha_c: Expression,
) -> Expression:
    """Butler-Volmer current density [A/m^2], positive while stripping.

    i = a i0 [ (x_s/x_0) exp(alpha_a u) - exp(-alpha_c u) ] with u = F eta / RT the dimensionless
    `overpotential`, x_s/x_0 the `lithium` left at the interface and a the `contact_share`: no
    current under voids, no anodic current without lithium. Zero current then lies at
    u = ln(x_0/x_s) / (alpha_a + alpha_c), the Nernst shift of depletion.
    """
    anodic = lithium * guarded_exponential(alpha_a * overpotential)
    cathodic = guarded_exponential(-alpha_c * overpotential)
    return contact_share * exchange * (anodic - cathodic)
