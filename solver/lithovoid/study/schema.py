"""What a study file may say: a base scenario, what varies, and how the runs are executed."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from lithovoid.case.load import PATHS
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import suggestion
from lithovoid.scenario.problems import problem
from lithovoid.scenario.table import Seed, Table
from lithovoid.scenario.toml_files import find_file, read_toml, read_with_includes

_FILES = (("anode", "material"), ("electrolyte", "material"), *PATHS)
"""Tables and keys of scenarios that may name a file."""


class Parameter(Table):
    """A scenario key that a design samples between two values."""

    key: str = Field(description="scenario key in dots, such as anode.surface_energy_slope")
    low: float | str = Field(description="smallest value, with a unit where the key has one")
    high: float | str = Field(description="largest value")
    scale: Literal["linear", "log"] = Field("linear", description="spacing of the samples")


class Design(Table):
    """Samples of several keys at once (scipy.stats.qmc)."""

    method: Literal["sobol", "latin_hypercube", "saltelli"] = Field(
        "latin_hypercube",
        description="low-discrepancy points, stratified points, or the arrangement of Sobol "
        "indices, samples x (parameters + 2) runs",
    )
    samples: int = Field(
        ge=1, le=2**20, description="number of samples; a power of two for Sobol's points"
    )
    seed: Seed = Field(0, description="seed of the samples")
    parameters: list[Parameter] = Field(min_length=1, description="what is sampled")

    @model_validator(mode="after")
    def _balanced(self) -> "Design":
        if self.method != "latin_hypercube" and self.samples & (self.samples - 1):
            raise ValueError(f"samples must be a power of two with method = {self.method!r}")
        return self


class Slurm(Table):
    """What the script for a cluster says about one run."""

    time: str = Field("04:00:00", description="longest time of one run")
    memory: str = Field("4G", description="memory of one run")
    partition: str | None = Field(None, description="partition of the cluster")
    setup: list[str] = Field([], description="shell lines before the run, such as module load")


class Study(Table):
    """A whole study."""

    title: str = Field("", description="one line for reports")
    scenario: str | None = Field(None, description="base scenario, relative to the study file")
    base: dict[str, Any] | None = Field(None, description="the base scenario itself, as a table")
    set: dict[str, Any] = Field({}, description="scenario keys in dots that all runs change")
    axes: list[dict[str, list[Any]]] = Field(
        [],
        description="each table: scenario keys with lists of values, varied together; all tables "
        "are crossed with each other",
    )
    design: Design | None = Field(None, description="samples, crossed with the axes")
    replicates: int = Field(
        1, ge=1, le=1000, description="runs per condition, with different seeds"
    )
    first_seed: Seed = Field(
        1, description="seed of the first replicate; the same seeds in every condition"
    )
    keep: Literal["runs", "table"] = Field(
        "runs",
        description="a directory per run, or for columns the table of results alone (much faster)",
    )
    ranks: int = Field(1, ge=1, description="MPI processes per run")
    slurm: Slurm = Field(default_factory=Slurm.by_default, description="for submit.sbatch")

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        if (self.scenario is None) == (self.base is None):
            raise ValueError("give either scenario or base")
        if not self.axes and self.design is None and self.replicates == 1:
            raise ValueError("nothing varies: give axes, a design, or replicates")
        return self


def load_study(path: Path) -> Study:
    """Return the study of the TOML file `path`, its base scenario read in.

    Raises ConfigurationError, with one line per problem, if it cannot be used.
    """
    data = read_toml(path)
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        lines = [_line(detail) for detail in error.errors(include_url=False)]
        raise ConfigurationError("\n  ".join([f"{path} cannot be used", *lines])) from None
    folder = path.resolve().parent
    found: dict[str, Any] = {
        "set": {key: _found(folder, key, value) for key, value in study.set.items()},
        "axes": [
            {key: [_found(folder, key, value) for value in values] for key, values in axis.items()}
            for axis in study.axes
        ],
    }
    if study.scenario is not None:
        base = find_file(folder, study.scenario)
        if base is None:
            wrong = problem("scenario", "no such file", study.scenario)
            raise ConfigurationError(f"{path}: {wrong}")
        content = _with_absolute_paths(read_with_includes(base), base.parent)
        found |= {"scenario": None, "base": content}
    return study.model_copy(update=found)


def _found(folder: Path, key: str, value: Any) -> Any:
    """Return the absolute path where `key` names a file that is there, else `value` itself."""
    if tuple(key.split(".")) not in _FILES or not isinstance(value, str):
        return value
    path = find_file(folder, value)
    return value if path is None else str(path)


def _with_absolute_paths(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return scenario `data` whose files are found from anywhere."""
    for table, key in _FILES:
        given = data.get(table)
        if isinstance(given, dict) and key in given:
            path = _found(folder, f"{table}.{key}", given[key])
            data = {**data, table: {**given, key: path}}
    return data


def _line(detail: Any) -> str:
    key = ".".join(map(str, detail["loc"]))
    if detail["type"] == "extra_forbidden":
        known = suggestion(str(detail["loc"][-1]), _keys(detail["loc"]))
        return problem(key, "unknown key", allowed=known)
    wrong = detail["msg"].removeprefix("Value error, ")
    given = detail["input"] if not isinstance(detail["input"], dict) else None
    return problem(key or "study", wrong, given)


def _keys(location: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the table that holds `location`."""
    tables: dict[str | int, type[Table]] = {"design": Design, "slurm": Slurm}
    if "parameters" in location:
        return list(Parameter.model_fields)
    table = tables.get(location[0], Study) if len(location) > 1 else Study
    return list(table.model_fields)
