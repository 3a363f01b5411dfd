"""Electrolytes of pillars and grains: what the pattern is, and what it does to the current."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import scenario, simulation, strip

from lithovoid.case.coefficients import Kinetics
from lithovoid.case.derived import derive
from lithovoid.case.load import parse_scenario
from lithovoid.equations.charge import Charge
from lithovoid.fields.conductivity import conductivity_at
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import build_mesh

BASE = 0.04
PILLARS = {
    "type": "pillars",
    "spacing": "2 um",
    "diameter": "1 um",
    "conductivity": "0.4 S/m",
}
GRAINS = {
    "type": "grains",
    "size": "4 um",
    "spread": 0.5,
    "boundary_width": "0.4 um",
    "boundary_conductivity": "0.004 S/m",
    "seed": 5,
}
CELL = {
    "geometry": {"width": "4 um", "anode": "3 um", "electrolyte": "2 um", "fine_depth": "1 um"},
    "electrolyte": {"conductivity": f"{BASE} S/m"},
}


def patterned(pattern: dict[str, Any], **geometry: str) -> dict[str, Any]:
    return {
        "geometry": CELL["geometry"] | geometry,
        "electrolyte": CELL["electrolyte"] | {"pattern": pattern},
    }


def at(points: list[list[float]], pattern: dict[str, Any]) -> np.ndarray:
    electrolyte = scenario(**patterned(pattern)).electrolyte
    places = np.array(points)
    low = np.zeros(places.shape[1])
    return conductivity_at(places, electrolyte, low, low + 100.0)


def test_pillars_are_stripes_in_two_and_cylinders_in_three_dimensions() -> None:
    assert at([[1.0, 0.1], [0.4, 0.1], [3.4, 9.0], [2.1, 9.0]], PILLARS).tolist() == [
        0.4,
        BASE,
        0.4,
        BASE,
    ]
    corner = [1.4, 1.4, 1.0]  # inside of a square of one diameter, outside of the circle
    assert at([[1.0, 3.0, 5.0], corner, [1.4, 1.0, 1.0]], PILLARS).tolist() == [0.4, BASE, 0.4]


@pytest.mark.parametrize("gdim", [2, 3])
def test_grains_have_the_median_the_spread_and_the_boundaries_that_were_asked_for(
    gdim: int,
) -> None:
    places = np.random.default_rng(1).uniform(0, 100, (40_000, gdim))
    values = at(places.tolist(), GRAINS)
    assert np.array_equal(values, at(places.tolist(), GRAINS))
    assert not np.array_equal(values, at(places.tolist(), GRAINS | {"seed": 6}))
    boundary = np.isclose(values, 0.004)
    # the length of boundaries per area of a Voronoi tessellation of points of unit density is
    # about 2 in the plane, 2.9 in space (J. L. Meijering, Philips Res. Rep. 8, 270 (1953))
    assert boundary.mean() == pytest.approx({2: 2.0, 3: 2.9}[gdim] * 0.4 / 4, rel=0.2)
    logs = np.log(values[~boundary] / BASE)
    assert np.median(logs) == pytest.approx(0.0, abs=0.1)
    assert logs.std() == pytest.approx(0.5, rel=0.15)


def test_the_mesh_resolves_the_pattern_and_the_estimate_counts_it() -> None:
    coarse = scenario(geometry=CELL["geometry"] | {"coarse_size": "1 um"})
    fine = scenario(**patterned(GRAINS, coarse_size="1 um"))
    counts = [(build_mesh(case).cell_tags == 2).sum() for case in (coarse, fine)]
    assert counts[1] > 1.5 * counts[0]
    estimates = [derive(case).resolution for case in (coarse, fine)]
    assert all(estimates)
    assert estimates[1].unknowns > estimates[0].unknowns  # type: ignore[union-attr]


@pytest.mark.parametrize("geometry", [{}, {"depth": "2 um"}], ids=["2-D", "3-D"])
def test_the_fresh_cell_is_the_baseline_and_its_resistance_within_exact_bounds(
    geometry: dict[str, str],
) -> None:
    """Between all current straight on (upper) and faces at one potential (lower bound)."""
    cell = simulation(**patterned(PILLARS, **geometry))
    at_rest = 1e-3 * cell.model.numbers(Kinetics).thermal_voltage  # Nernst shift of v_equilibrium
    assert cell.observed.overpotential == pytest.approx(
        at_rest, abs=1e-3 * cell.observed.cell_voltage
    )
    sigma = cell.model.part(Charge).conductivity
    assert sigma is not None
    d = cell.domain
    volume = d.integral(sigma / sigma * d.dx_electrolyte)
    mean = d.integral(sigma * d.dx_electrolyte) / volume
    mean_inverse = d.integral(1 / sigma * d.dx_electrolyte) / volume
    share = 0.5 if not geometry else np.pi / 16
    assert mean == pytest.approx((share * 0.4 + (1 - share) * BASE) / 1e-6, rel=0.02)
    resistance = cell.observer._resistance
    assert resistance is not None
    assert 1.02 * 2.0 / mean < resistance < 0.98 * 2.0 * mean_inverse


def test_current_prefers_the_pillars_and_the_ledger_is_kept() -> None:
    quick = {"kinetics": {"exchange_current_density": "1 A/cm^2"}}  # resistance decides
    cell = simulation(**patterned(PILLARS), **quick)
    records = [cell.step() for _ in range(3)]
    assert max(abs(record.ledger_residual) for record in records) < 1e-8
    v, x = cell.state.v.x.array - 1e-3, cell.state.anode.tabulate_dof_coordinates()
    at_interface = x[:, 1] < 1e-9
    above = at_interface & (np.abs(x[:, 0] % 2.0 - 1.0) < 0.3)
    between = at_interface & (np.abs(x[:, 0] % 2.0 - 1.0) > 0.7)
    assert v[above].mean() > 1.1 * v[between].mean()


def test_a_uniform_pattern_changes_nothing() -> None:
    same = PILLARS | {"conductivity": f"{BASE} S/m"}
    plain, uniform = simulation(**CELL), simulation(**patterned(same))
    assert uniform.observed.cell_voltage == pytest.approx(plain.observed.cell_voltage, rel=1e-9)
    assert uniform.observer.intact_voltage(10.0) == pytest.approx(
        plain.observer.intact_voltage(10.0), rel=1e-7
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (PILLARS | {"diameter": "2 um"}, "diameter must be less than spacing"),
        (PILLARS | {"diameter": "0.2 um"}, "pattern: not resolved .*interface_size = 0.25 um"),
        (GRAINS | {"boundary_width": "2 um"}, "less than half of size"),
        ({"type": "grains", "size": "1 um", "boundary_width": "0.3 um"}, "given together"),
        ({"type": "layers"}, 'electrolyte.pattern.*"pillars" or "grains"'),
    ],
)
def test_what_cannot_be_is_refused(pattern: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        scenario(**patterned(pattern))


def test_a_column_has_no_pattern() -> None:
    column = {
        "geometry": {"type": "column", "anode": "9 um", "electrolyte": "2 um"},
        "nucleation": {"mode": "off"},
        "electrolyte": {"pattern": PILLARS},
        "protocol": [strip(time="1 s")],
    }
    with pytest.raises(ConfigurationError, match="a column has no width"):
        parse_scenario(column, Path())
