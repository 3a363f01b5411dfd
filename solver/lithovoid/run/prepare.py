"""Everything that can go wrong before a run begins: done on rank 0, and before files change."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from lithovoid.case.load import dump_toml, load_scenario
from lithovoid.case.rate_law import load_rate_law
from lithovoid.equations.all_physics import PHYSICS
from lithovoid.equations.model import problems_of, results_of, tables_of
from lithovoid.equations.physics import Physics
from lithovoid.hooks.series import NucleiFile, Series
from lithovoid.io.checkpoints import CheckpointStore, Saved
from lithovoid.io.directory import (
    IN_FORCE,
    choose_directory,
    create_directory,
    scenario_in_force,
    write_atomically,
)
from lithovoid.io.lock import claim
from lithovoid.io.mesh_file import mesh_hash, read_mesh_file, write_mesh_file
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.whole_run import of_each_step
from lithovoid.meshes import MeshData, build_mesh
from lithovoid.meshes.build import checked_mesh, unchecked_mesh
from lithovoid.run.changes import Change, changes_since, fixed, refuse_other_physics
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.result import Results, by_headers

Kinds = Sequence[type[Physics]]

OWN_FILES = frozenset({"fields", "checkpoints", "log.txt", "run.json", "run.lock"})
"""What a run that was killed at once may have left."""


@dataclass(frozen=True)
class PreparedRun:
    """What to run, and where; `results` are all of each step, `saved` is the checkpoint to continue
    from, if there is one."""

    scenario: Scenario
    results: Results
    directory: Path
    about: dict[str, Any]
    continued: bool = False
    saved: Saved | None = None
    changes: Sequence[Change] = ()  # of the scenario that was in force so far
    remarks: Sequence[str] = ()  # what people should be warned of, in the log
    mesh: str = ""  # what they should know of the mesh


def prepare_new(
    case: Path, out: Path | None, overrides: Sequence[str], physics: Kinds = PHYSICS
) -> tuple[PreparedRun, MeshData]:
    """Check the scenario file, build its mesh and create the run directory.

    Raises ConfigurationError where one of these is not possible; then nothing is left behind.
    """
    return begin(_load(case, overrides, physics), choose_directory(out, case), physics)


def begin(
    scenario: Scenario, directory: Path, physics: Kinds = PHYSICS, *, fit: bool = True
) -> tuple[PreparedRun, MeshData]:
    """Build the mesh of `scenario`, which must `fit` it, and create the run directory.

    Raises ConfigurationError where one of these is not possible; then nothing is left behind.
    """
    results = of_each_step(results_of(physics, scenario))
    mesh, known = checked_mesh(scenario) if fit else (unchecked_mesh(scenario)[0], "")
    create_directory(directory)
    try:
        claim(directory)
        write_mesh_file(directory, mesh)
        write_atomically(directory / "scenario.toml", dump_toml(scenario))
    except OSError as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise ConfigurationError(
            f"--out: cannot write to {directory} ({error.strerror}); choose another place"
        ) from None
    return PreparedRun(scenario, results, directory, _about(scenario, mesh), mesh=known), mesh


def prepare_restart(
    case: Path | None, directory: Path, overrides: Sequence[str], physics: Kinds = PHYSICS
) -> tuple[PreparedRun, MeshData]:
    """Find the newest checkpoint of `directory` that can be used, and check the scenario with it.

    Without a `case`, the scenario is the last one of the run. Without a checkpoint, the run begins
    again.
    Raises ConfigurationError, with nothing changed, where the run cannot be continued.
    """
    _require_run(directory, case)
    source = case or scenario_in_force(directory)
    scenario = _load(source, overrides, physics)
    results = of_each_step(results_of(physics, scenario))
    claim(directory)
    store = CheckpointStore(directory / "checkpoints", scenario.checkpoint.keep)
    remarks: list[str] = []
    saved = next(_usable(store, directory, results, remarks), None)
    if saved is None and store.steps():
        raise ConfigurationError(
            f"--restart: no checkpoint of {directory} can be used; begin a new run\n  "
            + "\n  ".join(remarks)
        )
    mesh = read_mesh_file(directory, remarks) or build_mesh(scenario)
    refuse_other_physics(_fixed_before(saved, directory, physics), fixed(scenario))
    changes = [] if saved is None else changes_since(saved, scenario)
    about = _about(scenario, mesh, [] if saved is None else saved.about["segments"])
    if saved is not None and saved.about["mesh_hash"] != about["mesh_hash"]:
        raise ConfigurationError(
            f"--restart: the mesh of {directory} is lost and was built differently this time; "
            "the mesher is perhaps another version"
        )
    try:
        (directory / "fields").mkdir(exist_ok=True)
        write_mesh_file(directory, mesh)
        _write_scenario(directory, scenario, saved)
        store.drop_after(saved.step if saved else -1)
    except OSError as error:
        raise ConfigurationError(
            f"--restart: cannot write to {directory} ({error.strerror})"
        ) from None
    return PreparedRun(scenario, results, directory, about, True, saved, changes, remarks), mesh


def _load(case: Path, overrides: Sequence[str], physics: Kinds) -> Scenario:
    """Load a scenario that all of `physics`, and the rate law, can do something with."""
    scenario = load_scenario(case, overrides, tables_of(physics))
    problems = problems_of(physics, scenario)
    if problems:
        lines = "\n  ".join(problems)
        raise ConfigurationError(f"{case} cannot be used\n  {lines}")
    load_rate_law(scenario.nucleation.rate_law)
    return scenario


def _require_run(directory: Path, case: Path | None) -> None:
    if not directory.is_dir():
        raise ConfigurationError(f"--restart: there is no directory {directory}")
    if (directory / "scenario.toml").is_file():
        return
    if case is None:
        raise ConfigurationError(
            f"--restart: {directory} has no scenario.toml; is it a run directory? If the run was "
            "killed before it wrote one, name the scenario: lithovoid run CASE --restart DIR"
        )
    strange = sorted(path.name for path in directory.iterdir() if path.name not in OWN_FILES)
    if strange:
        raise ConfigurationError(
            f"--restart: {directory} is no run directory: it has no scenario.toml, but "
            f"{', '.join(strange[:3])}"
        )


def _usable(
    store: CheckpointStore, directory: Path, results: Results, remarks: list[str]
) -> Iterator[Saved]:
    """Yield the checkpoints whose tables are still there with all their rows, newest first."""
    for saved in store.newest_first(remarks):
        sizes = {
            "series.csv": saved.state["hooks"][Series.key]["size"],
            "nuclei.csv": saved.state["hooks"][NucleiFile.key]["size"],
        }
        short = [name for name, size in sizes.items() if _size(directory / name) < size]
        if short:
            lost = " and ".join(short)
            remarks.append(f"the checkpoint of step {saved.step} cannot be used: {lost} lost rows")
            continue
        _require_columns(directory / "series.csv", results)
        yield saved


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _require_columns(path: Path, results: Results) -> None:
    with path.open(encoding="utf-8") as file:
        header = file.readline().rstrip("\n")
    if header != ",".join(by_headers(results)):
        raise ConfigurationError(
            f"--restart: {path} has other columns than this version writes; continue with the "
            "version that began the run"
        )


def _fixed_before(saved: Saved | None, directory: Path, physics: Kinds) -> dict[str, Any] | None:
    """Return `fixed` of the run so far; None where it left nothing."""
    if saved is not None:
        before: dict[str, Any] = saved.about["fixed"]
        return before
    path = directory / "scenario.toml"
    return fixed(load_scenario(path, (), tables_of(physics))) if path.is_file() else None


def _about(scenario: Scenario, mesh: MeshData, segments: Sequence[Any] = ()) -> dict[str, Any]:
    """What checkpoints say of the run; `segments` are its parts so far."""
    return {
        "fixed": fixed(scenario),
        "mesh_hash": mesh_hash(mesh),
        "scenario": scenario.dump(),
        "segments": list(segments),
    }


def _write_scenario(directory: Path, scenario: Scenario, saved: Saved | None) -> None:
    """Keep the scenario with which the run began, and put that in force now beside it.

    A run that begins again has only one. Raises OSError.
    """
    began, now = directory / "scenario.toml", directory / IN_FORCE
    text = dump_toml(scenario)
    if saved is None:
        write_atomically(began, text)
    elif not began.is_file():
        write_atomically(began, tomli_w.dumps(saved.about["scenario"]))
    if began.read_text(encoding="utf-8") == text:
        now.unlink(missing_ok=True)
    else:
        write_atomically(now, text)
