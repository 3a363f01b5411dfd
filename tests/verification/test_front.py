"""Motion of the void's surface by a frozen supersaturation and by its curvature.

The void's equation alone, with the product's terms, Newton solver and time derivative; the
vacancies are held, so that the driving force is what it is set to.
"""

from collections.abc import Iterator
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from box_mesh import box
from cases import scenario
from results import EXACT, Case
from scipy import stats

from lithovoid.case.coefficients import Wall
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.fields.domain import Integral
from lithovoid.run.simulation import Simulation
from lithovoid.solve.newton import NewtonSolver
from lithovoid.voids.seeding import profile

GAMMA, HALF_WIDTH = 0.46, 0.25  # J/m^2, um
MOBILITY = 2.25e-14  # M [m^4/(J s)]
BARRIER = 6 * GAMMA / HALF_WIDTH * 1e6  # W [J/m^3]
SPEED = MOBILITY * 1e6  # front velocity per driving force [um/s per J/m^3]
SHRINKING = "Shrinking by curvature"
CURVATURE = "Allen-Cahn without driving force: R² = R0² - 2 (d - 1) M γ t."
LAW = "Sharp interface: v_n = M (ΔΩ - γ K), K the sum of the principal curvatures."


class Front:
    """A void on a mesh, moved by the equation of phi alone; lengths in um."""

    def __init__(self, *axes: np.ndarray, force_limit: float = 3.3e6) -> None:
        """`force_limit` in J/m^3."""
        resolved = scenario(
            geometry={"width": f"{axes[0][-1]} um", "anode": f"{axes[-1][-1]} um"},
            electrolyte={"adhesion": f"{GAMMA} J/m^2"},
            phase_field={
                "l": f"{HALF_WIDTH} um",
                "wall_mobility": f"{MOBILITY} m^4/(J*s)",
                "force_limit": force_limit / BARRIER,
            },
            protocol=[{"step": "rest", "until": {"time": "1 h"}}],
        )
        cell = Simulation(resolved, box(*axes), comm=MPI.COMM_SELF)
        self.state, self._derivative = cell.state, cell.model.derivative
        self.stiffness, self._limit = cell.model.numbers(Wall).stiffness, force_limit
        residual, unknown = cell.model.residuals()["phi"], cell.model.unknowns["phi"]
        self._solver = NewtonSolver(cell.domain, [residual], [unknown], 1e-10, 15)
        volume = interpolation(self.state.phi) * cell.domain.dx_anode
        self.volume = Integral(cell.domain, volume)
        self.points = self.state.anode.tabulate_dof_coordinates()[:, : len(axes)]

    def begin(self, phi: np.ndarray, v: float) -> float:
        """Set the void and the frozen vacancy fraction; return the driving force [J/m^3]."""
        v_e = 1e-3
        self.state.phi.x.array[:], self.state.v.x.array[:] = phi, v
        self.state.forget_history()
        root = np.hypot(self._limit, self.stiffness * (v - v_e))
        energy = self._limit * (root - self._limit) / self.stiffness
        return float(energy + self._limit * self.stiffness * (v - v_e) / root * (1 - v))

    def steps(self, dt: float, number: int) -> Iterator[float]:
        """Take steps of `dt` seconds; yield the volume of the void after each."""
        for _ in range(number):
            self._derivative.set(dt, self.state.step_ratio(dt))
            self.state.extrapolate(dt)
            result = self._solver.solve()
            assert result.converged, result.reason
            self.state.accept(dt)
            yield self.volume()


