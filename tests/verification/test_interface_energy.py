"""The void's surface: its energy, its motion by curvature and by a driving force, its angle."""

from math import acos, cos, degrees, radians
from typing import Any

import numpy as np
import pytest
from cases import begin_here, simulation
from results import EXACT, Case
from scipy import optimize, stats

from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.run.simulation import Simulation
from lithovoid.voids.seeding import profile

GAMMA, HALF_WIDTH, MOBILITY = 0.46, 0.25, 2.25e-14  # J/m^2, um, M [m^4/(J s)]
SHRINKING = "Shrinking by curvature"
CURVATURE = "Allen-Cahn without driving force: R² = R0² - 2 (d - 1) M γ t."
REST = [{"step": "rest", "until": {"time": "20 h"}}]
LONG = pytest.mark.long
WALL = {"l": f"{HALF_WIDTH} um", "wall_mobility": f"{MOBILITY} m^4/(J*s)"}
NO_FORCE = WALL | {"force_limit": 1e-10}  # so weak that curvature acts alone


def square(side: float, size: float, **changes: Any) -> Simulation:
    """Return a square anode of one mesh size; lengths in um."""
    geometry = {
        "width": f"{side} um",
        "anode": f"{side} um",
        "electrolyte": "1 um",
        "interface_size": f"{size} um",
        "coarse_size": f"{size} um",
    }
    least = {"protocol": REST, "geometry": geometry, "phase_field": WALL}
    return simulation(**(least | {"electrolyte": {"adhesion": f"{GAMMA} J/m^2"}} | changes))


def void_area(cell: Simulation) -> Integral:
    return Integral(cell.domain, interpolation(cell.state.phi) * cell.domain.dx_anode)


def test_energy_of_the_flat_profile_is_gamma() -> None:
    """phi = (1 - tanh(x / l)) / 2 on meshes of l, l/2 and l/4: within 1 % at l/2."""
    errors = []
    for size in (HALF_WIDTH, HALF_WIDTH / 2, HALF_WIDTH / 4):
        cell = square(3.0, size)
        height = cell.state.anode.tabulate_dof_coordinates()[:, 1]
        cell.state.phi.x.array[:] = 0.5 * (1 + np.tanh((height - 1.5) / HALF_WIDTH))
        energy = Integral(cell.domain, cell.model.part(Void).free_energy())() / 3.0 * 1e-6
        errors.append(energy / GAMMA - 1)
    orders = np.log2(np.abs(errors[:-1]) / np.abs(errors[1:]))
    with Case(
        "Energy of the flat profile", EXACT, source="φ = (1 - tanh(x/l))/2: F/A = γ."
    ) as case:
        for parts, error, limit in zip((2, 4), errors[1:], (0.01, 0.003), strict=True):
            case.compare(
                f"energy at h = l/{parts}", GAMMA * (1 + error), GAMMA, relative=limit, unit="J/m²"
            )
        case.compare("order in h", orders[-1], 2.0, absolute=0.3)


def test_a_circle_shrinks_by_curvature() -> None:
    """R^2 = R0^2 - 2 M gamma t for a quarter of a round void in a corner."""
    side, radius = 4.0, 2.5
    cell = square(
        side,
        0.08,
        anode={"diffusivity": "1e-11 m^2/s"},
        phase_field=NO_FORCE,
        numerics={"max_change_phi": 0.05},
    )
    points = cell.state.anode.tabulate_dof_coordinates()[:, :2]
    void = profile(points, np.array([0.0, side]), radius, HALF_WIDTH)
    cell.state.phi.x.array[:] = void
    begin_here(cell)
    area, times, squares = void_area(cell), [], []
    for record in cell:
        # a profile of finite width holds pi (R^2 + 0.155 l^2) / 4; the constant plays no part
        times.append(record.time)
        squares.append(4 * area() / np.pi)
        if squares[-1] < 1.5:
            break
    used = np.array(squares) < 0.95 * radius**2
    slope = stats.linregress(np.array(times)[used], np.array(squares)[used]).slope
    expected = -2 * MOBILITY * GAMMA * 1e12
    with Case(SHRINKING, EXACT, source=CURVATURE) as case:
        case.compare("circle: slope of R²", slope, expected, relative=0.02, unit="µm²/s")


@pytest.mark.parametrize(
    "angle", [*(pytest.param(angle, marks=LONG) for angle in (45.0, 90.0, 135.0)), 60.0, 120.0]
)
def test_a_void_on_the_electrolyte_takes_the_angle_of_young(angle: float) -> None:
    """The arc phi = 0.5 of a void at rest meets the electrolyte at the angle of the metal."""
    side = 5.0
    cell = square(
        side,
        0.11,
        electrolyte={"adhesion": f"{GAMMA * (1 + cos(radians(angle)))} J/m^2"},
        anode={"diffusivity": "1e-12 m^2/s"},
    )
    points = cell.state.anode.tabulate_dof_coordinates()[:, :2]
    cell.state.phi.x.array[:] = profile(points, np.array([0.0, 0.6]), 2.0, HALF_WIDTH)
    begin_here(cell)
    for _ in cell:
        pass
    radius, height = fitted_circle(arc(cell))
    found = degrees(acos(height / radius))
    with Case(
        "Angle of a void on the electrolyte",
        EXACT,
        source="Young: cos θ = W_ad/γ - 1, θ the angle of the metal; circle fitted to φ = 0.5.",
    ) as case:
        case.compare(f"prescribed {angle:g}°, R = {radius:.2f} µm", found, angle, absolute=3.0)


def arc(cell: Simulation) -> np.ndarray:
    """Points (n, 2) where phi = 0.5 on the edges of the mesh, off the electrolyte."""
    points = cell.state.anode.tabulate_dof_coordinates()[:, :2]
    corners = cell.state.anode.dofmap.list
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    a, b = cell.state.phi.x.array[edges].T - 0.5
    crossed = a * b < 0
    share = (a[crossed] / (a[crossed] - b[crossed]))[:, None]
    first, second = points[edges[crossed, 0]], points[edges[crossed, 1]]
    crossing = first + share * (second - first)
    return np.asarray(crossing[crossing[:, 1] > 2 * HALF_WIDTH])


def fitted_circle(points: np.ndarray) -> tuple[float, float]:
    """Radius, and height of the centre, of the circle around (0, height) through `points`."""
    fit = optimize.least_squares(
        lambda p: np.hypot(points[:, 0], points[:, 1] - p[1]) - p[0], x0=(2.0, 0.5)
    )
    return float(fit.x[0]), float(fit.x[1])
