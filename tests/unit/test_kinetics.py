import math

import pytest

from lithovoid.equations.terms.kinetics import (
    EXPONENT_LIMIT,
    contact,
    current_density,
    guarded_exponential,
)

I0 = 100.0


def current(u: float, lithium: float = 1.0, share: float = 1.0, a: float = 0.3) -> float:
    return float(current_density(u, lithium, share, I0, a, 1 - a))


@pytest.mark.parametrize("a", [0.3, 0.5])
@pytest.mark.parametrize("u", [1e-7, -1e-7])
def test_small_overpotentials_give_the_linear_law(u: float, a: float) -> None:
    # i = i0 (alpha_a + alpha_c) F eta / RT
    assert current(u, a=a) == pytest.approx(I0 * u, rel=1e-6)


@pytest.mark.parametrize(("u", "alpha", "sign"), [(40.0, 0.3, 1.0), (-40.0, 0.7, -1.0)])
def test_large_overpotentials_give_the_tafel_law(u: float, alpha: float, sign: float) -> None:
    assert current(u) == pytest.approx(sign * I0 * math.exp(alpha * abs(u)), rel=1e-6)
    decade = math.log(10) / alpha
    assert current(u + sign * decade) == pytest.approx(10 * current(u), rel=1e-6)


@pytest.mark.parametrize("lithium", [0.9, 0.1, 1e-3])
def test_depletion_shifts_zero_current_by_nernst(lithium: float) -> None:
    shift = math.log(1 / lithium)  # alpha_a + alpha_c = 1
    assert abs(current(shift, lithium)) < 1e-12 * I0 / lithium
    slope = (current(shift + 1e-5, lithium) - current(shift - 1e-5, lithium)) / 2e-5
    assert slope == pytest.approx(I0 * lithium**0.7, rel=1e-6)


def test_no_current_under_a_void_and_no_stripping_without_lithium() -> None:
    assert contact(1.0) == 0.0
    assert contact(0.0) == 1.0
    assert current(5.0, share=contact(1.0)) == 0.0
    assert current(5.0, lithium=0.0) == pytest.approx(-I0 * math.exp(-3.5))


def test_guarded_exponential_is_the_exponential_below_its_limit() -> None:
    for x in (-700.0, -1.0, 0.0, 30.0, EXPONENT_LIMIT - 1e-9):
        assert float(guarded_exponential(x)) == pytest.approx(math.exp(x), rel=1e-12)


def test_guarded_exponential_continues_smoothly_and_stays_finite() -> None:
    d = 1e-4
    low, at, high = (float(guarded_exponential(EXPONENT_LIMIT + s)) for s in (-d, 0.0, d))
    assert (high - at) / (at - low) == pytest.approx(1.0, abs=2 * d)
    assert float(guarded_exponential(1e6)) == pytest.approx(math.exp(60) * (1 + 1e6 - 60))
    assert math.isfinite(float(guarded_exponential(1e30)))
