"""The tables of the report: quantities by their names, with units and as many digits as count."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lithovoid.measure.whole_run import MOMENT
from lithovoid.postprocess.run import Run
from lithovoid.theory.result import Result, Results, by_keys
from lithovoid.voids.nuclei import NUCLEUS

_ABSENT = "–"
_OF_PARTS = {
    "command": "Command",
    "began": "Began",
    "host": "Host",
    "ranks": "MPI ranks",
    "versions": "Versions",
    "petsc_options": "Options of PETSc",
    "form_compiler": "Options of the form compiler",
    "environment": "Environment",
}
"""What is said of a part of a run, by its keys in ``run.json``."""
_OF_NUCLEUS = ("id", "step", "time", "areal_capacity", "x", "y", "radius", "rate", "status")


def number(value: Any) -> str:
    """Return `value` as people write it: three digits that count, integers in full."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return _ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if float(value).is_integer() or 1e3 <= abs(value) < 1e6:
        return f"{value:,.0f}".replace(",", "\u202f")  # thin space
    if 1e-3 <= abs(value) < 1e3:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa} × 10{_superscript(int(exponent))}"


def duration(seconds: float) -> str:
    """Return `seconds` in the unit that suits."""
    for size, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def summary_rows(run: Run) -> list[tuple[str, str, str]]:
    """Return (label, value, unit) of the state at the end, of what there is.

    While ``run.json`` has no summary yet, the last row of the series stands in for it.
    """
    shown = {key: result for key, result in run.results.items() if result.shown}
    values = run.summary or _last_values(run, shown)
    there = ((r, values[key]) for key, r in shown.items() if values.get(key) is not None)
    return [(r.label, number(r.words.get(value, value)), _unit(r)) for r, value in there]


def _last_values(run: Run, results: Results) -> dict[str, Any]:
    """Values of the last step for `results` by key; sums and largest ones are not known yet."""
    if run.series.empty:
        return {}
    last = run.series.iloc[-1]
    return {
        key: last[result.header]
        for key, result in results.items()
        if result.over_run == "last" and result.header in last
    }


def strip_table(run: Run) -> pd.DataFrame | None:
    """Return what each strip delivered, None where there are not several."""
    strips = run.summary.get("cycles") or []
    return pd.DataFrame(strips) if len(strips) > 1 else None


def provenance_rows(run: Run) -> list[tuple[str, str]]:
    """Return (name, value) of what produced the results, in all parts of the run."""
    names = {"physics_hash": "Hash of the physics", "seed": "Seed of the nucleation"}
    rows = [(name, str(run.info[key])) for key, name in names.items() if key in run.info]
    if "wall_time_s" in run.info:
        rows.append(("Wall time", duration(float(run.info["wall_time_s"]))))
    return rows


def segment_rows(run: Run) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return where each part of the run began, and (name, value) of what it was made with."""
    return [(_began(part), _made_with(part)) for part in run.segments]


def _began(part: Mapping[str, Any]) -> str:
    if not part.get("step"):
        return "From the start"
    moments = by_keys(MOMENT).items()
    known = (f"{r.label} {number(part[k])} {_unit(r)}".rstrip() for k, r in moments if k in part)
    return f"From {', '.join(known)}"


def _made_with(part: Mapping[str, Any]) -> list[tuple[str, str]]:
    changes = [
        (f"Changed: {change['key']}", f"{_given(change['old'])} → {_given(change['new'])}")
        for change in part.get("changes", [])
    ]
    return changes + [
        (name, _listed(part[key])) for key, name in _OF_PARTS.items() if part.get(key)
    ]


def _given(value: Any) -> str:
    return "not given" if value is None else str(value)


def _listed(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_listed(item)}".rstrip() for name, item in value.items())
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def nucleus_table(run: Run) -> pd.DataFrame:
    """Return what people want to know of the nucleation events."""
    headers = (NUCLEUS[name].header for name in _OF_NUCLEUS)
    return run.nuclei[[header for header in headers if header in run.nuclei]]


def cells(table: pd.DataFrame, results: Results) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of `table` as text, its columns labelled as in `results`."""
    by_column = {name: r for r in results.values() for name in (r.header, r.key)}
    header = [_title(by_column[str(name)]) for name in table.columns]
    records = table.to_dict("split")["data"]
    return header, [[number(value) for value in record] for record in records]


def _title(result: Result) -> str:
    return f"{result.label} ({_unit(result)})" if result.unit else result.label


def _unit(result: Result) -> str:
    """Return a unit as people write it: ``um^2`` becomes ``µm²``."""
    unit = result.unit
    for ascii_text, text in {"um": "µm", "^2": "²", "^3": "³"}.items():
        unit = unit.replace(ascii_text, text)
    return unit


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
