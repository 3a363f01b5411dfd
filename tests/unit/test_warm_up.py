"""Forms compiled ahead of time: on a mesh of few cells, whatever the scenario's own size is.

That they serve the run is tested in the image (tests/container), which has no others.
"""

from pathlib import Path

import pytest

from lithovoid.case.load import load_scenario
from lithovoid.meshes.build import unchecked_mesh
from lithovoid.run.warm_up import coarse, compile_forms

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize(
    ("name", "dimension"), [("lithium_strip_3d", 3), ("lithium_strip", 2), ("single_void", 2)]
)
def test_large_scenarios_are_compiled_on_small_meshes(name: str, dimension: int) -> None:
    mesh, _ = unchecked_mesh(coarse(load_scenario(SCENARIOS / f"{name}.toml")))
    assert mesh.tdim == dimension
    assert len(mesh.points) < 3_000  # the first has a million unknowns by itself


def test_columns_are_small_already() -> None:
    scenario = load_scenario(SCENARIOS / "reduced.toml")
    assert coarse(scenario) is scenario


def test_a_program_in_the_working_folder_is_not_taken_for_the_standard_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit('not the standard library')")
    monkeypatch.chdir(tmp_path)
    compile_forms([SCENARIOS / "reduced.toml"] * 2)


def test_a_mesh_too_coarse_to_compute_with_compiles() -> None:
    """Voids of the start are not resolved by it, and need not be."""
    compile_forms([SCENARIOS / "single_void.toml"])
