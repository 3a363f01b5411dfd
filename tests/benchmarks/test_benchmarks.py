"""The benchmarks measure, compare and write: on one tiny case."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import bench
import numpy as np
import page
import pytest
import suite
import uniform_grid
from compare import table

from lithovoid.machine import bootstrap

bootstrap.start()

sys.path.insert(0, str(Path(__file__).parents[1] / "verification" / "pfhub"))

from spinodal import HEIGHT, HIGH, KAPPA, LOW, TENSION, Waves  # noqa: E402

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    """Return what `measure.py` says of a small cell."""
    cell = {"dimension": 2, "interface_size": 0.25, "width": 5.0, "steps": 2}
    command = [sys.executable, "measure.py", json.dumps(cell)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def results(numbers: dict[str, Any], **changes: float) -> dict[str, Any]:
    machine = {"commit": "abc", "processor": "some", "processors": 2, "load": 0.0}
    return {"machine": machine, "cases": {"2d-5k": numbers | changes}}


def test_a_measurement_holds_together(numbers: dict[str, Any]) -> None:
    assert numbers["newton"] >= numbers["steps"] == 2
    assert numbers["void_layer_um"] > 0
    assert numbers["steps"] <= numbers["factorisations"] <= numbers["newton"]
    parts = [numbers[f"{p}_s"] for p in ("residual", "jacobian", "preconditioner", "linear_solve")]
    assert 0 < sum(parts) < numbers["wall_s"]
    assert numbers["memory_all_gb"] == numbers["memory_gb"] > 0.05


def test_the_page_has_a_row_per_case_and_the_scaling(numbers: dict[str, Any]) -> None:
    both = results(numbers)
    both["cases"] |= {"2d-20k-2": numbers, "2d-40k-2": numbers}
    both["strong"] = {"2d-20k-2": [[0.3, 0.2, 0.4], [0.3, 0.1, 0.3], [0.5, 0.2, 0.5]]}
    both["weak"] = {"2d-40k-2": [[0.3, 0.4, 0.5]]}
    text = page.write(both)
    assert f"| 2d-5k | 2 | {numbers['factorisations']} | {numbers['newton']} | " in text
    assert f"| 2d-5k | {numbers['unknowns']:,} | 1 |" in text
    assert "| 2d-20k-2 | 3 | 2.50 | 1.50 to 3.00 | 2.00 | 1.000 |" in text
    assert "| 2d-40k-2 | 1 | 0.75 | 0.75 to 0.75 | 0.60 | 1.000 |" in text
    assert "Measured at commit" not in text
    both["cases"]["2d-5k"] = numbers | {"commit": "earlier"}
    assert "Measured at commit earlier: 2d-5k." in page.write(both)
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| 2d-5k")}
    assert len(page.COLUMNS) + 2 in widths


def test_only_the_direct_solver_is_held_to_its_factorisations(numbers: dict[str, Any]) -> None:
    """PETSc counts incomplete factorisations of blocks, too."""
    iterative = page.write(results(numbers, linear=3 * numbers["newton"]))
    row = f"| 2d-5k | 2 | {numbers['factorisations']} | "
    assert row not in iterative
    assert row in page.write(results(numbers))


def test_a_comparison_gives_ratios_per_step(numbers: dict[str, Any]) -> None:
    slower = results(numbers, cpu_s=3 * numbers["cpu_s"], steps=1)
    line = table(results(numbers), slower)[1].split()
    assert line[0] == "2d-5k"
    assert float(line[1]) == pytest.approx(6.0)


def test_the_comparison_with_other_codes_names_who_is_faster() -> None:
    row = {"cells": 200, "steps": 9, "energy": 101.0, "cpu_s": 10.0, "degree": 1, "tolerance": 1e-4}
    other = row | {"cells": 50, "energy": 102.5, "cpu_s": 2.0}
    exact = row | {"energy": 100.0}
    fine = {"cells": 200, "steps": 90, "energy": 98.0, "cpu_s": 150.0}
    fipy = [fine | {"cells": 66, "energy": 97.0, "cpu_s": 5.0}, fine]
    spinodal = {"exact": exact, "fipy": fipy, "lithovoid": [row, other]}
    text = page.write({**results_without_cases(), "spinodal": spinodal})
    assert "| FiPy | finite volumes | 200 | - | 90 | 98.0000 | -2.00 | 150 |" in text
    assert "| Lithovoid | Q1 | 200 | 0.0001 | 9 | 101.0000 | +1.00 | 10 |" in text
    assert "| FiPy | 66 | - | 2.5 | Q1, 50, 0.0001 | +2.50 |" in text
    assert "| FiPy | 200 | 15 | 15 | Q1, 200, 0.0001 | +1.00 |" in text
    assert "py-pde" not in text
    spinodal["pypde"] = [fine | {"cpu_s": 1.0}]
    text = page.write({**results_without_cases(), "spinodal": spinodal})
    assert "| py-pde | 200 | 0.1 | 0.1 | Q1, 200, 0.0001 | +1.00 |" in text


def test_other_codes_start_from_the_waves_and_measure_the_energy_of_the_benchmark() -> None:
    """A flat interface across the square has the energy int sqrt(2 kappa f) dc per length."""
    x = uniform_grid.SIDE * (np.arange(400) + 0.5) / 400
    x, y = np.meshgrid(x, x, indexing="ij")
    assert uniform_grid.initial(x, y) == pytest.approx(Waves(0.01, 0.105)(np.array([x, y])))
    half = (HIGH - LOW) / 2
    profile = np.tanh(half * np.sqrt(2 * HEIGHT / KAPPA) * (x - uniform_grid.SIDE / 2))
    energy = uniform_grid.free_energy((HIGH + LOW) / 2 + half * profile)
    assert energy == pytest.approx(TENSION * uniform_grid.SIDE, rel=2e-3)


def results_without_cases() -> dict[str, Any]:
    return {**results({}), "cases": {}}


def test_the_suite_has_pairs_for_scaling() -> None:
    cases = suite.DEFAULT | suite.LARGE
    for name, case in cases.items():
        assert (case["ranks"] == 2) == name.endswith("-2"), name
    for two, (one, _) in (suite.STRONG | suite.WEAK).items():
        assert (cases[one]["ranks"], cases[two]["ranks"]) == (1, 2)


def test_turns_are_measured_on_one_rank_on_two_and_on_one_twice_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([3.0, 2.0, 4.0, 6.0, 5.0, 4.0, 6.0, 6.0])
    asked = []

    def run(case: dict[str, Any]) -> dict[str, Any]:
        asked.append(case["ranks"])
        return {"wall_s": next(seconds), "newton": 2}

    monkeypatch.setattr(bench, "run_case", run)
    turns = bench.in_turns({"ranks": 1}, {"ranks": 2}, 2)
    assert turns == [[1.5, 1.0, 2.5], [2.5, 2.0, 3.0]]
    assert asked == [1, 2, 1, 1] * 2
