"""Whether mesh, walls and time steps resolve what they must."""

from collections.abc import Iterator
from math import isfinite

from lithovoid.case.derived import Derived
from lithovoid.case.edge import EDGE_PART, expected_error, shortest_edge
from lithovoid.case.limit import Limit, judged
from lithovoid.case.resolution import Resolution
from lithovoid.case.strip_estimates import StripEstimate
from lithovoid.scenario import units as u
from lithovoid.scenario.schema import FileGeometry, Scenario
from lithovoid.theory.depletion import sand_time

WELL_RESOLVED = 2.0
"""Mesh sizes that l, and the depth of vacancies at sinks, should have at least."""

TOLERATED = 5.0
"""A time step is rejected when a field changed by more than this multiple of its target."""

_STUDY = "convergence study (scenarios/CONVERGENCE.md)"
_RULE = "rule of this package"
_SAND = "Sand's law and the exact slab (docs/theory/numerics.md)"


def resolution_limits(scenario: Scenario, derived: Derived) -> Iterator[Limit]:
    """Yield what limits walls, mesh and time steps of `scenario`."""
    resolution = derived.resolution
    yield from _walls(scenario)
    if resolution is None:
        yield _mesh_of_a_file(scenario)
    else:
        yield _mesh(resolution)
        yield from (_layer(resolution, strip) for strip in derived.strips)
    yield from _sinks(derived)
    for strip in derived.strips:
        yield _first_step(scenario, strip)
        yield _smallest_step(scenario, strip)


def _walls(scenario: Scenario) -> Iterator[Limit]:
    """The half-width l against the edge length of voids, where voids may appear."""
    length = shortest_edge(scenario)
    if isfinite(length):
        part = scenario.phase_field.l / length
        edge, error = u.show(u.Length, length), expected_error(part)
        yield Limit(
            name="phase_field.l",
            what="half-width of walls against the edge length of voids",
            value=f"{part:.2g}",
            bound=f"at most {EDGE_PART:g}",
            source=_STUDY,
            state=judged(part <= EDGE_PART * (1 + 1e-2)),
            sentence=f"{part:.2g} times the edge length of voids, {edge}; at most {EDGE_PART:g} "
            f"are recommended: {error}",
        )


def _mesh(resolution: Resolution) -> Limit:
    sizes = resolution.sizes_per_half_width
    return Limit(
        name="geometry.interface_size",
        what="mesh sizes per half-width of walls",
        value=f"{sizes:.2g}",
        bound=f"at least {WELL_RESOLVED:g}",
        source=_STUDY,
        state=judged(sizes >= WELL_RESOLVED * (1 - 1e-9)),
        sentence=f"{sizes:.2g} mesh sizes per half-width l; at least {WELL_RESOLVED:g} are "
        "recommended",
    )


def _mesh_of_a_file(scenario: Scenario) -> Limit:
    assert isinstance(scenario.geometry, FileGeometry)
    return Limit(
        name="geometry.file",
        what="mesh sizes per half-width of walls",
        value="of the file",
        bound=f"at least {WELL_RESOLVED:g}",
        source=_STUDY,
        state="not known",
        sentence="how well the mesh of the file resolves walls is not known before it is read",
    )


def _layer(resolution: Resolution, strip: StripEstimate) -> Limit:
    thin = strip.depletion_layer < resolution.first_layer
    shown = u.show(u.Length, strip.depletion_layer)
    follows = (
        "less than one mesh layer; the capacity of a run that ends by depletion will be too large"
        if thin
        else f"in mesh layers of {u.show(u.Length, resolution.first_layer)}"
    )
    return Limit(
        name=f"protocol.{strip.step}",
        what="first mesh layer against the depletion layer near exhaustion",
        value=u.show(u.Length, resolution.first_layer),
        bound=f"at most {shown}",
        source=_RULE,
        state=judged(not thin),
        sentence=f"near exhaustion lithium falls within {shown}, {follows}",
    )


def _sinks(derived: Derived) -> Iterator[Limit]:
    depth, resolution = derived.metal.sink_depth, derived.resolution
    if depth is None:
        return
    yield Limit(
        name="anode.sink_rate",
        what="theory for the strips",
        value="with sinks",
        bound="without",
        source=_RULE,
        state="outside",
        sentence="the theory for the strips, and the capacity, leave sinks out",
    )
    if resolution is not None:
        least, shown = WELL_RESOLVED * resolution.first_layer, u.show(u.Length, depth)
        yield Limit(
            name="anode.sink_rate",
            what="depth of vacancies at sinks against mesh layers",
            value=shown,
            bound=f"at least {u.show(u.Length, least)}",
            source=_RULE,
            state=judged(depth >= least),
            sentence=f"vacancies reach no deeper than {shown}, "
            f"{'less' if depth < least else 'more'} than {WELL_RESOLVED:g} mesh layers",
        )


def _time_to_change(scenario: Scenario, strip: StripEstimate, change: float) -> float:
    """Return the time [s] in which `strip` changes v at the interface of fresh metal so much."""
    omega = scenario.anode.molar_volume
    return sand_time(change, strip.current_density, strip.diffusivity, omega)


def _first_step(scenario: Scenario, strip: StripEstimate) -> Limit:
    dt, current = scenario.numerics.dt_initial, u.show(u.CurrentDensity, strip.current_density)
    capacity = strip.depletion_capacity
    lasting = (
        _time_to_change(scenario, strip, 1 - scenario.anode.x_mg)
        if capacity is None
        else capacity / strip.current_density
    )
    shown, inside = u.show(u.Time, lasting), dt < lasting
    return Limit(
        name=f"numerics.dt_initial (protocol.{strip.step})",
        what="first time step against the time to depletion",
        value=u.show(u.Time, dt),
        bound=f"less than {shown}",
        source=_SAND,
        state=judged(inside),
        sentence=f"at {current} the lithium at the interface lasts for {shown}, "
        + ("longer than the first step" if inside else f"and the first step is {dt:g} s long"),
    )


def _smallest_step(scenario: Scenario, strip: StripEstimate) -> Limit:
    numerics, current = scenario.numerics, u.show(u.CurrentDensity, strip.current_density)
    change = TOLERATED * numerics.max_change_v
    largest = _time_to_change(scenario, strip, change)
    shown, inside = u.show(u.Time, largest), numerics.dt_min <= largest
    return Limit(
        name=f"numerics.dt_min (protocol.{strip.step})",
        what="smallest time step against the time in which v may change in a step",
        value=u.show(u.Time, numerics.dt_min),
        bound=f"at most {shown}",
        source=_SAND,
        state=judged(inside),
        sentence=f"at {current} v at the interface changes by {change:g}, the most that a step may "
        f"do, within {shown}"
        + ("" if inside else f": steps of {numerics.dt_min:g} s cannot resolve the depletion"),
    )
