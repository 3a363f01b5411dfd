"""Vacancies as a conserved gradient flow (weak-form terms).

    d/dt [ (1 - h) v + h v_void ] = div( D_eff grad v )    in the anode
    D_eff grad v . n = Omega i_n / F                       at the interface

With the mobility D_eff / f''(v) this is the gradient flow of the free energy for every f(v).
Each function returns one UFL form; `q` is the test function. Lengths in micrometres.
"""

import ufl

from lithovoid.equations.terms.free_energy import Expression, interpolation


def stored_vacancies(v: Expression, phi: Expression, v_void: Expression) -> Expression:
    """Emptied sites per lattice site, c = (1 - h) v + h v_void."""
    h = interpolation(phi)
    return (1 - h) * v + h * v_void


def metal_diffusivity(d0: Expression, decay: Expression, y: Expression) -> Expression:
    """D(y) = D0 exp(-k_D y): vacancies slow down as magnesium piles up."""
    return d0 * ufl.exp(-decay * y)


def effective_diffusivity(phi: Expression, metal: Expression, void: Expression) -> Expression:
    """(1 - h) D_metal + h D_void [um^2/s]: the weights of what metal and void store.

    Nothing crosses a void: D_void only keeps the equation regular where it stores nothing, and is
    so small that it does not count.
    """
    h = interpolation(phi)
    return (1 - h) * metal + h * void


def surface_diffusion(
    product: Expression,
    phi: Expression,
    v: Expression,
    half_width: Expression,
    q: Expression,
    dx: ufl.Measure,
) -> ufl.Form:
    """Diffusion along the walls of voids, and only along: `product` is D_s delta_s [um^3/s].

    3 l D_s delta_s (|grad phi|^2 I - grad phi x grad phi) is 12 g / l, whose integral across the
    equilibrium profile is one, times the projector on the wall, since |grad phi|^2 = 4 g / l^2
    there. An isotropic weight would level v across the wall, too: an error of first order in l (C.
    Gugenberger, R. Spatschek & K. Kassner, Phys. Rev. E 78, 016703 (2008)).
    """
    slope, gradient, test = ufl.grad(phi), ufl.grad(v), ufl.grad(q)
    along = ufl.inner(slope, slope) * ufl.inner(gradient, test)
    across = ufl.inner(slope, gradient) * ufl.inner(slope, test)
    return 3 * half_width * product * (along - across) * dx


def accumulation(rate: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Rate of the stored vacancies [1/s]: tested with one, the exact lithium balance."""
    return rate * q * dx


def diffusion(diffusivity: Expression, v: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Diffusive flux, integrated by parts; no flux where nothing is said."""
    return diffusivity * ufl.inner(ufl.grad(v), ufl.grad(q)) * dx


def injection(rate: Expression, q: Expression, ds: ufl.Measure) -> ufl.Form:
    """Vacancies injected at the interface, `rate` in um of emptied lattice per second."""
    return -rate * q * ds
