"""What `lithovoid check` prints: the resolved scenario and what follows from it."""

import math
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from lithovoid.case.derived import Derived, derive
from lithovoid.case.limit import validity_lines, warnings_of
from lithovoid.case.load import dump_toml, load_scenario, physics_hash
from lithovoid.case.metal import Metal
from lithovoid.case.resolution import Resolution
from lithovoid.case.strip_estimates import NUCLEI_PER_AREA, StripEstimate
from lithovoid.case.validity import limits_of
from lithovoid.machine.console import print_table
from lithovoid.scenario import units as u
from lithovoid.scenario.schema import FileGeometry, Scenario

# ruff: noqa: PLC0415 - Gmsh is loaded for mesh files alone

_NONE = "none"


def check(case: Path, overrides: Sequence[str], console: Console) -> None:
    """Print the scenario file `case` resolved, its derived quantities, and warnings.

    Raises ConfigurationError if it cannot be used.
    """
    scenario = load_scenario(case, overrides)
    derived = derive(scenario)
    console.print(dump_toml(scenario), markup=False, highlight=False, soft_wrap=True)
    print_table(console, "Derived quantities", _quantities(derived))
    for strip in derived.strips:
        print_table(console, _title(strip), _strip(strip))
    if derived.resolution is not None:
        print_table(console, "Resolution at the interface", _resolution(derived.resolution))
    console.print(f"physics hash: {physics_hash(scenario)}", highlight=False, soft_wrap=True)
    limits = limits_of(scenario, derived)
    for line in validity_lines(limits):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    warnings = warnings_of(limits)
    if isinstance(scenario.geometry, FileGeometry):
        warnings += _mesh_of_file(scenario, console)
    for warning in warnings:
        console.print(f"warning: {warning}", style="yellow", markup=False, soft_wrap=True)


def _mesh_of_file(scenario: Scenario, console: Console) -> list[str]:
    """Print what is known of the mesh file, and return warnings.

    Raises ConfigurationError where it cannot be used, after its facts where there are any.
    """
    from lithovoid.meshes.build import require_fit, unchecked_mesh
    from lithovoid.meshes.words import facts, weaknesses

    mesh, frame = unchecked_mesh(scenario)
    assert frame is not None
    print_table(console, "Mesh as read", facts(scenario, mesh, frame))
    return weaknesses(scenario, require_fit(scenario, mesh))


def _quantities(derived: Derived) -> dict[str, str]:
    field = derived.phase_field
    return {
        **_metal(derived.metal),
        "stiffness A": f"{field.stiffness:.4g} J/m^3",
        "barrier W": f"{field.barrier:.4g} J/m^3",
        "gradient coefficient kappa": f"{field.gradient:.4g} J/m",
        "conductivity x charge-transfer resistance": u.show(u.Length, derived.kinetic_length),
    }


def _metal(metal: Metal) -> dict[str, str]:
    critical, sinks = metal.critical_vacancies, metal.sink_depth
    return {
        "diffusivity at x_mg": u.show(u.Diffusivity, metal.diffusivity),
        "surface energy gamma": u.show(u.SurfaceEnergy, metal.surface_energy),
        "work of adhesion W_ad": u.show(u.SurfaceEnergy, metal.adhesion),
        "contact angle of the metal": f"{math.degrees(metal.contact_angle):.1f} degrees",
        "barrier coefficient B": f"{metal.barrier_coefficient:.4g}",
        "vacancy fraction at a barrier of 30 kT": _NONE if critical is None else f"{critical:.3g}",
        "largest vacancy fraction": f"{metal.largest_vacancies:.3g}",
        "depth of vacancies at sinks": _NONE if sinks is None else u.show(u.Length, sinks),
        "capacity of all lithium": _capacity(metal.capacity),
    }


def _title(strip: StripEstimate) -> str:
    current = u.show(u.CurrentDensity, strip.current_density)
    return f"Theory for protocol.{strip.step}, strip at {current}, from fresh metal"


def _strip(strip: StripEstimate) -> dict[str, str]:
    return {
        "first nucleus on this interface": _capacity(strip.first_nucleus),
        f"{NUCLEI_PER_AREA:g} nuclei per m^2": _capacity(strip.incubation),
        "Sand's capacity to a barrier of 30 kT": _capacity(strip.sand_capacity),
        "depletion at constant diffusivity": _capacity(strip.depletion_capacity),
        "depletion layer near exhaustion": u.show(u.Length, strip.depletion_layer),
    }


def _resolution(resolution: Resolution) -> dict[str, str]:
    layers = resolution.layers_per_depletion_layer
    edge = resolution.edge_length
    return {
        "edge length of voids": u.show(u.Length, edge) if math.isfinite(edge) else _NONE,
        "half-widths l per edge length": f"{resolution.half_widths_per_edge:.2f}",
        "mesh sizes per half-width l": f"{resolution.sizes_per_half_width:.2f}",
        "mesh sizes per seed radius": f"{resolution.sizes_per_seed:.2f}",
        "first mesh layer": u.show(u.Length, resolution.first_layer),
        "first layers per depletion layer": f"{layers:.2f}" if math.isfinite(layers) else _NONE,
        "unknowns, about": f"{resolution.unknowns}",
    }


def _capacity(value: float | None) -> str:
    return _NONE if value is None else u.show(u.ArealCapacity, value)
