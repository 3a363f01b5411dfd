from collections.abc import Callable

import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

import numpy as np
import pytest

from lithovoid.equations.terms.time_scheme import TimeDerivative

STEPS = [(0.7, 1.0), (0.7, 0.2), (0.7, 1.9)]  # step, and its ratio to the one before


class Scheme:
    """The derivative as a number, through the form that a solver would assemble."""

    def __init__(self) -> None:
        domain = mesh.create_unit_interval(MPI.COMM_SELF, 1)
        self.derivative = TimeDerivative(domain)
        self._values = [fem.Constant(domain, 0.0) for _ in range(3)]
        self._form = fem.form(self.derivative(*self._values) * ufl.dx(domain))

    def __call__(self, function: Callable[[float], float], times: list[float]) -> float:
        for constant, time in zip(self._values, times, strict=True):
            constant.value = function(time)
        return float(fem.assemble_scalar(self._form))


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return Scheme()


@pytest.mark.parametrize(("dt", "ratio"), STEPS)
@pytest.mark.parametrize("power", [0, 1, 2])
def test_bdf2_is_exact_for_quadratics(scheme: Scheme, dt: float, ratio: float, power: int) -> None:
    scheme.derivative.set(dt, ratio)
    times = [3.0, 3.0 - dt, 3.0 - dt - dt / ratio]
    rate = scheme(lambda t: t**power, times)
    assert rate == pytest.approx(power * 3.0 ** (power - 1), rel=1e-12, abs=1e-12)


def test_without_history_it_is_backward_euler(scheme: Scheme) -> None:
    scheme.derivative.set(0.5, 0.0)
    values = {3.0: 7.0, 2.5: 4.0, 0.0: 1e9}
    assert scheme(values.__getitem__, [3.0, 2.5, 0.0]) == pytest.approx(6.0, rel=1e-12)


def test_charge_of_a_constant_current_is_current_times_step(scheme: Scheme) -> None:
    charge, before = 0.0, 0.0
    for dt in (0.5, 0.7, 0.1):
        scheme.derivative.set(dt, dt / before if before else 0.0)
        charge = scheme.derivative.charge_step(2.0, charge)
        assert charge == pytest.approx(2.0 * dt, rel=1e-14)
        before = dt


def test_charge_balances_what_the_derivative_stores(scheme: Scheme) -> None:
    """dc/dt = i in each step: the charges of the steps add up to the change of c."""
    rng = np.random.default_rng(1)
    stored, total, charge, before = [0.0, 0.0], 0.0, 0.0, 0.0
    for dt, current in zip(rng.uniform(0.2, 1, 8), rng.normal(size=8), strict=True):
        r = dt / before if before else 0.0
        scheme.derivative.set(dt, r)
        at_zero = scheme({0.0: 0.0, 1.0: stored[0], 2.0: stored[1]}.__getitem__, [0.0, 1.0, 2.0])
        at_one = scheme({0.0: 1.0, 1.0: stored[0], 2.0: stored[1]}.__getitem__, [0.0, 1.0, 2.0])
        stored = [(current - at_zero) / (at_one - at_zero), stored[0]]
        charge = scheme.derivative.charge_step(current, charge)
        total, before = total + charge, dt
        assert total == pytest.approx(stored[0], rel=1e-12)
