"""Potential of charges in a dielectric, -div(eps grad Phi) = rho (weak-form terms)."""

import ufl

from lithovoid.equations.terms.free_energy import Expression


def poisson(
    permittivity: Expression,
    phi: Expression,
    charge: Expression,
    q: Expression,
    dx: ufl.Measure,
) -> ufl.Form:
    """Gauss's law with the density `charge`; no normal field where nothing is said."""
    return (permittivity * ufl.inner(ufl.grad(phi), ufl.grad(q)) - charge * q) * dx


def prescribed_potential(
    permittivity: Expression,
    phi: Expression,
    value: Expression,
    stiffness: Expression,
    q: Expression,
    ds: ufl.Measure,
) -> ufl.Form:
    """Phi = `value` on a boundary, weakly.

    Symmetric method of Nitsche (Abh. Math. Semin. Univ. Hamburg 36, 9 (1971)); `stiffness` is a
    number over the mesh size, 10 p^2 / h for elements of degree p.
    """
    n = ufl.FacetNormal(ufl.domain.extract_unique_domain(phi))
    deviation = phi - value
    consistent = ufl.inner(ufl.grad(phi), n) * q + ufl.inner(ufl.grad(q), n) * deviation
    return permittivity * (stiffness * deviation * q - consistent) * ds
