"""Compile the forms of scenarios ahead of time: before many ranks or runs want them at once."""

import subprocess
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from lithovoid.case.load import load_scenario
from lithovoid.machine.errors import ConfigurationError
from lithovoid.machine.python import python
from lithovoid.meshes import MeshData
from lithovoid.run.prepare import PreparedRun, begin
from lithovoid.run.runner import run_prepared
from lithovoid.scenario.schema import PlanarGeometry, Scenario

AT_ONCE = "checkpoint.wall_time_limit=1 ms"
PARTS = 10
"""Mesh sizes per thickness of the anode while forms are compiled."""


def compile_forms(cases: Sequence[Path], overrides: Sequence[str] = ()) -> None:
    """Begin a run of each scenario of `cases`, and end it before its first step.

    All forms of a run are compiled until then. The names of some depend on what a process has built
    before, so that each of several scenarios has a process of its own, as its run will have. Raises
    ConfigurationError where a scenario cannot be used, or no form be compiled.
    """
    for case in cases:
        if len(cases) > 1:
            _in_a_process(case, overrides)
        else:
            with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
                run_prepared(partial(_prepare, case, overrides, Path(folder) / "run"))


def _in_a_process(case: Path, overrides: Sequence[str]) -> None:
    changes = [word for change in overrides for word in ("--set", change)]
    command = python("-m", "lithovoid", "compile", str(case), *changes)
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = ended.stderr.strip().removeprefix("error: ")
        raise ConfigurationError(said or f"{case}: its forms could not be compiled")


def _prepare(case: Path, overrides: Sequence[str], folder: Path) -> tuple[PreparedRun, MeshData]:
    return begin(coarse(load_scenario(case, [*overrides, AT_ONCE])), folder, fit=False)


def coarse(scenario: Scenario) -> Scenario:
    """Return `scenario` on a mesh of few cells, too few to compute with; one from a file stays.

    Forms do not know the size of the mesh: what a thousand processes will run is compiled by one.
    """
    geometry = scenario.geometry
    if not isinstance(geometry, PlanarGeometry):
        return scenario
    size = max(geometry.interface_size, geometry.anode / PARTS)
    sizes: dict[str, float] = dict.fromkeys(
        ("interface_size", "coarse_size", "fine_depth", "first_layer"), size
    )
    return scenario.model_copy(update={"geometry": geometry.model_copy(update=sizes)})
