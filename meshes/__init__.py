"""Meshes: built by Gmsh or read from files, as plain NumPy arrays in micrometres."""

from lithovoid.meshes.build import build_mesh, write_mesh
from lithovoid.meshes.data import (
    ANODE,
    BACK,
    COUNTER,
    ELECTROLYTE,
    MICROMETRE,
    MeshData,
)
from lithovoid.meshes.quality import MeshQuality, quality
from lithovoid.meshes.topology import interface_facets

__all__ = [
    "ANODE",
    "BACK",
    "COUNTER",
    "ELECTROLYTE",
    "MICROMETRE",
    "MeshData",
    "MeshQuality",
    "build_mesh",
    "interface_facets",
    "quality",
    "write_mesh",
]
