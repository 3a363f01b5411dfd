"""A mesh in words: its areas, extents and resolution, and what was done to that of a file."""

from lithovoid.case.edge import has_walls
from lithovoid.case.resolution_limits import WELL_RESOLVED
from lithovoid.meshes.data import MICROMETRE, MeshData
from lithovoid.meshes.frame import Frame
from lithovoid.meshes.measures import Measures, measure
from lithovoid.scenario.schema import Scenario


def summary_of(measures: Measures, tdim: int, frame: Frame | None) -> str:
    """Return one line about a mesh that was read, or whose sides differ; else nothing."""
    unit = _unit(tdim)
    areas = f"interface {measures.area:.6g} {unit}, counter side {measures.counter:.6g} {unit}"
    if not measures.slab:
        areas += "; currents and capacities per area refer to the interface"
    if frame is None:
        return "" if measures.slab else f"mesh: {areas}"
    return f"mesh of the file: {frame.words()}; {areas}"


def facts(scenario: Scenario, mesh: MeshData, frame: Frame) -> dict[str, str]:
    """Return what is known of a mesh from a file, name and value."""
    measures = measure(mesh)
    names = ("width", "depth")[: len(measures.extent)]
    extents = {
        f"{name} of the interface": f"{extent:.6g} um"
        for name, extent in zip(names, measures.extent, strict=True)
    }
    unit = _unit(mesh.tdim)
    return {
        "mesh of the file": frame.words(),
        "cells": str(len(mesh.cells)),
        **extents,
        "thickness of the anode": f"{measures.anode:.6g} um",
        "thickness of the electrolyte": f"{measures.electrolyte:.6g} um",
        "interface, to which areas refer": f"{measures.area:.6g} {unit}",
        "interface, along its facets": f"{measures.interface:.6g} {unit}",
        "counter side": f"{measures.counter:.6g} {unit}",
        "edges of the interface": f"{measures.shortest:.4g} to {measures.longest:.4g} um",
        "longest edges in a half-width l": f"{_resolution(scenario, measures):.2f}",
    }


def weaknesses(scenario: Scenario, measures: Measures) -> list[str]:
    """Return a line for what deserves a second look in a mesh from a file."""
    found = _resolution(scenario, measures)
    if not has_walls(scenario) or found > WELL_RESOLVED * (1 - 1e-2):
        return []
    least = f"at least {WELL_RESOLVED:g} are recommended"
    return [f"the mesh: {found:.2g} edges of the interface per half-width l; {least}"]


def _resolution(scenario: Scenario, measures: Measures) -> float:
    return scenario.phase_field.l / MICROMETRE / measures.longest


def _unit(tdim: int) -> str:
    return "um" if tdim == 2 else "um^2"
