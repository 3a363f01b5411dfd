"""Constriction of the current by a round contact, in three dimensions."""

from math import pi, sqrt
from pathlib import Path

from mpi4py import MPI

import gmsh
import numpy as np
import pytest
from cases import begin_here, scenario
from results import EXACT, Case

from lithovoid.meshes.data import MICROMETRE, MeshData
from lithovoid.meshes.gmsh_session import session
from lithovoid.meshes.read import GroupNames, read_mesh
from lithovoid.run.simulation import Simulation

CONDUCTIVITY, CURRENT = 0.04, 1.0
RADIUS, SIDE, HEIGHT = 1.0, 5.0, 10.0  # um; a quarter of the cell of 2 x SIDE
SQUARE_LATTICE = -3.900264920
"""sum over a square lattice of 1/r without the origin, less the integral over the plane, times the
lattice constant (the Madelung constant of charges in a uniform plane; L. Bonsall & A. A. Maradudin,
Phys. Rev. B 15, 1959 (1977))."""


def quarter_cell(path: Path) -> MeshData:
    """Mesh the quarter of a cell around a round contact, fine at the edge of the contact."""
    with session():
        occ = gmsh.model.occ
        below = occ.addBox(0, 0, -HEIGHT, SIDE, SIDE, HEIGHT)
        above = occ.addBox(0, 0, 0, SIDE, SIDE, 1)
        disk = occ.addDisk(0, 0, 0, RADIUS, RADIUS)
        quarter = occ.intersect([(2, disk)], [(2, occ.addRectangle(0, 0, 0, SIDE, SIDE))])[0]
        occ.fragment([(3, below), (3, above)], quarter)
        occ.synchronize()
        _name_groups()
        _refine_edge()
        gmsh.model.mesh.generate(3)
        gmsh.write(str(path))
    return read_mesh(path, MICROMETRE, GroupNames())[0]


def _name_groups() -> None:
    for _, volume in gmsh.model.getEntities(3):
        above = gmsh.model.occ.getCenterOfMass(3, volume)[2] > 0
        gmsh.model.addPhysicalGroup(3, [volume], name="anode" if above else "electrolyte")
    low = gmsh.model.getEntitiesInBoundingBox(
        -1, -1, -HEIGHT - 1e-3, SIDE + 1, SIDE + 1, 1e-3 - HEIGHT, 2
    )
    gmsh.model.addPhysicalGroup(2, [surface for _, surface in low], name="counter")


def _refine_edge() -> None:
    field = gmsh.model.mesh.field
    arcs = [tag for _, tag in gmsh.model.getEntities(1) if _is_arc(tag)]
    distance, size = field.add("Distance"), field.add("Threshold")
    field.setNumbers(distance, "CurvesList", arcs)
    field.setNumber(distance, "Sampling", 200)
    options = {"InField": distance, "SizeMin": 0.01, "SizeMax": 1.5, "DistMin": 0, "DistMax": 8}
    for name, value in options.items():
        field.setNumber(size, name, value)
    field.setAsBackgroundMesh(size)


def _is_arc(curve: int) -> bool:
    low, high = (bounds[0] for bounds in gmsh.model.getParametrizationBounds(1, curve))
    middle = gmsh.model.getValue(1, curve, [(low + high) / 2])
    return bool(abs(np.linalg.norm(middle) - RADIUS) < 1e-6)


@pytest.mark.long
def test_round_contact_in_three_dimensions(tmp_path: Path) -> None:
    """R = 1/(4 sigma a) for an isopotential disk, less what the neighbours of a lattice take off.

    The void around the disk is set node by node and lasts for one step too short to move it.
    """
    resolved = scenario(
        geometry={"width": f"{SIDE} um", "anode": "1 um", "electrolyte": f"{HEIGHT} um"},
        anode={"diffusivity": "1e-6 m^2/s"},
        electrolyte={"conductivity": f"{CONDUCTIVITY} S/m"},
        kinetics={"exchange_current_density": "1e7 A/m^2"},
        phase_field={"v_equilibrium": 1e-12},
        protocol=[
            {"step": "strip", "current_density": f"{CURRENT} A/m^2", "until": {"time": "1 h"}}
        ],
        numerics={
            "dt_initial": "1e-6 s",
            "dt_min": "1e-7 s",
            "newton_tolerance": 1e-5,
            "ledger_limit": 1.0,
        },
    )
    cell = Simulation(resolved, quarter_cell(tmp_path / "disk.msh"), comm=MPI.COMM_SELF)
    x, y, _ = cell.state.anode.tabulate_dof_coordinates().T
    cell.state.phi.x.array[:] = np.where(np.hypot(x, y) > RADIUS * (1 + 1e-6), 1.0, 0.0)
    begin_here(cell)
    record = cell.step()
    radius = sqrt(4 * record.contact_fraction * SIDE**2 / pi)
    ohmic = CURRENT * HEIGHT * 1e-6 / CONDUCTIVITY
    whole_current = CURRENT * (2 * SIDE * 1e-6) ** 2
    found = (record.cell_voltage - ohmic) / whole_current * CONDUCTIVITY * radius * 1e-6
    lattice = SQUARE_LATTICE / (2 * pi) * radius / (2 * SIDE)
    with Case(
        "Constriction by a round contact (3-D)",
        EXACT,
        source="Holm: R = 1/(4 σ a) for an isopotential disk on a half space, and the potential of "
        "its neighbours in a square lattice, -3.9003/(2π σ b), b = 10 a; what is left out is "
        "below 0.3 %.",
        note=f"{len(x)} nodes of the anode; finest cells a/100 at the edge of the contact.",
    ) as case:
        case.compare("R σ a", found, 0.25 + lattice, relative=0.03)
