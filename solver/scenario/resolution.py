"""How well a mesh made here resolves the model, and what it costs."""

import math
from dataclasses import dataclass

import numpy as np

from lithovoid.scenario.geometry import ELECTROLYTE_GROWTH
from lithovoid.scenario.schema import ColumnGeometry, FileGeometry, PlanarGeometry, Scenario
from lithovoid.scenario.strip_estimates import StripEstimate

_LAYERS = 2000


@dataclass(frozen=True)
class Resolution:
    """How many mesh sizes h lie in what must be resolved at the interface."""

    interface_size: float  # h [m]
    sizes_per_half_width: float  # l / h
    sizes_per_seed: float  # seed radius / h
    sizes_per_depletion_layer: float  # thinnest depletion layer / h; infinite without stripping
    unknowns: int  # estimate: two per node of the anode, one per node of the electrolyte


def resolution_of(scenario: Scenario, strips: tuple[StripEstimate, ...]) -> Resolution | None:
    """Return the resolution of `scenario` with its expected `strips`; None for a mesh file."""
    geometry = scenario.geometry
    if isinstance(geometry, FileGeometry):
        return None
    h = geometry.interface_size
    thinnest = min((strip.depletion_layer for strip in strips), default=math.inf)
    return Resolution(
        interface_size=h,
        sizes_per_half_width=scenario.phase_field.l / h,
        sizes_per_seed=scenario.nucleation.seed_radius / h,
        sizes_per_depletion_layer=thinnest / h,
        unknowns=_unknowns(geometry),
    )


def _unknowns(geometry: PlanarGeometry | ColumnGeometry) -> int:
    """Two per node of the anode, one per node of the electrolyte; a column has pairs of nodes."""
    if isinstance(geometry, ColumnGeometry):
        return 4 * len(geometry.levels) + 4
    return round(2 * _anode_nodes(geometry) + _electrolyte_nodes(geometry))


def _anode_nodes(geometry: PlanarGeometry) -> float:
    return _nodes(geometry, geometry.anode, geometry.fine_layer, geometry.growth)


def _electrolyte_nodes(geometry: PlanarGeometry) -> float:
    return _nodes(geometry, geometry.electrolyte, 0.0, ELECTROLYTE_GROWTH * geometry.growth)


def _nodes(geometry: PlanarGeometry, thickness: float, fine: float, growth: float) -> float:
    """Estimate the nodes of a layer: equilateral triangles of size h need 2 / (sqrt(3) h^2)."""
    z = np.linspace(0, thickness, _LAYERS)
    size = geometry.interface_size + growth * np.maximum(z - fine, 0)
    size = np.minimum(size, geometry.largest_size)
    inside = float(np.trapezoid(2 / (math.sqrt(3) * size**2), z)) * geometry.width
    half_boundary = (geometry.width + thickness) / float(np.mean(size))
    return inside + half_boundary
