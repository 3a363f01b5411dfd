from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_cases import scenario

from lithovoid.case import rate_law
from lithovoid.case.rate_law import rate_parameters
from lithovoid.machine.errors import ConfigurationError
from lithovoid.theory import nucleation as theory

PARAMETERS = theory.RateParameters(
    prefactor=1e20,
    temperature=298.15,
    molar_volume=12.97e-6,
    surface_energy=0.46,
    surface_energy_slope=0.35,
    adhesion=0.67,
    adhesion_slope=0.9,
    equilibrium_vacancies=2e-9,
)
# Tabulated for b_gamma = 0.35, b_W = 0.9: y, gamma, W_ad, theta [degrees], f, B, and the
# critical v (1 where the barrier of 30 kT is never reached)
TABLE = [
    (0.00, 0.460, 0.670, 63, 0.82, 8878, 0.059),
    (0.01, 0.462, 0.676, 62, 0.82, 9023, 0.068),
    (0.05, 0.468, 0.700, 60, 0.84, 9613, 0.12),
    (0.10, 0.476, 0.730, 58, 0.86, 10370, 0.24),
    (0.15, 0.484, 0.760, 55, 0.88, 11147, 0.47),
    (0.20, 0.492, 0.791, 53, 0.90, 11944, 0.93),
    (0.30, 0.508, 0.851, 48, 0.93, 13593, 1.0),
    (0.40, 0.524, 0.911, 42, 0.95, 15311, 1.0),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"y={row[0]}")
def test_table(row: tuple[float, ...]) -> None:
    y, gamma, work, angle, f, b, critical = row
    assert theory.surface_energy(y, PARAMETERS) == pytest.approx(gamma, abs=5e-4)
    assert theory.adhesion(y, PARAMETERS) == pytest.approx(work, abs=5e-4)
    cosine = theory.contact_angle_cosine(y, PARAMETERS)
    assert np.degrees(np.arccos(cosine)) == pytest.approx(angle, abs=0.5)
    assert theory.shape_factor(cosine + 1) == pytest.approx(f, abs=5e-3)
    assert theory.barrier_coefficient(y, PARAMETERS) == pytest.approx(b, abs=0.5)
    v = float(theory.critical_vacancy_fraction(y, PARAMETERS))
    assert min(v, 1.0) == pytest.approx(critical, rel=0.02)


def test_barrier_at_the_critical_fraction() -> None:
    v = theory.critical_vacancy_fraction(0.1, PARAMETERS, barrier=20.0)
    supersaturation = np.log(v / PARAMETERS.equilibrium_vacancies)
    b = theory.barrier_coefficient(0.1, PARAMETERS)
    assert b / supersaturation**2 == pytest.approx(20.0)


def test_limits_of_wetting() -> None:
    assert theory.shape_factor(0.0) == 0.0
    assert theory.shape_factor(2.0) == 1.0
    wet = replace(PARAMETERS, adhesion=5.0)
    assert theory.contact_angle_cosine(0.0, wet) == 1.0


def test_rate_of_the_law_by_hand() -> None:
    v, x_mg = 0.2, 0.1
    y = x_mg / (1 - v)
    b = theory.barrier_coefficient(y, PARAMETERS)
    expected = 1e20 * v * np.exp(-b / np.log(v / 2e-9) ** 2)
    rate = theory.classical_rate(np.array([v]), np.array([x_mg]), PARAMETERS)
    assert rate == pytest.approx([expected], rel=1e-12)


def test_no_rate_without_supersaturation() -> None:
    v = np.array([-0.1, 0.0, 1e-9, 2e-9])
    assert np.all(theory.classical_rate(v, np.zeros(4), PARAMETERS) == 0)


@given(v=st.floats(0, 1), x_mg=st.floats(0, 0.4))
def test_the_rate_is_finite_and_magnesium_lowers_it(v: float, x_mg: float) -> None:
    pair = theory.classical_rate(np.array([v, v]), np.array([0.0, x_mg]), PARAMETERS)
    assert np.all(np.isfinite(pair))
    assert np.all(pair >= 0)
    assert pair[1] <= pair[0]


@given(v=st.lists(st.floats(1e-8, 1), min_size=2, max_size=9))
def test_the_rate_rises_with_vacancies_in_lithium(v: list[float]) -> None:
    rates = theory.classical_rate(np.sort(v), np.zeros(len(v)), PARAMETERS)
    assert np.all(np.diff(rates) >= 0)


def test_parameters_come_from_the_scenario() -> None:
    parameters = rate_parameters(
        scenario(temperature="310 K", anode={"surface_energy_slope": 0.35})
    )
    assert parameters == replace(PARAMETERS, temperature=310.0)


def test_rate_laws_are_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rate_law.load_rate_law("classical") is theory.classical_rate
    other = EntryPoint("mine", "math:hypot", rate_law.RATE_LAWS)
    monkeypatch.setattr(rate_law, "installed_rate_laws", lambda: EntryPoints([other]))
    assert rate_law.load_rate_law("mine")(3, 4) == 5  # type: ignore[arg-type, call-arg]
    with pytest.raises(ConfigurationError, match=r"given: 'classical'; allowed: mine"):
        rate_law.load_rate_law("classical")
