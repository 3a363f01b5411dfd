"""Orders of convergence to manufactured solutions, each term and all together.

Residuals, Newton solver, time derivative and state are the product's; see `manufactured` for the
fields and their sources. What a case does not solve for keeps its exact values.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Literal

from mpi4py import MPI

import numpy as np
import pytest
from box_mesh import uniform
from cases import scenario, strip
from manufactured import CURRENT, ELECTROLYTE, FIELDS, METAL, Manufactured
from results import MANUFACTURED, Case

from lithovoid.run.simulation import Simulation
from lithovoid.solve.newton import NewtonSolver

SOURCE = (
    "Smooth v, φ, ψ, x_Mg with sources in strong form, restated in "
    "tests/verification/manufactured.py; L2 errors of P1, interface at z = 0."
)
Settings = dict[str, dict[str, Any]]

ALL: Settings = {
    "anode": {
        "molar_volume": "130 cm^3/mol",
        "diffusivity": "1e-12 m^2/s",
        "diffusivity_decay": 2.0,
        "surface_diffusion": "2e-19 m^3/s",
    },
    "electrolyte": {"conductivity": "0.004 S/m", "adhesion": "0.67 J/m^2"},
    "kinetics": {"exchange_current_density": "500 A/m^2", "alpha_a": 0.4, "alpha_c": 0.6},
    "phase_field": {
        "l": "0.5 um",
        "wall_mobility": "3e-13 m^4/(J*s)",
        "void_diffusivity": 3.0,
    },
    "nucleation": {"mode": "off", "seed_radius": "1 um"},
}
"""Every term of order one on a cell of 1 um within 1 s; with ten times lithium's molar volume the
driving force bends where v does its wave: A v is its limit at v = 0.17."""
MEAN_V = 0.2

UNIFORM: Settings = {
    "anode": {"diffusivity_decay": 0.0, "surface_diffusion": "0 m^3/s"},
    "phase_field": {"void_diffusivity": 1.0},
}
IDLE: Settings = {"kinetics": {"exchange_current_density": "1e-4 A/m^2"}}
FORCELESS: Settings = {"phase_field": {"force_limit": 1e-10}}
NEUTRAL: Settings = {"electrolyte": {"adhesion": "0.46 J/m^2"}}  # 90 degrees: no wall energy

TERMS: dict[str, tuple[tuple[str, ...], list[Settings]]] = {
    "accumulation, diffusion with constant D": (("v",), [UNIFORM, IDLE]),
    "diffusion with D(y), void, along walls": (("v",), [IDLE]),
    "injection by Butler-Volmer": (("v",), []),
    "relaxation, curvature": (("phi",), [FORCELESS, NEUTRAL]),
    "wall energy": (("phi",), [FORCELESS]),
    "supersaturation": (("phi",), [NEUTRAL]),
    "supersaturation about v_e": (("phi",), [NEUTRAL]),
    "conduction with Butler-Volmer": (("psi",), []),
    "all coupled": (FIELDS, []),
}
IN_TIME = [name for name in TERMS if name != "conduction with Butler-Volmer"]


def cases(terms: Iterable[str]) -> list[Any]:
    """The terms one by one are long; together they are tested always."""
    return [
        term if term == "all coupled" else pytest.param(term, marks=pytest.mark.long)
        for term in terms
    ]


Scheme = Literal["bdf2", "backward_euler"]


def merged(changes: list[Settings]) -> Settings:
    tables = set(ALL).union(*changes)
    return {
        table: {k: x for part in (ALL, *changes) for k, x in part.get(table, {}).items()}
        for table in tables
    }


class Problem:
    """Some of the product's equations with their sources, on a mesh of `parts` cells per um."""

    def __init__(self, term: str, parts: int, gdim: int = 2) -> None:
        self.solved, changes = TERMS[term]
        settings = merged(changes)
        resolved = scenario(**settings, protocol=[strip(f"{CURRENT} A/m^2", time="1 s")])
        mesh = uniform(1 / parts, width=1, anode=METAL, electrolyte=ELECTROLYTE, gdim=gdim)
        cell = Simulation(resolved, mesh, comm=MPI.COMM_SELF)
        self.model, self.state = cell.model, cell.state
        mean_v = 0.0 if term.endswith("about v_e") else MEAN_V
        self.exact = Manufactured(self.model, mean_v)
        residuals, unknowns = self.exact.residuals(), self.model.unknowns
        chosen = [residuals[name] for name in self.solved], [unknowns[name] for name in self.solved]
        self.solver = NewtonSolver(cell.domain, *chosen, 1e-11, 15)

    def run(self, end: float, steps: int, scheme: Scheme = "bdf2") -> None:
        """Solve from time 0 to `end`."""
        self._exact_at(0.0, *FIELDS, "m")
        self.state.forget_history()
        dt = end / steps
        for k in range(steps):
            self._step(end * (k + 1) / steps, dt, scheme)

    def _step(self, time: float, dt: float, scheme: Scheme) -> None:
        ratio = self.state.step_ratio(dt) if scheme == "bdf2" else 0.0
        self.model.derivative.set(dt, ratio)
        self.state.extrapolate(dt)
        self._exact_at(time, *(name for name in FIELDS if name not in self.solved))
        result = self.solver.solve()
        assert result.converged, result.reason
        self.state.accept(dt)

    def _exact_at(self, time: float, *names: str) -> None:
        self.exact.set_time(time)
        self.exact.interpolate(*names)

    def errors(self) -> np.ndarray:
        """L2 errors of the fields that are solved for."""
        return np.array([self.exact.error(name) for name in self.solved])

    def values(self) -> list[np.ndarray]:
        return [self.state.now[name].x.array.copy() for name in self.solved]


