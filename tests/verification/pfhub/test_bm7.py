"""PFHub benchmark 7: orders of convergence, and errors beside those of other codes."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from allen_cahn_mms import END, Manufactured
from numpy.typing import NDArray
from results import PUBLISHED, Case
from upload import save_upload

SOURCE = "pages.nist.gov/pfhub, benchmark 7; errors of other codes: uploads there"
UPLOADS = Path(__file__).parent / "reference" / "pfhub_bm7a.csv"
NOTE = (
    "Periodic in x by a mesh with the topology of a cylinder; no flux at y = 0 and 1/2. h is the "
    "shorter side of the triangles, whose diagonals alternate: 1.68e-3 for P1 at h = 0.005, where "
    "parallel diagonals and crossed triangles give 2.0e-3. The front of P1 runs ahead by a part of "
    "h^2; steps in time play no role (dt = 0.2 and 0.1 agree to 0.3 %)."
)


def orders(errors: list[float]) -> NDArray[np.float64]:
    """Observed orders where the step or the mesh size is halved each time."""
    return np.asarray(np.log2(np.array(errors[:-1]) / np.array(errors[1:])))


def errors_in_space(degree: int, columns: tuple[int, ...]) -> list[float]:
    """L2 errors at t = 8 with steps of 0.1."""
    return [Manufactured(n, degree).run(80) for n in columns]


def test_quick_orders_in_space_and_time() -> None:
    """On coarse meshes, for every run of the tests: P2 in space, BDF2 in time against dt = 1/16."""
    coarse, fine = (Manufactured(n, 2).run(40) for n in (40, 80))
    assert 1.8 < np.log2(coarse / fine) < 3.5
    case = Manufactured(40, 2)
    reference = end_values(case, 256)
    first, second = (np.linalg.norm(end_values(case, n) - reference) for n in (32, 64))
    assert 1.8 < np.log2(first / second) < 2.4


@pytest.mark.long
def test_orders_in_space() -> None:
    with Case("PFHub 7a: manufactured solution, space", PUBLISHED, SOURCE, NOTE) as case:
        columns = (100, 200, 400)
        linear, quadratic = errors_in_space(1, columns), errors_in_space(2, columns[:2])
        for order in orders(linear):
            case.compare("order of P1 in h", order, 2.0, absolute=0.2)
        case.compare("order of P2 in h", orders(quadratic)[0], 2.9, absolute=0.3)
        case.bound("error of P1 at h = 0.005", linear[1], at_most=1.6e-3)
        case.bound("error of P2 at h = 0.005", quadratic[1], at_most=2e-4)
        sizes = 1 / np.array(columns)

        def draw(axes: Any) -> None:
            for code, h, error in uploads():
                axes.loglog(h, error, ".-", color="0.7", lw=0.8)
                axes.annotate(code, (h[-1], error[-1]), fontsize=6, color="0.4")
            axes.loglog(sizes, linear, "o-", label="Lithovoid P1")
            axes.loglog(sizes[:2], quadratic, "s-", label="Lithovoid P2")
            axes.set(xlabel="mesh size h", ylabel="L2 error at t = 8")
            axes.legend(fontsize=7)

        case.figure("pfhub_7a", draw, "Benchmark 7a: errors of this and other codes (grey)")
        table = {"mesh_size": sizes.tolist(), "L2_error": linear}
        save_upload("7a.1", "P1 triangles, BDF2, dt = 0.1", {"spatial": table}, END)


@pytest.mark.long
def test_orders_in_time() -> None:
    """Against the solution with a very short step on the same mesh, so that space drops out."""
    with Case("PFHub 7a: manufactured solution, time", PUBLISHED, SOURCE, NOTE) as case:
        problem = Manufactured(100, 2)
        exact_in_time = end_values(problem, 640)
        for scheme, second, steps in (("BDF2", True, (80, 160)), ("Euler", False, (80, 160))):
            errors = [
                float(np.linalg.norm(end_values(problem, n, second) - exact_in_time)) for n in steps
            ]
            expected, limit = (2.0, 0.2) if second else (1.0, 0.1)
            case.compare(f"order of {scheme} in dt", orders(errors)[0], expected, absolute=limit)


@pytest.mark.long
@pytest.mark.parametrize(("part", "c2", "steps"), [("b", 0.0625 * np.pi, 0.4), ("c", 0.5, 0.6)])
def test_a_thin_interface(part: str, c2: float, steps: float) -> None:
    """Parts (b) and (c): 16 times thinner; in (c) it also moves faster. No errors are published."""
    note = (
        f"κ = 1.5625e-6, C2 = {c2:.4g}; P2 triangles, h = 1/400 and 1/600 where the interface "
        f"passes (its half-width is 1/566), BDF2 with {steps:g} steps per column. The benchmark "
        "asks for errors between 5e-3 and 1e-5."
    )
    with Case(f"PFHub 7{part}: manufactured solution", PUBLISHED, SOURCE, note) as case:
        columns = (400, 600)
        errors = [
            Manufactured(n, 2, 1.5625e-6, c2, thin=True).run(round(steps * n)) for n in columns
        ]
        for n, error in zip(columns, errors, strict=True):
            case.bound(f"error at h = 1/{n}", error, at_most=5e-3)
        order = np.log(errors[0] / errors[1]) / np.log(columns[1] / columns[0])
        case.bound("order in h and dt together", order, at_least=1.8)


def end_values(problem: Manufactured, steps: int, second_order: bool = True) -> Any:
    """Nodal values at t = 8, from the start."""
    problem.restart()
    problem.run(steps, second_order)
    return problem.problem.fields[0].now.x.array.copy()


def uploads() -> list[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    """Code, mesh sizes and errors of each upload."""
    with UPLOADS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for variant in sorted({row["variant"] for row in rows}):
        own = [row for row in rows if row["variant"] == variant]
        h = np.array([float(row["h"]) for row in own])
        error = np.array([float(row["L2_error"]) for row in own])
        order = np.argsort(h)
        found.append((own[0]["code"], h[order], error[order]))
    return found
