from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithovoid.equations.terms import free_energy as fe

POINTS = np.linspace(0.02, 0.9, 23)
V_E = 1e-3
A, LIMIT = 3.0, 0.2
BOTH_SIDES = [*(V_E - POINTS), *POINTS]
fractions = st.floats(-1.0, 1.0)


@pytest.fixture
def metal(monkeypatch: pytest.MonkeyPatch) -> fe.MetalFreeEnergy:
    """Return the saturating free energy, for numbers in place of UFL expressions."""
    monkeypatch.setattr(fe, "ufl", Numbers)
    return fe.saturating(A, V_E, LIMIT)


class Numbers:
    """What of UFL the free energy uses."""

    sqrt = staticmethod(np.sqrt)
    lt = staticmethod(np.less)
    conditional = staticmethod(np.where)


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
    ],
)
def test_slopes_are_those_of_the_functions(
    function: Callable[[float], float], derivative: Callable[[float], float]
) -> None:
    for x in POINTS:
        assert derivative(x) == pytest.approx(slope(function, x), rel=1e-7, abs=1e-8)


def test_the_density_is_the_integral_of_the_potential(metal: fe.MetalFreeEnergy) -> None:
    for v in BOTH_SIDES:
        assert metal.potential(v) == pytest.approx(slope(metal.density, v), rel=1e-6)
        x = np.linspace(V_E, v, 4001)
        integral = np.trapezoid(metal.potential(x), x)
        assert metal.density(v) == pytest.approx(integral, rel=1e-5)


def test_metal_is_at_rest_at_the_equilibrium_fraction(metal: fe.MetalFreeEnergy) -> None:
    assert metal.density(V_E) == pytest.approx(0.0, abs=1e-15)
    assert metal.potential(V_E) == pytest.approx(0.0, abs=1e-15)
    assert fe.driving_force(metal, V_E, 1.0) == pytest.approx(0.0, abs=1e-15)


def test_capillarity_is_that_of_the_stiffness(metal: fe.MetalFreeEnergy) -> None:
    """The slope at rest is A, from both sides, and within 1 % where mu is a tenth of mu_max."""
    for distance in (1e-6, -1e-6, 0.1 * LIMIT / A, -0.1 * LIMIT / A):
        assert metal.potential(V_E + distance) == pytest.approx(A * distance, rel=0.01)
    small = fe.driving_force(metal, V_E + 1e-6, 1.0)
    assert small == pytest.approx(-A * 1e-6, rel=2e-3)


def test_the_driving_force_saturates_and_later_below_rest(metal: fe.MetalFreeEnergy) -> None:
    far = 1e3 * LIMIT / A
    assert metal.potential(V_E + far) == pytest.approx(LIMIT, rel=1e-5)
    assert metal.potential(V_E - far) == pytest.approx(-5 * LIMIT, rel=1e-4)


def test_metal_with_no_lithium_left_has_spent_its_driving_force(metal: fe.MetalFreeEnergy) -> None:
    """Minus mu (v_void - v) - f: at v = v_void only the free energy of the metal is gained."""
    assert fe.driving_force(metal, 0.9, 0.9) == pytest.approx(-metal.density(0.9))
    assert fe.driving_force(metal, 0.5, 0.9) == pytest.approx(
        -metal.density(0.5) - metal.potential(0.5) * 0.4
    )


@given(v=fractions, w=fractions, t=st.floats(0, 1))
def test_convex_and_its_potential_within_the_limits(v: float, w: float, t: float) -> None:
    """So that metal and void are a gradient flow, whatever v a step of Newton tries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fe, "ufl", Numbers)
        metal = fe.saturating(A, V_E, LIMIT)
        between = metal.density(t * v + (1 - t) * w)
        chord = t * metal.density(v) + (1 - t) * metal.density(w)
        assert between <= chord + 1e-12
        low, high = metal.potential(min(v, w)), metal.potential(max(v, w))
        assert low <= high
        assert low >= -5 * LIMIT
        assert high <= LIMIT
        assert metal.density(v) >= 0.0
