"""PFHub benchmark 6: spinodal decomposition of a charged species between two electrodes."""

from collections.abc import Callable
from typing import Any

from dolfinx import fem, mesh
from mpi4py import MPI

import numpy as np
import pytest
from domains import half_disc
from history import History
from results import PUBLISHED, Case
from spinodal import CHARGE, PERMITTIVITY, electrochemical
from upload import save_upload

SIDE = 100.0
SOURCE = "pages.nist.gov/pfhub, benchmark 6"
NOTE = (
    "P2 triangles, BDF2; potential prescribed by Nitsche's method. No upload of this benchmark "
    "could be found, so the comparison is with our own finer mesh."
)


def square(cells: int) -> mesh.Mesh:
    return mesh.create_rectangle(MPI.COMM_SELF, [(0.0, 0.0), (SIDE, SIDE)], [cells, cells])


def test_the_potential_of_a_homogeneous_charge() -> None:
    """c = 1/2 everywhere: Phi = k c x (L - x) / (2 eps) + a sinh-profile mode by mode.

    Its mean over y for the applied sin(y/7) is the parabola plus the linear part, exactly.
    """
    problem = electrochemical(square(25), 2).problem
    problem.fields[0].set(lambda x: np.full(x.shape[1], 0.5))
    problem.begin(1e-4)
    problem.fixed_step(1e-4)
    phi = problem.fields[2].now
    points = phi.function_space.tabulate_dof_coordinates()
    mean_applied = 7 * (1 - np.cos(SIDE / 7)) / SIDE
    for x in (20.0, 50.0, 80.0):
        column = np.abs(points[:, 0] - x) < 1e-9
        y, values = points[column, 1], phi.x.array[column]
        order = np.argsort(y)
        mean = simpson(y[order], values[order]) / SIDE
        exact = CHARGE * 0.5 * x * (SIDE - x) / (2 * PERMITTIVITY) + mean_applied * x / SIDE
        assert mean == pytest.approx(exact, abs=2e-3)


DOMAINS: dict[str, Callable[[float], mesh.Mesh]] = {
    "6a": lambda size: square(round(SIDE / size)),
    "6b": half_disc,
}


@pytest.mark.long
@pytest.mark.parametrize("part", DOMAINS)
def test_benchmark_6(part: str) -> None:
    """(a) a square, (b) a rectangle that ends in half a disc; the coarse mesh on to t = 1000."""
    with Case(f"PFHub {part}: F in time", PUBLISHED, SOURCE, NOTE) as case:
        domains = {size: DOMAINS[part](size) for size in (4.0, 2.0)}
        histories = {h: History(electrochemical(d, 2, 3e-5)) for h, d in domains.items()}
        for size, end in ((4.0, 1000.0), (2.0, 400.0)):
            histories[size].run(end)
            histories[size].hold_to_the_laws(case)
        coarse, fine = histories.values()
        for time in (5.0, 10.0, 20.0, 50.0, 100.0, 400.0):
            name = f"F at t = {time:g}, h = 4 against h = 2"
            case.compare(name, coarse.energy(time), fine.energy(time), relative=0.02)

        def draw(axes: Any) -> None:
            for size, history in histories.items():
                axes.semilogx(history.times[1:], history.energies[1:], label=f"h = {size:g}")
            axes.set(xlabel="time", ylabel="free energy", xlim=(0.1, 1000))
            axes.legend(fontsize=7)

        case.figure(f"pfhub_{part}", draw, f"Benchmark {part}: free energy")
        save_upload(f"{part}.1", NOTE, upload_tables(fine), 400.0)


def upload_tables(history: History) -> dict[str, dict[str, list[float]]]:
    """Free energy in time, c and Phi on the cut planes x = 50 and y = 50."""
    fields = history.decomposition.problem.fields
    c, phi = fields[0].now, fields[2].now
    points = c.function_space.tabulate_dof_coordinates()

    def cut(axis: int, along: str) -> dict[str, list[float]]:
        line = np.flatnonzero(np.abs(points[:, axis] - 50.0) < 1e-9)
        line = line[np.argsort(points[line, 1 - axis])]
        pick: Callable[[fem.Function], list[float]] = lambda f: f.x.array[line].tolist()  # noqa: E731
        return {
            along: points[line, 1 - axis].tolist(),
            "concentration": pick(c),
            "potential": pick(phi),
        }

    energy = {"time": history.times.tolist(), "free_energy": history.energies.tolist()}
    return {"free_energy": energy, "x_cut_plane": cut(0, "y"), "y_cut_plane": cut(1, "x")}


def simpson(y: np.ndarray, values: np.ndarray) -> float:
    """Simpson's rule on an even number of equal intervals."""
    h = y[1] - y[0]
    inner = 4 * values[1:-1:2].sum() + 2 * values[2:-1:2].sum()
    return float(h / 3 * (values[0] + values[-1] + inner))
