"""From a TOML file to a `Scenario`, and back.

TOML -> includes -> overrides -> material defaults under the user's keys -> schema -> cross checks.
Everything that is wrong is reported at once, as one ConfigurationError with a line per problem.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from lithovoid.case.checks import problems_of
from lithovoid.case.edge import with_resolution
from lithovoid.case.first_step import with_first_step
from lithovoid.case.material import FILLS, fill_from_materials
from lithovoid.case.overrides import apply_overrides
from lithovoid.case.profile import is_file, read_profile
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.extend import Tables, scenario_with
from lithovoid.scenario.problems import problem, validation_problems
from lithovoid.scenario.schema import LARGEST_X_MG, FileGeometry, Scenario
from lithovoid.scenario.toml_files import find_file, merge, read_with_includes

_NOT_PHYSICS = frozenset({"title", "protocol", "failure", "numerics", "output", "checkpoint"})
NO_TABLES: Tables = {}
PATHS = (("geometry", "file"), ("nucleation", "replay_file"), ("anode", "x_mg_profile"))


def load_scenario(
    path: str | Path, overrides: Sequence[str] = (), tables: Tables = NO_TABLES
) -> Scenario:
    """Return the scenario of the TOML file `path`, with ``key=value`` `overrides` put in.

    `tables` are those of physics that are no part of the package, by name.
    Raises ConfigurationError, with one line per problem, if it cannot be used.
    """
    path = Path(path)
    data = apply_overrides(read_with_includes(path), overrides, scenario_with(tables))
    try:
        return parse_scenario(data, path.resolve().parent, tables)
    except ConfigurationError as error:
        lines = str(error).replace("\n", "\n  ")
        raise ConfigurationError(f"{path} cannot be used\n  {lines}") from None


def parse_scenario(data: dict[str, Any], base: Path, tables: Tables = NO_TABLES) -> Scenario:
    """Return the scenario of TOML-like `data`; paths in it are relative to the folder `base`.

    Raises ConfigurationError, with one line per problem, if it cannot be used.
    """
    kind = scenario_with(tables)
    data, problems = _absolute_paths(data, base)
    data = _with_composition_at_interface(data)
    data, no_material = fill_from_materials(data, base)
    problems += no_material
    unfilled = {table for line in no_material for table in FILLS[line.partition(".")[0]]}
    scenario = None
    try:
        scenario = kind.model_validate(data)
    except ValidationError as error:
        problems += validation_problems(error, unfilled, kind)
    else:
        scenario = with_first_step(with_resolution(scenario))
        problems += problems_of(scenario)
    if scenario is None or problems:
        raise ConfigurationError("\n".join(problems))
    return scenario


def dump_toml(scenario: Scenario) -> str:
    """Return `scenario` as TOML; loading it again gives an equal scenario."""
    return tomli_w.dumps(scenario.dump())


def physics_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of `physics`, as hexadecimal text."""
    return hashlib.sha256(json.dumps(physics(scenario), sort_keys=True).encode()).hexdigest()


def physics(scenario: Scenario) -> dict[str, Any]:
    """Return all that changes the physics, ready for JSON.

    Title, protocol, failure limits, numerics, output and checkpoints are left out, and so are the
    names of materials and the places of files: their values and contents count.
    """
    physics = scenario.model_dump(exclude=set(_NOT_PHYSICS))
    for table in ("anode", "electrolyte"):
        del physics[table]["material"]
    if isinstance(scenario.geometry, FileGeometry):
        physics["geometry"]["file"] = _content_hash(scenario.geometry.file)
    if scenario.anode.x_mg_profile is not None and is_file(scenario.anode.x_mg_profile):
        physics["anode"]["x_mg_profile"] = _content_hash(scenario.anode.x_mg_profile)
    if scenario.nucleation.replay_file is not None:
        physics["nucleation"]["replay_file"] = _content_hash(scenario.nucleation.replay_file)
    return physics


def _content_hash(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _with_composition_at_interface(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` with ``anode.x_mg`` taken from the profile where it is not given.

    Profiles that cannot be used are left to the checks.
    """
    anode = data.get("anode")
    profile = anode.get("x_mg_profile") if isinstance(anode, dict) else None
    if not isinstance(profile, str) or "x_mg" in data["anode"]:
        return data
    try:
        value = float(read_profile(profile)(0.0))
    except ConfigurationError:
        return data
    return merge(data, {"anode": {"x_mg": value}}) if 0 <= value <= LARGEST_X_MG else data


def _absolute_paths(data: dict[str, Any], base: Path) -> tuple[dict[str, Any], list[str]]:
    """Return `data` with absolute paths, and a line per file that does not exist."""
    problems = []
    for table, key in PATHS:
        keys = data.get(table)
        given = keys.get(key) if isinstance(keys, dict) else None
        if isinstance(given, str) and (key != "x_mg_profile" or is_file(given)):
            path = find_file(base, given)
            if path is None:
                problems.append(problem(f"{table}.{key}", "no such file", given))
            else:
                data = merge(data, {table: {key: str(path)}})
    return data, problems
