"""What deserves a second look in a scenario that can be run."""

from collections.abc import Iterator

from lithovoid.case.derived import Derived
from lithovoid.case.edge import EDGE_PART, expected_error
from lithovoid.scenario import units as u
from lithovoid.scenario.protocol import Plate
from lithovoid.scenario.schema import Scenario

WELL_RESOLVED = 2.0
"""Mesh sizes that l, and the radius of a seed, should have at least."""


def warnings_of(scenario: Scenario, derived: Derived) -> list[str]:
    """Return one line per weakness of `scenario`; `derived` are its derived quantities."""
    return [*_resolution(derived), *_sinks(derived), *_seed(scenario), *_protocol(scenario)]


def _resolution(derived: Derived) -> Iterator[str]:
    resolution = derived.resolution
    if resolution is None:
        return
    if resolution.half_widths_per_edge < 1 / EDGE_PART * (1 - 1e-2):
        yield (
            f"phase_field.l: {1 / resolution.half_widths_per_edge:.2g} times the edge length of "
            f"voids, {u.show(u.Length, resolution.edge_length)}; at most {EDGE_PART:g} are "
            f"recommended: {expected_error(1 / resolution.half_widths_per_edge)}"
        )
    if resolution.sizes_per_half_width < WELL_RESOLVED:
        yield (
            f"geometry.interface_size: {resolution.sizes_per_half_width:.2g} mesh sizes per "
            f"half-width l; at least {WELL_RESOLVED:g} are recommended"
        )
    thin = [s for s in derived.strips if s.depletion_layer < resolution.first_layer]
    yield from (
        f"protocol.{strip.step}: near exhaustion lithium falls within "
        f"{u.show(u.Length, strip.depletion_layer)}, less than one mesh layer; the capacity of a "
        "run that ends by depletion will be too large"
        for strip in thin
    )


def _sinks(derived: Derived) -> Iterator[str]:
    depth, resolution = derived.metal.sink_depth, derived.resolution
    if depth is None:
        return
    yield "anode.sink_rate: the theory for the strips, and the capacity, leave sinks out"
    if resolution is not None and depth < WELL_RESOLVED * resolution.first_layer:
        yield (
            f"anode.sink_rate: vacancies reach no deeper than {u.show(u.Length, depth)}, less than "
            f"{WELL_RESOLVED:g} mesh layers"
        )


def _seed(scenario: Scenario) -> Iterator[str]:
    nucleation, field = scenario.nucleation, scenario.phase_field
    if nucleation.mode in ("count", "off"):
        return
    radius = nucleation.seed_radius
    if radius < WELL_RESOLVED * field.l:
        yield (
            f"nucleation.seed_radius: {u.show(u.Length, radius)} is less than "
            f"{WELL_RESOLVED:g} l = {u.show(u.Length, WELL_RESOLVED * field.l)}; "
            "such seeds may vanish"
        )


def _protocol(scenario: Scenario) -> Iterator[str]:
    first = scenario.protocol[0]
    if isinstance(first, Plate):
        yield "protocol.0: plating fresh metal, whose lattice has almost no vacancies to fill"
