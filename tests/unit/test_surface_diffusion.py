"""Diffusion along the walls of voids: its whole amount along them, nothing across."""

import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

import numpy as np
import pytest
from cases import simulation

from lithovoid.case.coefficients import Lattice, current_scale
from lithovoid.equations.terms.free_energy import Expression
from lithovoid.equations.terms.vacancy_transport import surface_diffusion
from lithovoid.machine.bootstrap import jit_options

PRODUCT, HALF_WIDTH = 0.7, 0.25
ANGLES = [0.0, 0.4]


def integral(v: str, q: str, angle: float) -> float:
    """Return the term for v and q that grow "along" or "across" a wall, turned by `angle`.

    The wall crosses a rectangle of height 1, many l wide: 12 g / l integrates to one.
    """
    corners = [[-10 * HALF_WIDTH, -0.5], [10 * HALF_WIDTH, 0.5]]
    domain = mesh.create_rectangle(MPI.COMM_SELF, corners, [120, 4])
    x, y = ufl.SpatialCoordinate(domain)
    cos, sin = fem.Constant(domain, np.cos(angle)), fem.Constant(domain, np.sin(angle))
    directions: dict[str, Expression] = {"across": cos * x + sin * y, "along": cos * y - sin * x}
    phi = (1 + ufl.tanh(directions["across"] / HALF_WIDTH)) / 2
    dx = ufl.dx(domain, metadata={"quadrature_degree": 6})
    term = surface_diffusion(PRODUCT, phi, directions[v], HALF_WIDTH, directions[q], dx)
    return float(fem.assemble_scalar(fem.form(term, jit_options=jit_options())))


def test_a_gradient_along_a_wall_carries_the_whole_product() -> None:
    assert integral("along", "along", 0.0) == pytest.approx(PRODUCT, rel=1e-4)


@pytest.mark.parametrize("angle", ANGLES)
def test_a_gradient_across_a_wall_carries_nothing(angle: float) -> None:
    assert integral("across", "across", angle) == pytest.approx(0.0, abs=1e-12)
    assert integral("across", "along", angle) == pytest.approx(0.0, abs=1e-12)
    assert integral("along", "across", angle) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("grows", "x_mg", "expected"), [(1, 0.0, 1.0), (1, 0.2, np.exp(-6.9 * 0.2)), (0, 0.0, 0.0)]
)
def test_the_vacancies_of_a_cell_run_along_its_walls(
    grows: int, x_mg: float, expected: float
) -> None:
    """The residual of v at the end of the gradient grows with the product, less with magnesium."""
    smaller, larger = (outflow(product, grows, x_mg) for product in ("2e-20", "4e-20"))
    assert larger - smaller == pytest.approx(expected, rel=0.02, abs=1e-3)


def outflow(product: str, grows: int, x_mg: float) -> float:
    """Return what runs out of a cell, where v grows along x or z, beside a wall along z.

    In units of what 2e-20 m^3/s carry.
    """
    gradient = 1e-3
    cell = simulation(
        geometry={"width": "2 um", "anode": "2 um", "interface_size": "0.1 um"},
        anode={"x_mg": x_mg, "surface_diffusion": f"{product} m^3/s"},
    )
    points, state = cell.state.anode.tabulate_dof_coordinates(), cell.state
    state.phi.x.array[:] = (1 + np.tanh((points[:, 0] - 1.0) / 0.25)) / 2
    state.v.x.array[:] = gradient * points[:, grows]
    state.forget_history()
    cell.model.derivative.set(1.0, 0.0)
    residual = fem.assemble_vector(cell.domain.compile(cell.model.residuals()["v"])).array
    end = np.isclose(points[:, grows], 2.0)
    unit = gradient * 0.02 * cell.model.numbers(Lattice).charge_per_length
    return float(residual[end].sum()) * current_scale(cell.scenario) / unit
