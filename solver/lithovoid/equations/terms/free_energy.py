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


def parabolic(stiffness: Expression, v_e: Expression) -> MetalFreeEnergy:
    """f = A/2 (v - v_e)^2, A the `stiffness` in J/m^3."""
    return MetalFreeEnergy(
        density=lambda v: stiffness / 2 * (v - v_e) * (v - v_e),
        potential=lambda v: stiffness * (v - v_e),
    )


def ideal(scale: Expression, v_e: Expression) -> MetalFreeEnergy:
    """f = s [ v ln(v/v_e) + (1 - v) ln((1 - v)/(1 - v_e)) ], ideal mixing of vacancies.

    `scale` s is RT/Omega in J/m^3 for the physical driving force.
    """
    return MetalFreeEnergy(
        density=lambda v: scale * (v * ufl.ln(v / v_e) + (1 - v) * ufl.ln((1 - v) / (1 - v_e))),
        potential=lambda v: scale * (ufl.ln(v / v_e) - ufl.ln((1 - v) / (1 - v_e))),
    )


def driving_force(metal: MetalFreeEnergy, v: Expression, v_void: Expression) -> Expression:
    """Grand-potential difference void - metal, -f - mu (v_void - v) [J/m^3]; negative grows voids.

    For the ideal solution and v_void = 1 this is -(RT/Omega) ln(v/v_e), the driving term of Zhao,
    Wang & Martinez-Paneda (2022).
    """
    return -metal.density(v) - metal.potential(v) * (v_void - v)
