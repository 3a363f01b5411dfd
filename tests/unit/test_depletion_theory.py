import numpy as np
import pytest

from lithovoid.theory.constants import FARADAY
from lithovoid.theory.depletion import sand_capacity, slab_capacity

OMEGA = 12.97e-6


@pytest.mark.parametrize(("current", "utilisation"), [(0.1, 0.9369), (1.0, 0.4132)])
def test_utilisation_of_a_lithium_magnesium_foil(current: float, utilisation: float) -> None:
    """25 um of Li0.9Mg0.1 from 69.6 to 24.0 mmol/cm^3, D = 3e-15 m^2/s: the exact series."""
    sites, removable, thickness = 69.6e3 / 0.9, 45.6e3, 25e-6
    capacity = slab_capacity(removable / sites, current, 3e-15, 1 / sites, thickness)
    assert capacity / (FARADAY * removable * thickness) == pytest.approx(utilisation, abs=1e-4)


def test_a_thick_slab_follows_sand() -> None:
    sand = sand_capacity(0.1, 10.0, 6e-15, OMEGA)
    assert slab_capacity(0.1, 10.0, 6e-15, OMEGA, 1e-3) == pytest.approx(sand, rel=1e-5)


def test_a_thin_slab_is_emptied() -> None:
    full = 0.5 * FARADAY * 1e-7 / OMEGA
    assert slab_capacity(0.5, 0.01, 6e-15, OMEGA, 1e-7) == pytest.approx(full, rel=1e-4)


def test_sand() -> None:
    capacity = sand_capacity(1.0, 1.0, 6e-15, OMEGA)
    assert capacity / 3.6e4 == pytest.approx(7.24, abs=0.005)
    time = capacity / 1.0
    rise = 2 * (1.0 * OMEGA / FARADAY) * np.sqrt(time / (np.pi * 6e-15))
    assert rise == pytest.approx(1.0)
