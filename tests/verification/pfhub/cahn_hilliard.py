"""Cahn-Hilliard diffusion, split into two equations of second order (weak-form terms).

    dc/dt = div( M grad mu )
    mu = f'(c) - kappa lap(c)

c is conserved; F = int [ f(c) + kappa/2 |grad c|^2 ] dV never rises. No flux of c, and a right
angle of its contours with the boundary, where nothing is said (Cahn & Hilliard, J. Chem. Phys. 28,
258 (1958); mixed form: Elliott, French & Milner, Numer. Math. 54, 575 (1989)). Further energies add
their slope to that of f.
"""

import ufl

from lithovoid.equations.terms.free_energy import Expression


def accumulation(rate: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Rate of c: tested with one, the exact balance of mass."""
    return rate * q * dx


def transport(mobility: Expression, mu: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Flux down the gradient of the potential, -M grad mu, integrated by parts."""
    return mobility * ufl.inner(ufl.grad(mu), ufl.grad(q)) * dx


def potential(mu: Expression, slope: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """mu less the local `slope` f'(c) of the free energy."""
    return (mu - slope) * q * dx


def gradient_energy(kappa: Expression, c: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """kappa lap(c), integrated by parts: what diffuse interfaces add to `potential`."""
    return -kappa * ufl.inner(ufl.grad(c), ufl.grad(q)) * dx


def energy_density(local: Expression, kappa: Expression, c: Expression) -> Expression:
    """`local` free energy f(c) and gradient energy kappa/2 |grad c|^2."""
    return local + kappa / 2 * ufl.inner(ufl.grad(c), ufl.grad(c))


def quartic_well(
    height: Expression, low: Expression, high: Expression, c: Expression
) -> Expression:
    """f(c) = rho (c - c_a)^2 (c_b - c)^2, with minima at `low` and `high`."""
    product = (c - low) * (high - c)
    return height * product * product


def quartic_well_slope(
    height: Expression, low: Expression, high: Expression, c: Expression
) -> Expression:
    """f'(c) of `quartic_well`."""
    return 2 * height * (c - low) * (high - c) * (low + high - 2 * c)
