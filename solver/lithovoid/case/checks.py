"""Checks between keys: what each key allows alone, but not together with the others."""

import math
from collections.abc import Iterator

import numpy as np

from lithovoid.case.profile import Array, read_profile
from lithovoid.case.protocol_checks import protocol_problems
from lithovoid.case.resolution import layer_heights
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario import units as u
from lithovoid.scenario.problems import problem
from lithovoid.scenario.schema import (
    LARGEST_X_MG,
    ColumnGeometry,
    FileGeometry,
    PlanarGeometry,
    PresetVoid,
    Roughness,
    Scenario,
)
from lithovoid.theory.constants import MESH_UNIT

SIZES_PER_WAVE = 4
"""Least number of interface mesh sizes per shortest wavelength of a rough interface."""
FLATTEST = 100
"""The first mesh layer is not thinner than this part of the interface size."""
LARGEST_V_EQUILIBRIUM = 0.05
"""Vacancies at rest that are few, whatever the composition."""
PEAK_FACTOR = 4
"""A random profile stays within this many root mean squares."""


def problems_of(scenario: Scenario) -> list[str]:
    """Return a line for each condition between keys that `scenario` violates."""
    problems = [*_numerics(scenario), *_composition(scenario), *_failure(scenario)]
    problems += [*_profile(scenario), *_formulation(scenario)]
    if isinstance(scenario.geometry, PlanarGeometry):
        problems += _planar(scenario, scenario.geometry)
    if isinstance(scenario.geometry, ColumnGeometry):
        problems += _column(scenario, scenario.geometry)
    return [*problems, *protocol_problems(scenario)]


def _formulation(scenario: Scenario) -> Iterator[str]:
    if scenario.phase_field.formulation == "cahn_hilliard":
        key, what = "phase_field.formulation", "cannot be used"
        for other, present in (
            ("anode.magnesium_mobility", scenario.anode.magnesium_mobility > 0),
            ("anode.sink_rate", scenario.anode.lattice_contracts),
        ):
            if present:
                yield problem(key, f"{what} with {other}", "cahn_hilliard", "two_field")


def _numerics(scenario: Scenario) -> Iterator[str]:
    numerics = scenario.numerics
    if not numerics.dt_min < numerics.dt_initial:
        allowed = f"less than dt_initial = {u.show(u.Time, numerics.dt_initial)}"
        yield problem("numerics.dt_min", "too large", u.show(u.Time, numerics.dt_min), allowed)
    if not numerics.dt_initial <= numerics.dt_max:
        allowed = f"at least dt_initial = {u.show(u.Time, numerics.dt_initial)}"
        yield problem("numerics.dt_max", "too small", u.show(u.Time, numerics.dt_max), allowed)


def _composition(scenario: Scenario) -> Iterator[str]:
    anode, field = scenario.anode, scenario.phase_field
    if not field.v_equilibrium < LARGEST_V_EQUILIBRIUM:
        allowed = f"less than {LARGEST_V_EQUILIBRIUM:g}"
        yield problem("phase_field.v_equilibrium", "too large", field.v_equilibrium, allowed)
    slopes = {
        "anode.surface_energy_slope": anode.surface_energy_slope,
        "electrolyte.adhesion_slope": scenario.electrolyte.adhesion_slope,
    }
    for key, slope in slopes.items():
        if not slope > -1:
            yield problem(key, "makes the energy of magnesium negative", slope, "> -1")


def _profile(scenario: Scenario) -> Iterator[str]:
    key, text, geometry = "anode.x_mg_profile", scenario.anode.x_mg_profile, scenario.geometry
    if text is None:
        return
    try:
        profile = read_profile(text)
    except ConfigurationError as error:
        yield f"{key}: {error}"
        return
    if not isinstance(geometry, FileGeometry):
        thickness = geometry.anode / MESH_UNIT
        yield from profile_problems(scenario, thickness)
        if profile.deepest < thickness:
            return
    start = float(profile(0.0))
    if not math.isclose(start, scenario.anode.x_mg, abs_tol=1e-9):
        wrong = f"is {start:g} at the interface, but anode.x_mg says otherwise"
        yield problem(key, wrong, scenario.anode.x_mg, "leave anode.x_mg out")


