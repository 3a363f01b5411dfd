"""Problems of a scenario as lines for people.

A line reads ``key: what was wrong (given: ...; allowed: ...)``.
"""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ValidationError

from lithovoid.scenario.keys import accepts, choices, locate, suggestion, tags_of, unit_of
from lithovoid.scenario.number import read_number
from lithovoid.scenario.replaced import REPLACED
from lithovoid.scenario.schema import Scenario

_MISSING = frozenset({"missing", "union_tag_not_found"})
_STRUCTURE = {
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "list_type": "must be a list of tables",
    "too_short": "needs at least one table",
}
_NUMBERS = frozenset({"float_type", "int_type"})
_LONGEST = 60


def problem(key: str, wrong: str, given: Any = None, allowed: str = "") -> str:
    """Return one line about one key; `given` and `allowed` are left out where they say nothing."""
    details = []
    if given is not None:
        details.append(f"given: {_short(given)}")
    if allowed:
        details.append(f"allowed: {allowed}")
    return f"{key}: {wrong}" + (f" ({'; '.join(details)})" if details else "")


def unknown_key(key: str, close: str) -> str:
    """Return the line about a key that does not exist: its successor, or else the `close` ones."""
    wrong, allowed = REPLACED.get(key, ("unknown key", close))
    return problem(key, wrong, allowed=allowed)


def validation_problems(
    error: ValidationError,
    unfilled: Collection[str] = (),
    root: type[BaseModel] = Scenario,
) -> list[str]:
    """Return a line per problem that pydantic found in data for `root`.

    `unfilled` names the tables whose material could not be read: what is missing in them is no
    problem of its own.
    """
    return [
        _line(detail, root)
        for detail in error.errors(include_url=False)
        if not (detail["type"] in _MISSING and detail["loc"][0] in unfilled)
    ]


def _line(detail: Any, root: type[BaseModel]) -> str:
    kind, given = detail["type"], detail["input"]
    key, field, neighbours = locate(detail["loc"], root)
    allowed = accepts(field) if field else ""
    if kind == "extra_forbidden":
        return unknown_key(key, suggestion(key.split(".")[-1], neighbours))
    if kind == "missing":
        return problem(key, "missing", allowed=allowed)
    if field and kind.startswith("union_tag"):
        tag = detail["ctx"]["discriminator"].strip("'")
        wrong = "missing" if kind in _MISSING else "unknown"
        return problem(f"{key}.{tag}", wrong, given.get(tag), choices(tags_of(field)))
    if kind == "value_error":
        wrong = detail["msg"].removeprefix("Value error, ")
        return problem(key, wrong, None if isinstance(given, dict) else given, allowed)
    if kind in _NUMBERS and isinstance(given, str):
        return problem(key, _no_number(given), given, allowed)
    unit = unit_of(field) if field else None
    if unit and isinstance(given, float):  # already converted when the range was checked
        given = unit.show(given)
    return problem(key or "scenario", _STRUCTURE.get(kind, "cannot be used"), given, allowed)


def _no_number(text: str) -> str:
    """Say why the `text` is no number of TOML."""
    try:
        read_number(text)
    except ValueError as error:
        return str(error)
    return "a number stands without quotes"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
