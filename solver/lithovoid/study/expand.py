"""From a study to its runs: axes x samples x replicates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from lithovoid.case.load import parse_scenario
from lithovoid.case.overrides import apply_values
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.problems import problem
from lithovoid.scenario.schema import ColumnGeometry, Scenario
from lithovoid.study.designs import draw
from lithovoid.study.keys import column
from lithovoid.study.schema import Study

SEED = "nucleation.seed"

Values = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One run of a study: its name, the scenario keys that set it apart, and its scenario."""

    name: str
    values: Values
    data: dict[str, Any]

    @property
    def parameters(self) -> Values:
        """The keys that set the run apart as columns: headers with units -> numbers."""
        columns = {key: column(key) for key in self.values}
        return {columns[key].header: columns[key].number(v) for key, v in self.values.items()}

    def scenario(self) -> Scenario:
        """Return the scenario of the run; raises ConfigurationError where it cannot be used."""
        try:
            return parse_scenario(self.data, Path())
        except ConfigurationError as error:
            lines = str(error).replace("\n", "\n  ")
            raise ConfigurationError(f"run {self.name} cannot be used\n  {lines}") from None


def expand(study: Study) -> list[Case]:
    """Return the runs of `study`, in the order of its axes, samples and replicates.

    Raises ConfigurationError for keys that do not exist, empty axes, axes of unequal lists, values
    that are no quantities of their key, two runs with one name, and scenarios that cannot be used
    (all of them for grids; the first and the last for designs, whose samples are alike).
    """
    assert study.base is not None  # load_study reads it in
    base = apply_values(study.base, study.set.items(), source="set: ")
    cases = [
        Case(name, values, apply_values(base, values.items(), source="study: "))
        for name, values in _conditions(study)
    ]
    _refuse_equal_names(cases)
    checked = cases if study.design is None else [cases[0], cases[-1]]
    _check_scenarios(study, [case.scenario() for case in checked])
    return cases


def _check_scenarios(study: Study, scenarios: list[Scenario]) -> None:
    columns = all(isinstance(scenario.geometry, ColumnGeometry) for scenario in scenarios)
    if study.keep == "table" and not columns:
        wrong = 'goes with geometry.type = "column" only'
        raise ConfigurationError(problem("keep", wrong, study.keep, '"runs"'))
    if study.replicates > 1 and any(s.nucleation.mode != "stochastic" for s in scenarios):
        wrong = "would be equal: nothing is random without stochastic nucleation"
        raise ConfigurationError(problem("replicates", wrong, study.replicates, "1"))


def _conditions(study: Study) -> Iterator[tuple[str, Values]]:
    """Yield name and values of each run."""
    points = [_points(index, axis) for index, axis in enumerate(study.axes)]
    samples = draw(study.design) if study.design else [{}]
    digits = len(str(len(samples) - 1))
    seeds: list[Values] = [{}]
    if study.replicates > 1:
        seeds = [{SEED: study.first_seed + number} for number in range(study.replicates)]
    for chosen, (number, sample), seed in product(product(*points), enumerate(samples), seeds):
        label = f"sample-{number:0{digits}d}" if study.design else ""
        grid = _together([*chosen, seed])
        yield _name(grid, label), _together([grid, sample])


def _together(parts: list[Values]) -> Values:
    """Merge `parts`; refuse a key that is in two of them."""
    values: Values = {}
    for part in parts:
        for key in part.keys() & values.keys():
            wrong = "varies twice: in two axes, or in an axis and as a sample or seed"
            raise ConfigurationError(problem(key, wrong))
        values |= part
    return values


def _points(index: int, axis: Mapping[str, list[Any]]) -> list[Values]:
    """Return the points of one axis: its keys vary together."""
    where = f"axes.{index}"
    lengths = {key: len(values) for key, values in axis.items()}
    if not lengths or min(lengths.values()) == 0:
        empty = [key for key, length in lengths.items() if length == 0]
        raise ConfigurationError(problem(where, "an empty axis makes an empty grid", empty))
    if len(set(lengths.values())) > 1:
        wrong = "keys of one axis vary together and need lists of equal length"
        raise ConfigurationError(problem(where, wrong, lengths))
    _check_values(where, axis)
    return [dict(zip(axis, values, strict=True)) for values in zip(*axis.values(), strict=True)]


def _check_values(where: str, axis: Mapping[str, list[Any]]) -> None:
    for key, values in axis.items():
        for value in values:
            try:
                column(key).number(value)
            except ValueError as error:
                raise ConfigurationError(problem(f"{where}: {key}", str(error), value)) from None


def _name(values: Values, label: str) -> str:
    """Return a name that tells people what is special about a run."""
    columns = [column(key) for key in values]
    short = [c.key.rpartition(".")[2] for c in columns]
    parts = [
        f"{name if short.count(name) == 1 else c.key.replace('.', '-')}={c.label(values[c.key])}"
        for name, c in zip(short, columns, strict=True)
    ]
    return "_".join([*parts, label] if label else parts)


def _refuse_equal_names(cases: list[Case]) -> None:
    names: dict[str, Case] = {}
    for case in cases:
        if case.name in names:
            raise ConfigurationError(
                problem("axes", f"two runs have the same name, {case.name}: a value is given twice")
            )
        names[case.name] = case