def profile_problems(scenario: Scenario, thickness: float) -> Iterator[str]:
    """Yield what is wrong with the profile of the composition over an anode, `thickness` in um.

    Raises ConfigurationError if it cannot be read.
    """
    key, text = "anode.x_mg_profile", scenario.anode.x_mg_profile
    if text is None:
        return
    profile = read_profile(text)
    if profile.deepest < thickness * (1 - 1e-9):
        wrong = f"does not cover the anode: it ends at a depth of {profile.deepest:g} um"
        yield problem(key, wrong, text, f"0 to {thickness:g} um")
        return
    depths = np.linspace(0.0, min(thickness, profile.deepest), 2001)
    yield from _profile_values(key, text, profile(depths), scenario)


def _profile_values(key: str, text: str, x_mg: Array, scenario: Scenario) -> Iterator[str]:
    """Check the values of a profile over the anode."""
    if not np.isfinite(x_mg).all():
        yield problem(key, "is not finite everywhere in the anode", text)
    elif x_mg.min() < 0 or x_mg.max() > LARGEST_X_MG:
        wrong = f"runs from {x_mg.min():.4g} to {x_mg.max():.4g} in the anode"
        yield problem(key, wrong, text, f"0 to {LARGEST_X_MG:g}")


def _failure(scenario: Scenario) -> Iterator[str]:
    failure = scenario.failure
    pairs = (
        ("contact_fraction", "contact_loss_below"),
        ("lithium_at_interface", "depletion_below"),
    )
    for limit, mode in pairs:
        value, least = getattr(failure, mode), getattr(failure, limit)
        if value < least:
            allowed = f"at least failure.{limit} = {least:g}"
            yield problem(f"failure.{mode}", "too small", value, allowed)


def _column(scenario: Scenario, geometry: ColumnGeometry) -> Iterator[str]:
    if scenario.nucleation.mode not in ("count", "off"):
        allowed = '"count" or "off": a column has no room for voids'
        yield problem("nucleation.mode", "cannot be used", scenario.nucleation.mode, allowed)
    if scenario.electrolyte.pattern is not None:
        allowed = "none: a column has no width"
        kind = scenario.electrolyte.pattern.type
        yield problem("electrolyte.pattern", "cannot be used", kind, allowed)
    largest = geometry.anode / 10
    if geometry.interface_size > largest:
        given = u.show(u.Length, geometry.interface_size)
        allowed = f"at most a tenth of anode = {u.show(u.Length, largest)}"
        yield problem("geometry.interface_size", "too coarse", given, allowed)


def _planar(scenario: Scenario, geometry: PlanarGeometry) -> Iterator[str]:
    half_width, size = scenario.phase_field.l, geometry.interface_size
    if size > half_width:
        allowed = f"at most phase_field.l = {u.show(u.Length, half_width)}, better half of it"
        yield problem("geometry.interface_size", "too coarse", u.show(u.Length, size), allowed)
    if geometry.coarse_size is not None and geometry.coarse_size < size:
        given = u.show(u.Length, geometry.coarse_size)
        allowed = f"at least interface_size = {u.show(u.Length, size)}"
        yield problem("geometry.coarse_size", "too small", given, allowed)
    yield from _first_layer(scenario, geometry)
    yield from _pattern(scenario, geometry)
    if scenario.nucleation.mode in ("stochastic", "replay"):
        yield from _seed(scenario, geometry)
    for index, void in enumerate(geometry.void):
        yield from _void(f"geometry.void.{index}", void, geometry, half_width)
    if geometry.roughness is not None:
        yield from _roughness(geometry.roughness, geometry)


