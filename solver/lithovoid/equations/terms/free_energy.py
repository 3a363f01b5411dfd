"""Free energy of metal and void, as functions of UFL expressions or numbers.

F = int_anode [ (1 - h) f(v) + W g(phi) + kappa/2 |grad phi|^2 ] dV
    + int_interface gamma cos(theta) H(phi) dS

with h = phi^3 (10 - 15 phi + 6 phi^2), g = phi^2 (1 - phi)^2, H = phi^2 (3 - 2 phi). The void's own
free energy is zero. Equivalent to the two-field model of Zhao, Wang & Martinez-Paneda, J. Mech.
Phys. Solids 167, 104999 (2022): see `driving_force`.

Powers are written as products: the generated code would call ``pow`` at every quadrature point,
which doubled the time of assembly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ufl

Expression = Any
"""A UFL expression, or a number: UFL's own types are not annotated."""


def interpolation(phi: Expression) -> Expression:
    """Share of void h(phi): 0 in metal, 1 in the void, flat at both ends."""
    return phi * phi * phi * (10 - phi * (15 - 6 * phi))


def interpolation_slope(phi: Expression) -> Expression:
    """h'(phi)."""
    return 30 * double_well(phi)


def double_well(phi: Expression) -> Expression:
    """g(phi), zero in metal and void."""
    product = phi * (1 - phi)
    return product * product


def double_well_slope(phi: Expression) -> Expression:
    """g'(phi)."""
    return 2 * phi * (1 - phi) * (1 - 2 * phi)


def wall_share(phi: Expression) -> Expression:
    """H(phi): the share of the interface that is electrolyte | void."""
    return phi * phi * (3 - 2 * phi)


@dataclass(frozen=True)
class MetalFreeEnergy:
    """Free energy density f(v) [J/m^3] of the metal and its slope mu = f'(v) [J/m^3]."""

    density: Callable[[Expression], Expression]
    potential: Callable[[Expression], Expression]


BELOW = 5.0
"""Limit of mu below v_e over that above it: with equal ones v falls to -0.1 at tips of metal, where
the curvature asks for more."""


def saturating(stiffness: Expression, v_e: Expression, limit: Expression) -> MetalFreeEnergy:
    """mu = mu_max u / sqrt(1 + u^2), u = A (v - v_e) / mu_max: A (v - v_e) up to a largest mu.

    Convex, so that voids and metal are a gradient flow. The slope at v_e, `stiffness` A [J/m^3],
    decides what capillarity does: with A = RT/Omega, the ideal solution's at small v, it moves
    lithium as it does in the metal. The `limit` mu_max [J/m^3] keeps supersaturated metal from
    opening by itself within the wall of a void, whose barrier W it must not come near; a part of
    W = 6 gamma / l, it is out of reach where l resolves the edges of voids.
    """

    def relative(v: Expression) -> tuple[Expression, Expression]:
        """The limit on this side of v_e, and A (v - v_e) over it."""
        largest = limit * ufl.conditional(ufl.lt(v, v_e), BELOW, 1.0)
        return largest, stiffness * (v - v_e) / largest

    def density(v: Expression) -> Expression:
        largest, u = relative(v)
        return largest * largest / stiffness * (ufl.sqrt(1 + u * u) - 1)

    def potential(v: Expression) -> Expression:
        largest, u = relative(v)
        return largest * u / ufl.sqrt(1 + u * u)

    return MetalFreeEnergy(density, potential)


def driving_force(metal: MetalFreeEnergy, v: Expression, v_void: Expression) -> Expression:
    """Grand-potential difference void - metal, -f - mu (v_void - v) [J/m^3]; negative grows voids.

    At small v, where mu = (RT/Omega)(v - v_e), the driving term of Zhao, Wang & Martinez-Paneda
    (2022), (RT/Omega) ln(v/v_e), to first order about v_e in units of (v - v_e).
    """
    return -metal.density(v) - metal.potential(v) * (v_void - v)
