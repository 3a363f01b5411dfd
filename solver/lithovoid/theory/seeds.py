"""Seeds: voids large enough for a mesh, which stand in for nuclei of a nanometre.

NumPy only. A seed on the interface is the part of a sphere (in two dimensions: of a circle) of
radius r that lies in the metal, its centre r cos(theta) away from the interface, theta the contact
angle of the metal. It grows if it is larger than the critical radius under the force of the
vacancies around it,

    r* = (d - 1) gamma / g,   g = f(v) + mu(v) (1 - x_mg - v),
    mu = mu_max u / sqrt(1 + u^2),  f = mu_max^2 / A (sqrt(1 + u^2) - 1),  u = A (v - v_e) / mu_max,

and it opens if the metal around it holds the vacancies that it stores: those within Gaussian shells
of some seed radii are taken, up to a largest share.
"""

from math import acos, erf, erfc, exp, inf, pi, sqrt

import numpy as np

SHELLS = (3.0, 5.0, 8.0, 12.0)
"""Widths of the shell that are tried, in seed radii."""

LARGEST_SHARE = 0.9
"""Share of the excess vacancies that a shell may give at most."""

_POINTS = 1001


def seed_volume(radius: float, cos_theta: float, dimension: int) -> float:
    """Volume of a seed in three dimensions, its area in two; in powers of the unit of `radius`."""
    if dimension == 2:
        outside = acos(cos_theta) - cos_theta * sqrt(1 - cos_theta**2)
        return radius**2 * (pi - outside)
    height = radius * (1 + cos_theta)
    return pi * height**2 * (3 * radius - height) / 3


def void_force(v: float, v_void: float, v_e: float, stiffness: float, largest: float) -> float:
    """g, by which metal with `v` > `v_e` is above a void that stores `v_void` [J/m^3].

    `stiffness` A and the `largest` mu in J/m^3.
    """
    u = stiffness * (v - v_e) / largest
    root = sqrt(1 + u * u)
    return largest**2 / stiffness * (root - 1) + largest * u / root * (v_void - v)


def critical_radius(surface_energy: float, force: float, dimension: int) -> float:
    """Radius [m] above which a void grows; `surface_energy` in J/m^2, `force` in J/m^3."""
    return (dimension - 1) * surface_energy / force if force > 0 else inf


def vacancies_in_reach(
    rise: float, diffusion_length: float, radius: float, height: float, extents: list[float]
) -> float:
    """Volume of emptied lattice that a seed beside a side of the anode can take at most.

    v rises by `rise` at the interface and as ierfc(z / `diffusion_length`) behind it, with
    2 sqrt(D t) for a constant current. The seed of `radius` has its centre at `height` over the
    interface and just fits between there and the side, where it has least; `extents` are depth,
    width (and, in three dimensions, the other width) of the anode, which may be infinite. All in
    one unit of length.
    """
    shell = SHELLS[-1] * radius
    depth, *widths = extents
    z = np.linspace(0.0, min(depth, 5 * diffusion_length), _POINTS)
    excess = np.array([rise * sqrt(pi) * _ierfc(x / diffusion_length) for x in z])
    weight = np.exp(-0.5 * ((z - height) / shell) ** 2)
    along = [_gauss(radius, shell) + _gauss(width - radius, shell) for width in widths]
    return LARGEST_SHARE * float(np.trapezoid(weight * excess, z)) * float(np.prod(along))


def _gauss(length: float, width: float) -> float:
    """Integral of exp(-x^2 / (2 `width`^2)) from zero to `length`."""
    return width * sqrt(pi / 2) * erf(length / (width * sqrt(2)))


def _ierfc(x: float) -> float:
    """Integral of the complementary error function from `x` to infinity."""
    return exp(-x * x) / sqrt(pi) - x * erfc(x)