def test_speed_is_proportional_to_the_driving_force() -> None:
    """A flat front that crosses 0.5 um, for five driving forces up to W/20.

    The limit of the force is so low that it bends within this range.
    """
    size = HALF_WIDTH / 4
    column = np.concatenate([[-0.5], np.arange(0, 5 + size / 2, size)])
    front = Front(np.array([0.0, size]), column, force_limit=6e5)
    height, dt = front.points[:, 1], 5.0
    forces, speeds = [], []
    for v in (0.0015, 0.0025, 0.004, 0.006, 0.009):
        force = front.begin(0.5 * (1 - np.tanh((height - 2) / HALF_WIDTH)), v)
        dt = 0.5 / (SPEED * force) / 60
        path = np.array(list(front.steps(dt, 60))) / size
        speeds.append(stats.linregress(dt * np.arange(40), path[-40:]).slope)
        forces.append(force)
    fit = stats.linregress(forces, speeds)
    with Case("Front velocity", EXACT, source=LAW) as case:
        case.compare(
            "slope against ΔΩ, flat front", fit.slope, SPEED, relative=0.03, unit="µm m³/(J s)"
        )
        case.bound(
            "intercept over the fastest speed", abs(fit.intercept) / speeds[-1], at_most=0.01
        )

        def draw(axes: Any) -> None:
            axes.plot(forces, np.multiply(speeds, 1e3), "o", label="found")
            axes.plot(forces, SPEED * np.array(forces) * 1e3, "k--", label="M ΔΩ")
            axes.set(xlabel="driving force [J/m³]", ylabel="velocity [nm/s]")
            axes.legend()

        case.figure("front_velocity", draw, "Velocity of a flat front")


def test_speed_falls_with_curvature() -> None:
    """A quarter of a circle grows from 1 um to 3 um by a force that its curvature nearly balances.

    The slope against K = 1/R and the intercept give both parts of the law.
    """
    size, radius = 0.08, 1.0
    side = np.arange(0, 3.6 + size / 2, size)
    front = Front(side, np.concatenate([[-0.5], side]))
    start = profile(front.points, np.zeros(2), radius, HALF_WIDTH)
    force = front.begin(start, v=1e-3 + 1.25 * GAMMA / (radius * 1e-6) / front.stiffness)
    dt = 0.02 / (SPEED * force)
    volumes = np.array(list(front.steps(dt, 220)))
    radii = np.sqrt(4 * volumes / np.pi)
    speeds, middle = np.diff(radii) / dt, (radii[1:] + radii[:-1]) / 2
    used = (middle > 1.1) & (middle < 2.8)
    assert used.sum() > 50
    fit = stats.linregress(1 / middle[used], speeds[used])
    with Case("Front velocity", EXACT, source=LAW) as case:
        expected = -SPEED * GAMMA * 1e6
        case.compare(
            "slope against K, growing circle", fit.slope, expected, relative=0.03, unit="µm²/s"
        )
        case.compare(
            "drive part, same circle", fit.intercept, SPEED * force, relative=0.03, unit="µm/s"
        )


@pytest.mark.long
def test_a_sphere_shrinks_by_curvature() -> None:
    """R^2 = R0^2 - 4 M gamma t for an eighth of a sphere, extrapolated to h = 0."""
    rate = 4 * MOBILITY * GAMMA * 1e12  # um^2/s
    sizes = (0.1, 0.075)
    slopes = [shrinking_sphere(size, rate) for size in sizes]
    weights = np.square(sizes)
    limit = (slopes[1] * weights[0] - slopes[0] * weights[1]) / (weights[0] - weights[1])
    with Case(
        SHRINKING,
        EXACT,
        source=CURVATURE,
        note=f"Sphere on meshes of l/2.5 and l/3.3: slopes off by {slopes[0] / -rate - 1:.1%} and "
        f"{slopes[1] / -rate - 1:.1%}, extrapolated in h².",
    ) as case:
        case.compare("sphere (3-D): slope of R², h → 0", limit, -rate, relative=0.02, unit="µm²/s")


def shrinking_sphere(size: float, rate: float) -> float:
    """Slope of R^2 [um^2/s] while R falls from 1.7 to 0.9 um on a mesh of `size`."""
    radius, steps = 1.8, 25
    fine = np.arange(0, radius + 0.3 + size / 2, size)
    side = np.concatenate([fine, fine[-1] + np.array([0.15, 0.35, 0.65, 1.0])])
    front = Front(side, side, np.concatenate([[-0.5], side]))
    front.begin(profile(front.points, np.zeros(3), radius, HALF_WIDTH), v=1e-3)
    dt = (radius**2 - 0.9**2) / rate / steps
    volumes = np.array(list(front.steps(dt, steps)))
    squares = (6 * volumes / np.pi) ** (2 / 3)
    used = squares < 0.9 * radius**2
    return float(stats.linregress(dt * np.arange(steps)[used], squares[used]).slope)