def _pattern(scenario: Scenario, geometry: PlanarGeometry) -> Iterator[str]:
    pattern, size = scenario.electrolyte.pattern, geometry.interface_size
    if pattern is not None and pattern.feature < size:
        given = f"{u.show(u.Length, pattern.feature)} is its narrowest part"
        allowed = f"at least geometry.interface_size = {u.show(u.Length, size)}"
        yield problem("electrolyte.pattern", "not resolved", given, allowed)


def _first_layer(scenario: Scenario, geometry: PlanarGeometry) -> Iterator[str]:
    size, thinnest = geometry.interface_size, geometry.interface_size / FLATTEST
    if geometry.first_layer is not None and not thinnest <= geometry.first_layer <= size:
        allowed = f"{u.show(u.Length, thinnest)} to interface_size = {u.show(u.Length, size)}"
        given = u.show(u.Length, geometry.first_layer)
        yield problem("geometry.first_layer", "does not fit the mesh", given, allowed)
    elif (heights := layer_heights(scenario)) and heights[-1] > geometry.anode / 4:
        allowed = "thinner, so that the mesh layers take a quarter of the anode at most"
        yield problem("geometry.interface_size", "too coarse", u.show(u.Length, size), allowed)


def _seed(scenario: Scenario, geometry: PlanarGeometry) -> Iterator[str]:
    radius = scenario.nucleation.seed_radius
    room = min(geometry.anode, geometry.width, geometry.depth or math.inf) / 2
    if not geometry.interface_size <= radius < room:
        allowed = f"interface_size = {u.show(u.Length, geometry.interface_size)} or more, and less "
        allowed += f"than half of the anode's extents = {u.show(u.Length, room)}"
        given = u.show(u.Length, radius)
        yield problem("nucleation.seed_radius", "does not fit the mesh", given, allowed)


def _void(key: str, void: PresetVoid, geometry: PlanarGeometry, half_width: float) -> Iterator[str]:
    if not 0 <= void.x <= geometry.width:
        allowed = f"0 to width = {u.show(u.Length, geometry.width)}"
        yield problem(f"{key}.x", "outside the anode", u.show(u.Length, void.x), allowed)
    if void.y is not None and not 0 <= void.y <= geometry.across:
        allowed = f"0 to depth = {u.show(u.Length, geometry.across)}"
        yield problem(f"{key}.y", "outside the anode", u.show(u.Length, void.y), allowed)
    if void.radius < half_width:
        allowed = f"at least phase_field.l = {u.show(u.Length, half_width)}"
        yield problem(f"{key}.radius", "too small", u.show(u.Length, void.radius), allowed)
    depth = 0.0 if void.depth is None else void.depth
    if not -void.radius < depth < geometry.anode - void.radius:
        text = f"depth {u.show(u.Length, depth)}, radius {u.show(u.Length, void.radius)}"
        yield problem(key, f"does not lie in the anode ({text})")


def _roughness(roughness: Roughness, geometry: PlanarGeometry) -> Iterator[str]:
    shortest = SIZES_PER_WAVE * geometry.interface_size
    if roughness.shortest_wavelength < shortest:
        given = u.show(u.Length, roughness.shortest_wavelength)
        allowed = f"at least {SIZES_PER_WAVE} interface sizes = {u.show(u.Length, shortest)}"
        yield problem("geometry.roughness.shortest_wavelength", "not resolved", given, allowed)
    if roughness.longest_wavelength > geometry.width:
        given = u.show(u.Length, roughness.longest_wavelength)
        allowed = f"at most width = {u.show(u.Length, geometry.width)}"
        yield problem("geometry.roughness.longest_wavelength", "too long", given, allowed)
    largest = min(geometry.anode, geometry.electrolyte) / PEAK_FACTOR
    if not roughness.amplitude < largest:
        given = u.show(u.Length, roughness.amplitude)
        allowed = (
            f"less than 1/{PEAK_FACTOR} of anode and electrolyte = {u.show(u.Length, largest)}"
        )
        yield problem("geometry.roughness.amplitude", "too large", given, allowed)
