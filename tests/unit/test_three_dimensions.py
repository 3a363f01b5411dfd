"""A small cell in three dimensions, from the scenario to voids and their numbers."""

from typing import Any

import numpy as np
import pytest
from cases import scenario, simulation

from lithovoid.case.coefficients import Wall
from lithovoid.case.derived import derive
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import build_mesh
from lithovoid.voids.count import VoidCounter

BOX = {"width": "3 um", "depth": "2 um", "anode": "3 um", "electrolyte": "1 um"}


def box(void: list[dict[str, str]], **changes: Any) -> dict[str, Any]:
    return {"geometry": BOX | {"interface_size": "0.2 um", "void": void}, **changes}


def test_voids_of_the_start_are_where_they_were_put_and_count_in_three_dimensions() -> None:
    inside = {"x": "0.8 um", "y": "0.8 um", "radius": "0.4 um", "depth": "1.6 um"}
    above_the_middle = {"x": "2.2 um", "radius": "0.4 um", "depth": "1.0 um"}
    cell = simulation(**box([inside, above_the_middle]))
    phi, points = cell.state.phi.x.array, cell.state.anode.tabulate_dof_coordinates()
    for centre in ([0.8, 0.8, 1.6], [2.2, 1.0, 1.0]):
        assert phi[np.linalg.norm(points - centre, axis=1).argmin()] > 0.8
    voids = VoidCounter(cell.state).measure()
    assert voids.width == pytest.approx([0.8, 0.8], abs=0.08)
    assert sorted(voids.depth) == pytest.approx([1.4, 2.0], abs=0.06)


def test_charge_is_balanced_and_a_void_grows_under_current() -> None:
    void = {"x": "1.5 um", "radius": "0.6 um"}
    cell = simulation(**box([void]))
    radius, height = 0.6, 0.6 * cell.model.numbers(Wall).cos_theta  # of the centre
    below = radius - height
    sphere, cap = 4 / 3 * np.pi * radius**3, np.pi * below**2 * (3 * radius - below) / 3
    # the diffuse wall of a small sphere holds a little more than its half
    assert cell.observed.void_layer_thickness == pytest.approx((sphere - cap) / 6, rel=0.06)
    records = [cell.step() for _ in range(12)]
    assert max(abs(record.ledger_residual) for record in records) < 1e-8
    assert cell.observed.contact_fraction < 0.9


def test_the_cheap_quadrature_of_three_dimensions_is_good_enough() -> None:
    void = {"x": "1.5 um", "radius": "0.6 um"}
    cheap, dear = (
        simulation(**box([void], numerics=numerics)) for numerics in ({}, {"quadrature_degree": 6})
    )
    assert cheap.domain.dx_anode.metadata()["quadrature_degree"] == 2
    for _ in range(12):
        one, other = cheap.step(), dear.step()
    assert one.time == pytest.approx(other.time, rel=1e-3)
    assert one.void_layer_thickness == pytest.approx(other.void_layer_thickness, rel=1e-3)


def test_the_estimate_of_unknowns_is_that_of_the_mesh() -> None:
    resolved = scenario(**box([]))
    resolution = derive(resolved).resolution
    assert resolution is not None
    mesh = build_mesh(resolved)
    nodes = [np.unique(mesh.cells[mesh.cell_tags == tag]).size for tag in (1, 2)]
    assert resolution.unknowns == pytest.approx(2 * nodes[0] + nodes[1], rel=0.3)


def test_the_first_nucleus_counts_the_true_area() -> None:
    def first(geometry: dict[str, str], **nucleation: str) -> float | None:
        mode = {"mode": "stochastic"} | nucleation
        resolved = scenario(geometry={"width": "10 um"} | geometry, nucleation=mode)
        return derive(resolved).strips[0].first_nucleus

    assert first({"depth": "25 um"}) == first({}, depth="25 um") != first({})


def test_a_void_outside_of_the_depth_is_refused() -> None:
    outside = {"x": "1 um", "y": "2.5 um", "radius": "0.4 um"}
    with pytest.raises(ConfigurationError, match=r"void\.0\.y: outside"):
        scenario(**box([outside]))
    in_two = {"geometry": {"void": [{"x": "0.5 um", "y": "0.5 um", "radius": "0.4 um"}]}}
    with pytest.raises(ConfigurationError, match=r"void\.0\.y: outside"):
        scenario(**in_two)