@pytest.mark.parametrize("term", cases(TERMS))
def test_order_in_space(term: str) -> None:
    """Steps of 2.5 ms with BDF2, whose error is far below that of the meshes."""
    check_space(term, parts=(8, 16, 32), gdim=2)


@pytest.mark.long
def test_order_in_space_in_three_dimensions() -> None:
    check_space("all coupled", parts=(4, 8, 16), gdim=3, steps=8)


def check_space(term: str, parts: tuple[int, ...], gdim: int, steps: int = 20) -> None:
    errors = []
    for count in parts:
        problem = Problem(term, count, gdim)
        problem.run(end=2.5e-3 * steps, steps=steps)
        errors.append(problem.errors())
    orders = [np.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    with Case(f"Order in space, {gdim}-D", MANUFACTURED, source=SOURCE) as case:
        for name, error, order in zip(problem.solved, errors[-1], orders[-1], strict=True):
            what = f"{term}: {name} (L2 error {error:.1e} at h = 1/{parts[-1]} µm)"
            case.compare(what, order, 2.0, absolute=0.1)

        def draw(axes: Any) -> None:
            sizes = 1 / np.array(parts)
            for name, found in zip(problem.solved, np.transpose(errors), strict=True):
                axes.loglog(sizes, found, "o-", label=name)
            axes.loglog(sizes, errors[0][0] * (sizes / sizes[0]) ** 2, "k--", label="order 2")
            axes.set(xlabel="mesh size [µm]", ylabel="L2 error")
            axes.legend()

        if term == "all coupled":
            case.figure(f"manufactured_{gdim}d", draw, f"All equations coupled, {gdim}-D")


@pytest.mark.parametrize(
    ("scheme", "order", "tolerance"), [("bdf2", 2.0, 0.1), ("backward_euler", 1.0, 0.05)]
)
@pytest.mark.parametrize("term", cases(IN_TIME))
def test_order_in_time(term: str, scheme: Scheme, order: float, tolerance: float) -> None:
    """Differences of solutions with steps halved, on one mesh: no error of the mesh is in them."""
    problem, found = Problem(term, parts=6), []
    for steps in (16, 32, 64, 128):
        problem.run(end=0.4, steps=steps, scheme=scheme)
        found.append(problem.values())
    changes = [
        np.array([np.linalg.norm(b - a) for a, b in zip(coarse, fine, strict=True)])
        for coarse, fine in pairwise(found)
    ]
    orders = np.log2(changes[-2] / changes[-1])
    with Case(f"Order in time, {scheme}", MANUFACTURED, source=SOURCE) as case:
        for name, found_order in zip(problem.solved, orders, strict=True):
            case.compare(f"{term}: {name}", found_order, order, absolute=tolerance)
