"""Where the numbers come from: placeholders, and the ranges for which their sources hold."""

from collections.abc import Iterator
from math import isclose

import numpy as np

from lithovoid.case.limit import Limit, State, judged
from lithovoid.case.material import Entry, Material, quantity_of, used_materials
from lithovoid.case.profile import read_profile
from lithovoid.scenario import units as u
from lithovoid.scenario.keys import unit_of
from lithovoid.scenario.protocol import Plate, Strip
from lithovoid.scenario.schema import FileGeometry, Scenario
from lithovoid.theory.constants import MESH_UNIT

STUDIED = (0.3, 30.0)
"""Current densities [A/m^2] between which results were looked at (scenarios/ENDS.md)."""

NEAR = 5.0
"""Difference in temperature [K] that counts for nothing."""

_OF_ALLOYS = frozenset({"adhesion_slope", "surface_energy_slope", "diffusivity_decay"})
"""Keys without effect in pure lithium."""


def source_limits(scenario: Scenario) -> Iterator[Limit]:
    """Yield what is known of the sources of the numbers of `scenario`."""
    yield from _currents(scenario)
    for material in used_materials(scenario):
        yield from _temperature(scenario, material)
        for key, entry in material.entries.items():
            yield from _value(scenario, key, entry)
            yield from _held(scenario, key, entry)
    if scenario.nucleation.mode in ("stochastic", "count"):
        yield Limit(
            name="nucleation.prefactor",
            what="a placeholder",
            value=u.show(u.NucleationRate, scenario.nucleation.prefactor),
            bound="no range is known",
            source="docs/theory/limits.md",
            state="not known",
            sentence="nothing is known of the prefactor of nucleation: an input to be scanned",
        )


def _currents(scenario: Scenario) -> Iterator[Limit]:
    low, high = (u.show(u.CurrentDensity, current) for current in STUDIED)
    for index, step in enumerate(scenario.protocol):
        if isinstance(step, Strip | Plate):
            inside = STUDIED[0] * (1 - 1e-9) <= step.current_density <= STUDIED[1] * (1 + 1e-9)
            shown = u.show(u.CurrentDensity, step.current_density)
            yield Limit(
                name=f"protocol.{index}.current_density",
                what="current densities that were studied",
                value=shown,
                bound=f"{low} to {high}",
                source="studies of this package (scenarios/ENDS.md)",
                state=judged(inside),
                sentence=f"{shown} lies {'between' if inside else 'beyond'} the ends of the map "
                "of currents that was studied",
            )


def _temperature(scenario: Scenario, material: Material) -> Iterator[Limit]:
    """Values that do not follow the temperature hold at that of the material file."""
    at = material.temperature
    apart = 0.0 if at is None else abs(scenario.temperature - at)
    following = ", ".join(k for k, e in material.entries.items() if e.temperature_range)
    but = f"but for what {following} says, " if following else ""
    shown, then = f"{scenario.temperature:.5g} K", f"{at or 0:.5g} K"
    state: State = "not known" if at is None else judged(apart <= NEAR)
    yield Limit(
        name="temperature",
        what=f"temperature of the values of {material.name}",
        value=shown,
        bound="not stated" if at is None else f"within {NEAR:g} K of {then}",
        source=f"material file {material.name}",
        state=state,
        sentence=f"{but}the values of {material.name} are "
        + (
            "of a temperature that their file does not state"
            if at is None
            else f"those at {then}, and the cell is at {shown}"
        ),
    )


def _value(scenario: Scenario, key: str, entry: Entry) -> Iterator[Limit]:
    """The value in use: whether it is a placeholder, and within the range of the sources."""
    table, name = key.split(".")
    value = getattr(getattr(scenario, table), name)
    field = type(getattr(scenario, table)).model_fields[name]
    unit = unit_of(field)
    shown = f"{value:.4g}" if unit is None else unit.show(value)
    from_file = isclose(value, quantity_of(entry, field, entry.value), rel_tol=1e-9)
    if from_file and entry.is_placeholder:
        idle = name in _OF_ALLOYS and not _has_magnesium(scenario)
        yield Limit(
            name=key,
            what="a placeholder",
            value=shown,
            bound="no range is known",
            source=entry.source,
            state="inside" if idle else "not known",
            sentence="a placeholder, without effect in pure lithium" if idle else "a placeholder",
        )
    if entry.range is not None:
        low, high = (quantity_of(entry, field, end) for end in entry.range)
        inside = low * (1 - 1e-9) <= value <= high * (1 + 1e-9)
        bound = " to ".join(f"{x:.4g}" if unit is None else unit.show(x) for x in (low, high))
        yield Limit(
            name=key,
            what="range of the sources",
            value=shown,
            bound=bound,
            source=entry.source,
            state=judged(inside),
            sentence=f"{shown} is {'within' if inside else 'not within'} the range of its sources, "
            f"{bound}",
        )


def _held(scenario: Scenario, key: str, entry: Entry) -> Iterator[Limit]:
    """The temperatures and compositions for which an entry holds."""
    conditions = (
        ("temperature", entry.temperature_range, scenario.temperature, "K"),
        ("anode.x_mg", entry.composition_range, _largest_magnesium(scenario), ""),
    )
    for name, ends, value, unit in conditions:
        if ends is not None:
            inside = ends[0] - 1e-9 <= value <= ends[1] + 1e-9
            bound = f"{ends[0]:g} to {ends[1]:g} {unit}".strip()
            yield Limit(
                name=name,
                what=f"range in which {key} holds",
                value=f"{value:.4g} {unit}".strip(),
                bound=bound,
                source=entry.source,
                state=judged(inside),
                sentence=f"{key} was found for {bound}"
                + ("" if inside else f", and is used at {value:.4g} {unit}".rstrip()),
            )


def _has_magnesium(scenario: Scenario) -> bool:
    return scenario.anode.x_mg > 0 or scenario.anode.x_mg_profile is not None


def _largest_magnesium(scenario: Scenario) -> float:
    """Return the largest magnesium per site of the fresh anode."""
    anode, geometry = scenario.anode, scenario.geometry
    if anode.x_mg_profile is None or isinstance(geometry, FileGeometry):
        return anode.x_mg
    depths = np.linspace(0.0, geometry.anode / MESH_UNIT, 201)
    return float(read_profile(anode.x_mg_profile)(depths).max())
