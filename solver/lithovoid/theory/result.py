"""A result: one declaration of its unit, its label and its definition, for all who show it.

Records, tables, ``run.json``, the closing table and the report take names and units from here. A
class whose attributes are results says so in their types,

    time: Annotated[float, Result("time", "end of the time step", "s")]

and `declared` reads that; a physics lists the results that it adds.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_type_hints

OverRun = Literal["last", "largest", "sum", "not"]
"""What of a result of each step stands for the whole run."""

Results = Mapping[str, "Result"]
"""Results by name."""


@dataclass(frozen=True)
class Result:
    """What a number, or a word, of a run is.

    `unit` as in headers of tables, "" without one. `over_run`: what of the values of all steps is
    in the summary. `shown`: people see it in the closing table and in the report. `words`: what
    they see instead of a value that is a name.
    """

    label: str
    definition: str
    unit: str = ""
    over_run: OverRun = "last"
    shown: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def header(self) -> str:
        """The name in headers of tables: ``time [s]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @property
    def key(self) -> str:
        """The name in JSON and in tables of studies, its unit in letters: ``time_s``."""
        unit = re.sub(r"\W+", "_", self.unit.replace("^", "")).strip("_")
        return f"{self.name}_{unit}" if unit else self.name

    def about(self) -> dict[str, Any]:
        """The declaration, ready for JSON."""
        return {key: value for key, value in asdict(self).items() if key != "words" or value}


def named(results: Results) -> dict[str, Result]:
    """Return `results` that know their names."""
    return {name: replace(result, name=name) for name, result in results.items()}


def declared(kind: type) -> dict[str, Result]:
    """Return the results among the attributes of the dataclass `kind`, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    found = ((f.name, getattr(hints[f.name], "__metadata__", ())) for f in fields(kind))
    return named(
        {name: part for name, parts in found for part in parts if isinstance(part, Result)}
    )


def by_key(item: Any) -> dict[str, Any]:
    """Return the results that the dataclass `item` holds, by their keys, ready for JSON."""
    return {result.key: getattr(item, name) for name, result in declared(type(item)).items()}


def by_keys(results: Results) -> dict[str, Result]:
    """Return `results` by their keys."""
    return {result.key: result for result in results.values()}


def by_headers(results: Results) -> dict[str, Result]:
    """Return `results` by their headers."""
    return {result.header: result for result in results.values()}


def of_whole_run(results: Results) -> dict[str, Result]:
    """Return what the summary has of the `results` of each step, by their names there."""
    found = dict(_of_whole_run(name, r) for name, r in results.items() if r.over_run != "not")
    return named(found)


def _of_whole_run(name: str, result: Result) -> tuple[str, Result]:
    what = result.definition
    if result.over_run == "largest":
        largest = f"largest {result.label}"
        return f"{name}_max", replace(result, label=largest, definition=f"{what}; of all steps")
    if result.over_run == "sum":
        return name, replace(result, definition=f"{what}; summed over all steps")
    return name, result
