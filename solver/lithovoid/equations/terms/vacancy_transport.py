"""Vacancies as a conserved gradient flow (weak-form terms).

    d/dt [ (1 - h) v + h v_void ] = div( D_eff grad v )    in the anode
    D_eff grad v . n = Omega i_n / F                       at the interface

With the mobility D_eff / f''(v) this is the gradient flow of the free energy for every f(v).
Each function returns one UFL form; `q` is the test function. Lengths in micrometres.
"""

import ufl

from lithovoid.equations.terms.free_energy import Expression, double_well, interpolation


def stored_vacancies(v: Expression, phi: Expression, v_void: Expression) -> Expression:
    """Emptied sites per lattice site, c = (1 - h) v + h v_void."""
    h = interpolation(phi)
    return (1 - h) * v + h * v_void


def metal_diffusivity(d0: Expression, decay: Expression, y: Expression) -> Expression:
    """D(y) = D0 exp(-k_D y): vacancies slow down as magnesium piles up."""
    return d0 * ufl.exp(-decay * y)


def effective_diffusivity(
    phi: Expression,
    metal: Expression,
    void: Expression,
    surface: Expression,
    half_width: Expression,
) -> Expression:
    """(1 - h) D_metal + h D_void + 12 (D_s delta_s / l) g(phi) [um^2/s].

    The last weight integrates to one across the equilibrium profile, so `surface` [um^3/s] is the
    sharp-interface surface diffusivity times layer thickness. The void is one well-mixed reservoir
    (large D_void), which also keeps the equation regular where it stores nothing.
    """
    h = interpolation(phi)
    return (1 - h) * metal + h * void + surface * 12 * double_well(phi) / half_width


def accumulation(rate: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Rate of the stored vacancies [1/s]: tested with one, the exact lithium balance."""
    return rate * q * dx


def diffusion(diffusivity: Expression, v: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Diffusive flux, integrated by parts; no flux where nothing is said."""
    return diffusivity * ufl.inner(ufl.grad(v), ufl.grad(q)) * dx


def injection(rate: Expression, q: Expression, ds: ufl.Measure) -> ufl.Form:
    """Vacancies injected at the interface, `rate` in um of emptied lattice per second."""
    return -rate * q * ds
