"""Classical theory of the nucleation of voids on the lithium | electrolyte interface.

NumPy only. `v` is the vacancy fraction per lattice site, `x_mg` magnesium per lattice site, and
y = x_mg / (1 - v) magnesium per atom. A void on the interface is the part of a sphere that meets
the electrolyte at the contact angle of the metal, theta:

    w = W_ad / gamma,  cos theta = w - 1                          (Young-Dupre)
    dG* = 16 pi gamma^3 f(w) / (3 dg^2),  dg = (RT/Omega) ln(v / v_eq),  f = (3 - w) w^2 / 4
    J = J0 v exp(-dG* / kT) = J0 v exp(-B / ln^2(v / v_eq))

The shape factor f is the textbook one of heterogeneous nucleation (D. Turnbull, J. Chem. Phys. 18,
198 (1950)) for a nucleus with the angle pi - theta. The barrier is that of a three-dimensional
nucleus also in two-dimensional runs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lithovoid.theory.composition import magnesium_share
from lithovoid.theory.constants import BOLTZMANN, GAS

Array = npt.NDArray[np.float64]
RateLaw = Callable[[Array, Array, "RateParameters"], Array]
"""``(v, x_mg, parameters) -> rate`` in 1/(m^2 s), arrays of one shape."""


@dataclass(frozen=True)
class RateParameters:
    """What a rate law may know, in SI units."""

    prefactor: float  # J0 [1/(m^2 s)]
    temperature: float  # [K]
    molar_volume: float  # Omega [m^3/mol]
    surface_energy: float  # gamma0 [J/m^2]
    surface_energy_slope: float
    adhesion: float  # W0 [J/m^2]
    adhesion_slope: float
    equilibrium_vacancies: float  # v_eq


def surface_energy(y: npt.ArrayLike, parameters: RateParameters) -> Array:
    """Surface energy gamma = gamma0 (1 + b_gamma y) [J/m^2]."""
    return parameters.surface_energy * (1 + parameters.surface_energy_slope * np.asarray(y))


def adhesion(y: npt.ArrayLike, parameters: RateParameters) -> Array:
    """Work of adhesion W_ad = W0 (1 + b_W y) [J/m^2]."""
    return parameters.adhesion * (1 + parameters.adhesion_slope * np.asarray(y))


def wetting(y: npt.ArrayLike, parameters: RateParameters) -> Array:
    """w = W_ad / gamma, at most 2: beyond, the metal wets the electrolyte completely."""
    return np.minimum(adhesion(y, parameters) / surface_energy(y, parameters), 2.0)


def contact_angle_cosine(y: npt.ArrayLike, parameters: RateParameters) -> Array:
    """Cosine of the contact angle theta of the metal on the electrolyte (Young-Dupre)."""
    return wetting(y, parameters) - 1


def shape_factor(w: npt.ArrayLike) -> Array:
    """Barrier on the interface relative to the barrier in the bulk, f = (3 - w) w^2 / 4."""
    w = np.asarray(w, dtype=float)
    return np.asarray((3 - w) * w**2 / 4)


def barrier_coefficient(y: npt.ArrayLike, parameters: RateParameters) -> Array:
    """B in dG*/kT = B / ln^2(v / v_eq), B = 16 pi gamma^3 f Omega^2 / (3 (RT)^2 kT)."""
    temperature = parameters.temperature
    gamma = surface_energy(y, parameters)
    force = GAS * temperature / parameters.molar_volume
    shape = shape_factor(wetting(y, parameters))
    return np.asarray(
        16 * np.pi * gamma**3 * shape / (3 * force**2 * BOLTZMANN * temperature), dtype=float
    )


def critical_vacancy_fraction(
    y: npt.ArrayLike, parameters: RateParameters, barrier: float = 30.0
) -> Array:
    """Vacancy fraction at which dG*/kT falls to `barrier`, for metal of composition `y`.

    Values above 1 mean that the barrier stays higher whatever the vacancy fraction.
    """
    supersaturation = np.exp(np.sqrt(barrier_coefficient(y, parameters) / barrier))
    return np.asarray(parameters.equilibrium_vacancies * supersaturation)


def classical_rate(v: Array, x_mg: Array, parameters: RateParameters) -> Array:
    """Nucleation rate J = J0 v exp(-B(y) / ln^2(v / v_eq)) per interface area [1/(m^2 s)].

    `v` and `x_mg` have one shape. Zero for v <= v_eq, finite everywhere.
    """
    v = np.asarray(v, dtype=float)
    v_eq = parameters.equilibrium_vacancies
    supersaturated = v > v_eq
    # Elsewhere any number above 1 will do: the rate is set to zero there.
    log = np.log(np.where(supersaturated, v, 2 * v_eq) / v_eq)
    y = magnesium_share(np.asarray(x_mg, dtype=float), v, np.maximum)
    coefficient = barrier_coefficient(y, parameters)
    with np.errstate(divide="ignore", over="ignore"):  # just above v_eq: exp(-inf) = 0
        rate = parameters.prefactor * v * np.exp(-coefficient / log**2)
    return np.where(supersaturated, rate, 0.0)
