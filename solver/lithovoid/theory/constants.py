"""Constants of nature (CODATA 2018, exact) and the length unit of meshes."""

FARADAY = 96485.33212
"""Faraday constant [C/mol]."""

GAS = 8.31446261815324
"""Molar gas constant [J/(mol K)]."""

BOLTZMANN = 1.380649e-23
"""Boltzmann constant [J/K]."""

MESH_UNIT = 1e-6
"""Length of one mesh unit [m]: meshes and gradients are in micrometres, all else in SI units.

Gmsh and VTK work with absolute tolerances that fail for coordinates of 1e-7; the room
`case` converts."""
