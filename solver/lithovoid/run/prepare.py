"""Everything that can go wrong before a run begins: done on rank 0, and before files change."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithovoid.case.load import dump_toml, load_scenario, physics
from lithovoid.case.rate_law import load_rate_law
from lithovoid.equations.all_physics import PHYSICS
from lithovoid.equations.model import columns_of, problems_of, tables_of
from lithovoid.equations.physics import Column, Physics
from lithovoid.fields.domain import QUADRATURE
from lithovoid.hooks.series import NucleiFile, Series
from lithovoid.io.checkpoints import CheckpointStore, Saved
from lithovoid.io.directory import choose_directory, create_directory, write_atomically
from lithovoid.io.lock import claim
from lithovoid.io.mesh_file import mesh_hash, read_mesh_file, write_mesh_file
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.record import headers
from lithovoid.meshes import MeshData, build_mesh
from lithovoid.meshes.build import checked_mesh, unchecked_mesh
from lithovoid.scenario.schema import Scenario

Kinds = Sequence[type[Physics]]

OWN_FILES = frozenset({"fields", "checkpoints", "log.txt", "run.json", "run.lock"})
"""What a run that was killed at once may have left."""


@dataclass(frozen=True)
class PreparedRun:
    """What to run, and where; `columns` are those of its physics, `saved` is the checkpoint to
    continue from, if there is one."""

    scenario: Scenario
    columns: Sequence[Column]
    directory: Path
    about: dict[str, Any]
    continued: bool = False
    saved: Saved | None = None
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
    mesh, known = checked_mesh(scenario) if fit else (unchecked_mesh(scenario)[0], "")
    scenario = _with_quadrature(scenario, mesh)
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
    columns = columns_of(physics, scenario)
    return PreparedRun(scenario, columns, directory, _about(scenario, mesh), mesh=known), mesh


def prepare_restart(
    case: Path | None, directory: Path, overrides: Sequence[str], physics: Kinds = PHYSICS
) -> tuple[PreparedRun, MeshData]:
    """Find the newest checkpoint of `directory` that can be used, and check the scenario with it.

    Without a `case`, the scenario is that of the run. Without a checkpoint the run begins again.
    Raises ConfigurationError, with nothing changed, where the run cannot be continued.
    """
    _require_run(directory, case)
    source = case or directory / "scenario.toml"
    scenario = _load(source, overrides, physics)
    columns = columns_of(physics, scenario)
    claim(directory)
    store = CheckpointStore(directory / "checkpoints", scenario.checkpoint.keep)
    remarks: list[str] = []
    saved = next(_usable(store, directory, columns, remarks), None)
    if saved is None and store.steps():
        raise ConfigurationError(
            f"--restart: no checkpoint of {directory} can be used; begin a new run\n  "
            + "\n  ".join(remarks)
        )
    mesh = read_mesh_file(directory, remarks) or build_mesh(scenario)
    scenario = _with_quadrature(scenario, mesh)
    _refuse_changes(_fixed_before(saved, directory, physics), _fixed(scenario))
    about = _about(scenario, mesh)
    if saved is not None and saved.about["mesh_hash"] != about["mesh_hash"]:
        raise ConfigurationError(
            f"--restart: the mesh of {directory} is lost and was built differently this time; "
            "the mesher is perhaps another version"
        )
    try:
        (directory / "fields").mkdir(exist_ok=True)
        write_mesh_file(directory, mesh)
        write_atomically(directory / "scenario.toml", dump_toml(scenario))
        store.drop_after(saved.step if saved else -1)
    except OSError as error:
        raise ConfigurationError(
            f"--restart: cannot write to {directory} ({error.strerror})"
        ) from None
    return PreparedRun(scenario, columns, directory, about, True, saved, remarks), mesh


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
    store: CheckpointStore, directory: Path, columns: Sequence[Column], remarks: list[str]
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
        _require_columns(directory / "series.csv", columns)
        yield saved


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _require_columns(path: Path, columns: Sequence[Column]) -> None:
    with path.open(encoding="utf-8") as file:
        header = file.readline().rstrip("\n")
    if header != ",".join(headers(columns).values()):
        raise ConfigurationError(
            f"--restart: {path} has other columns than this version writes; continue with the "
            "version that began the run"
        )


def _with_quadrature(scenario: Scenario, mesh: MeshData) -> Scenario:
    """Return `scenario` with the degree of the quadrature, whose default depends on `mesh`.

    What is written of the run says how it was computed, whatever the default of the version is
    that continues it.
    """
    numerics = scenario.numerics
    degree = {"quadrature_degree": numerics.quadrature_degree or QUADRATURE[mesh.tdim]}
    return scenario.model_copy(update={"numerics": numerics.model_copy(update=degree)})


def _about(scenario: Scenario, mesh: MeshData) -> dict[str, Any]:
    return {"fixed": _fixed(scenario), "mesh_hash": mesh_hash(mesh)}


def _fixed(scenario: Scenario) -> dict[str, Any]:
    """What may not change in a continued run, flat, by dotted keys.

    The quadrature belongs to it: the ledger counts lithium with it.
    """
    numerics = {"quadrature_degree": scenario.numerics.quadrature_degree}
    tables = json.loads(json.dumps(physics(scenario) | {"numerics": numerics}))
    return dict(_flat(tables))


def _fixed_before(saved: Saved | None, directory: Path, physics: Kinds) -> dict[str, Any] | None:
    """Return `_fixed` of the run so far; None where it left nothing."""
    if saved is not None:
        fixed: dict[str, Any] = saved.about["fixed"]
        return fixed
    path = directory / "scenario.toml"
    return _fixed(load_scenario(path, (), tables_of(physics))) if path.is_file() else None


def _flat(tables: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    items = tables.items() if isinstance(tables, dict) else enumerate(tables)
    for key, value in items:
        if isinstance(value, dict | list) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _refuse_changes(before: dict[str, Any] | None, now: dict[str, Any]) -> None:
    """Raise ConfigurationError where values differ; one that is None is one not given."""
    if before is None:
        return
    before, now = ({k: v for k, v in fixed.items() if v is not None} for fixed in (before, now))
    if before == now:
        return
    lines = [
        f"  {key}: {before.get(key, 'not given')!r} so far, {now.get(key, 'not given')!r} now"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    ]
    raise ConfigurationError(
        "--restart: the physics differ from those of the run; begin a new run, or take back\n"
        + "\n".join(lines)
        + "\n  (protocol, failure, output, checkpoint and the other numerics may change)"
    )
