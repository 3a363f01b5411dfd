from collections.abc import Callable

import numpy as np
import pytest

from lithovoid.equations.terms import free_energy as fe

POINTS = np.linspace(0.02, 0.9, 23)
V_E = 1e-3


def slope(function: Callable[[float], float], x: float) -> float:
    """Central difference of fourth order."""
    d = 1e-3 * x
    values = [function(x + k * d) for k in (-2, -1, 1, 2)]
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * d)


def test_interpolation_and_wells_join_metal_and_void() -> None:
    assert fe.interpolation(0.0) == fe.double_well(0.0) == fe.wall_share(0.0) == 0.0
    assert fe.interpolation(1.0) == fe.wall_share(1.0) == 1.0
    assert fe.double_well(1.0) == 0.0
    assert fe.interpolation(0.5) == fe.wall_share(0.5) == 0.5


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (fe.interpolation, fe.interpolation_slope),
        (fe.double_well, fe.double_well_slope),
        (fe.parabolic(3.0, V_E).density, fe.parabolic(3.0, V_E).potential),
        (fe.ideal(3.0, V_E).density, fe.ideal(3.0, V_E).potential),
    ],
)
def test_slopes_are_those_of_the_functions(
    function: Callable[[float], float], derivative: Callable[[float], float]
) -> None:
    for x in POINTS:
        assert derivative(x) == pytest.approx(slope(function, x), rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("metal", [fe.parabolic(2.0, V_E), fe.ideal(2.0, V_E)])
def test_metal_is_at_rest_at_the_equilibrium_fraction(metal: fe.MetalFreeEnergy) -> None:
    assert metal.density(V_E) == pytest.approx(0.0, abs=1e-15)
    assert metal.potential(V_E) == pytest.approx(0.0, abs=1e-15)
    assert fe.driving_force(metal, V_E, 1.0) == pytest.approx(0.0, abs=1e-15)


def test_ideal_driving_force_is_the_logarithm_of_the_supersaturation() -> None:
    for v in POINTS:
        force = fe.driving_force(fe.ideal(2.0, V_E), v, 1.0)
        assert force == pytest.approx(-2.0 * np.log(v / V_E), rel=1e-12)


def test_parabolic_driving_force_has_its_closed_form() -> None:
    for v in POINTS:
        excess = v - V_E
        expected = -2.0 * excess * ((0.9 - v) + excess / 2)
        assert fe.driving_force(fe.parabolic(2.0, V_E), v, 0.9) == pytest.approx(expected)
