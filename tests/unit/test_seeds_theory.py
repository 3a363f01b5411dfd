"""Closed forms on seeds, against geometry, limits, and what the seeder of a run does."""

from math import acos, erfc, inf, pi, sqrt

import numpy as np
import pytest
from cases import simulation

from lithovoid.case.coefficients import Wall
from lithovoid.theory.seeds import (
    LARGEST_SHARE,
    critical_radius,
    seed_volume,
    vacancies_in_reach,
    void_force,
)
from lithovoid.voids.seeding import Seeder

V_E, DIFFUSION_LENGTH = 1e-3, 4.0


def test_volumes_of_seeds() -> None:
    assert seed_volume(2.0, 0.0, 2) == pytest.approx(2 * pi)
    assert seed_volume(2.0, 1.0, 2) == pytest.approx(4 * pi)
    assert seed_volume(2.0, 0.0, 3) == pytest.approx(16 * pi / 3)
    assert seed_volume(2.0, 1.0, 3) == pytest.approx(32 * pi / 3)
    x = np.linspace(-0.4, 1.0, 200_001)  # a circle cut off 0.4 below its centre
    assert seed_volume(1.0, 0.4, 2) == pytest.approx(np.trapezoid(2 * np.sqrt(1 - x**2), x), 1e-6)
    assert seed_volume(1.0, 0.4, 3) == pytest.approx(np.trapezoid(pi * (1 - x**2), x), 1e-6)


def test_the_force_is_that_of_lithium_at_few_vacancies_and_has_a_limit() -> None:
    few = void_force(V_E + 1e-6, 1.0, V_E, 1e8, 1e6)
    assert few == pytest.approx(1e8 * 1e-6 * (1 - V_E), rel=1e-4)
    many = void_force(0.5, 1.0, V_E, 1e8, 1e3)
    assert many == pytest.approx(1e3 * (1 - V_E), rel=1e-3)  # mu_max (v_void - v) + f
    assert critical_radius(0.5, 1e6, 2) == pytest.approx(0.5e-6)
    assert critical_radius(0.5, 1e6, 3) == pytest.approx(1e-6)
    assert critical_radius(0.5, 0.0, 2) == inf


def test_a_wide_shell_reaches_all_vacancies_of_a_narrow_cell() -> None:
    """Their volume per area is rise times the integral of sqrt(pi) ierfc, sqrt(pi) L / 4."""
    found = vacancies_in_reach(0.1, 1.0, 1e4, 0.0, [50.0, 3.0, 2.0])
    assert found == pytest.approx(LARGEST_SHARE * 0.1 * sqrt(pi) / 4 * 6.0, rel=1e-2)
    unbounded = vacancies_in_reach(0.1, 1.0, 1.0, 0.0, [50.0, inf])
    wide = vacancies_in_reach(0.1, 1.0, 1.0, 0.0, [50.0, 1e3])
    assert unbounded == pytest.approx(wide)


@pytest.mark.parametrize("share", [0.75, 1.35])
def test_the_seeder_of_a_run_opens_seeds_that_are_fed(share: float) -> None:
    cell = simulation(geometry={"width": "12 um", "anode": "12 um", "coarse_size": "0.5 um"})
    radius, cos_theta = 0.5, cell.model.numbers(Wall).cos_theta
    reached = vacancies_in_reach(1.0, DIFFUSION_LENGTH, radius, radius * cos_theta, [12.0, 12.0])
    rise = share * seed_volume(radius, cos_theta, 2) / reached
    rise /= 1 + share * seed_volume(radius, cos_theta, 2) / reached  # of 1 - v sites each
    height = cell.state.anode.tabulate_dof_coordinates()[:, 1] / DIFFUSION_LENGTH
    profile = np.exp(-(height**2)) - sqrt(pi) * height * np.vectorize(erfc)(height)
    cell.state.v.x.array[:] = V_E + rise * profile
    seeder = Seeder(cell.model, radius)
    beside = np.array([radius, 0.0])
    assert seeder.insert(seeder.centre(beside, np.array([0.0, 1.0]))) == (share > 1)
    assert acos(cos_theta) == pytest.approx(1.096, abs=1e-3)
