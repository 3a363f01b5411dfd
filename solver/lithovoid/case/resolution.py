"""How well a mesh made here resolves the model, and what it costs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lithovoid.case.edge import shortest_edge
from lithovoid.case.metal import metal_of
from lithovoid.case.strip_estimates import depletion_layer
from lithovoid.scenario.geometry import ELECTROLYTE_GROWTH, LAYER_GROWTH
from lithovoid.scenario.pattern import SIZES_PER_FEATURE
from lithovoid.scenario.protocol import Strip
from lithovoid.scenario.schema import ColumnGeometry, FileGeometry, PlanarGeometry, Scenario
from lithovoid.scenario.table import Table

LAYERS_PER_DEPLETION_LAYER = 8
"""Mesh layers within the thinnest depletion layer that is expected."""

LARGEST_ASPECT = 50
"""Mesh layers are not thinner than this part of the interface size."""

_POINTS = 2000


@dataclass(frozen=True)
class Resolution:
    """How many mesh sizes h lie in what must be resolved at the interface."""

    interface_size: float  # h along the interface [m]
    first_layer: float  # thickness of the first mesh layer of the anode [m]
    edge_length: float  # of voids at the fastest strip [m]; infinite without any
    half_widths_per_edge: float  # edge length / l
    sizes_per_half_width: float  # l / h
    sizes_per_seed: float  # seed radius / h
    layers_per_depletion_layer: float  # thinnest one / first_layer; infinite without stripping
    unknowns: int  # estimate


def resolution_of(scenario: Scenario) -> Resolution | None:
    """Return the resolution of `scenario`; None for a mesh file."""
    geometry = scenario.geometry
    if isinstance(geometry, FileGeometry):
        return None
    h = geometry.interface_size
    heights = layer_heights(scenario) if isinstance(geometry, PlanarGeometry) else []
    first = heights[0] if heights else h
    edge = shortest_edge(scenario)
    return Resolution(
        interface_size=h,
        edge_length=edge,
        half_widths_per_edge=edge / scenario.phase_field.l,
        first_layer=first,
        sizes_per_half_width=scenario.phase_field.l / h,
        sizes_per_seed=scenario.nucleation.seed_radius / h,
        layers_per_depletion_layer=_thinnest(scenario) / first,
        unknowns=_unknowns(scenario, geometry, heights),
    )


def electrolyte_size(scenario: Scenario, geometry: PlanarGeometry) -> float:
    """Return the largest mesh size of the electrolyte [m]: a pattern is resolved."""
    pattern = scenario.electrolyte.pattern
    if pattern is None:
        return geometry.largest_size
    finest = max(pattern.feature / SIZES_PER_FEATURE, geometry.interface_size)
    return min(geometry.largest_size, finest)


def layer_heights(scenario: Scenario) -> list[float]:
    """Return the heights above the interface [m] at which the anode's thin mesh layers end.

    They grow from `first_layer`, or its default, up to the interface size, and are empty where
    that alone is thin enough.
    """
    geometry = scenario.geometry
    assert isinstance(geometry, PlanarGeometry)
    largest = geometry.interface_size
    thickness = geometry.first_layer or max(
        _thinnest(scenario) / LAYERS_PER_DEPLETION_LAYER, largest / LARGEST_ASPECT
    )
    return list(_heights(thickness, largest))


def _heights(thickness: float, largest: float) -> Iterable[float]:
    height = 0.0
    while thickness < largest:
        height += thickness
        yield height
        thickness *= LAYER_GROWTH


def _thinnest(scenario: Scenario) -> float:
    """Return the thinnest depletion layer of all strip steps [m]; infinite without any."""
    metal = metal_of(scenario)
    currents = (s.current_density for s in scenario.protocol if isinstance(s, Strip))
    return min(
        (depletion_layer(scenario, metal, current) for current in currents), default=math.inf
    )


def _unknowns(
    scenario: Scenario, geometry: PlanarGeometry | ColumnGeometry, heights: list[float]
) -> int:
    """Fields times nodes of the anode, and nodes of the electrolyte; a column has pairs of nodes.

    v and phi, and what the tables of the scenario add.
    """
    tables = (value for _, value in scenario if isinstance(value, Table))
    fields = 2 + sum(table.unknown_fields for table in tables)
    if isinstance(geometry, ColumnGeometry):
        return 2 * fields * len(geometry.levels) + 4
    in_electrolyte = _electrolyte_nodes(geometry, electrolyte_size(scenario, geometry))
    return round(fields * _anode_nodes(geometry, heights) + in_electrolyte)


def _anode_nodes(geometry: PlanarGeometry, heights: list[float]) -> float:
    layered = heights[-1] if heights else 0.0
    rest, fine = geometry.anode - layered, max(geometry.fine_layer - layered, 0.0)
    h = geometry.interface_size
    in_layers = len(heights) * (geometry.width / h + 1) * (geometry.across / h + 1)
    return in_layers + _nodes(geometry, rest, fine, geometry.growth, geometry.largest_size)


def _electrolyte_nodes(geometry: PlanarGeometry, largest: float) -> float:
    growth = ELECTROLYTE_GROWTH * geometry.growth
    return _nodes(geometry, geometry.electrolyte, 0.0, growth, largest)


def _nodes(
    geometry: PlanarGeometry, thickness: float, fine: float, growth: float, largest: float
) -> float:
    """Estimate the nodes of a layer whose mesh size h grows beyond the depth `fine`.

    Equilateral triangles need 2 / (sqrt(3) h^2), tetrahedra of Delaunay meshes 0.9 / h^3.
    """
    z = np.linspace(0, thickness, _POINTS)
    size = geometry.interface_size + growth * np.maximum(z - fine, 0)
    size = np.minimum(size, largest)
    if geometry.depth is None:
        inside = float(np.trapezoid(2 / (math.sqrt(3) * size**2), z)) * geometry.width
        return inside + (geometry.width + thickness) / float(np.mean(size))
    return float(np.trapezoid(0.9 / size**3, z)) * geometry.width * geometry.depth
