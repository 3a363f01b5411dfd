"""Overrides from the command line: ``--set protocol.0.current_density="0.3 mA/cm^2"``."""

import tomllib
from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cache
from itertools import pairwise
from typing import Any

from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import is_list, suggestion, walk
from lithovoid.scenario.problems import problem, unknown_key
from lithovoid.scenario.schema import Scenario


def apply_overrides(
    data: dict[str, Any], overrides: Sequence[str], kind: type[Scenario] = Scenario
) -> dict[str, Any]:
    """Return a copy of the scenario `data` with each ``key.in.dots=value`` of its `kind` put in.

    A value is read as TOML, and as text where it is no TOML (``30 um`` needs no quotes). Raises
    ConfigurationError for text without "=", unknown keys and list indices that do not exist.
    """
    values = []
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals:
            raise ConfigurationError(problem("--set", 'no "="', override, "key.in.dots=value"))
        values.append((key.strip(), parse_value(text.strip())))
    return apply_values(data, values, "--set ", kind)


def apply_values(
    data: dict[str, Any],
    values: Iterable[tuple[str, Any]],
    source: str = "",
    kind: type[Scenario] = Scenario,
) -> dict[str, Any]:
    """Return a copy of the scenario `data` with the value of each (key in dots, value) put in.

    Messages of errors name the key after `source`. Raises ConfigurationError for unknown keys and
    list indices that do not exist.
    """
    changed = deepcopy(data)
    for key, value in values:
        try:
            _require_known(key, kind)
            _put(changed, key, value)
        except ConfigurationError as error:
            raise ConfigurationError(f"{source}{error}") from None
    return changed


def parse_value(text: str) -> Any:
    """Return `text` as a TOML value, or unchanged where it is none.

    It must stand within brackets, too: a comment, which TOML leaves out, would leave them open.
    """
    try:
        parsed = tomllib.loads(f"value = {text}")
        tomllib.loads(f"value = [{text}]")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text


MOST_DIGITS = 9
"""Of an index: Python converts no more than some thousands, and lists are shorter."""


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    """Set the value of `key`, making the tables on the way to it."""
    parts = key.split(".")
    name = parts[-1]
    place: Any = data
    for part, following in pairwise(parts):
        if isinstance(place, dict) and not following.isdecimal():
            place.setdefault(part, {})
        place = _enter(place, part, key)
    if isinstance(place, list):
        _enter(place, name, key)
        place[int(name)] = value
    elif isinstance(place, dict):
        place[name] = value
    else:
        raise ConfigurationError(problem(key, "is not inside a table", place))


def _enter(place: Any, part: str, key: str) -> Any:
    if isinstance(place, list):
        if not part.isdecimal() or len(part) > MOST_DIGITS or int(part) >= len(place):
            allowed = f"0 to {len(place) - 1}" if place else "none, the list is empty"
            raise ConfigurationError(problem(key, "no such index", part, allowed))
        return place[int(part)]
    if isinstance(place, dict) and part in place:
        return place[part]
    raise ConfigurationError(problem(key, f"there is no '{part}' to change"))


@cache
def _known_keys(kind: type[Scenario]) -> frozenset[str]:
    known = {item.path for item in walk(kind)}
    return frozenset(known | {f"{item.path}.0" for item in walk(kind) if is_list(item.field)})


def _require_known(key: str, kind: type[Scenario]) -> None:
    known = _known_keys(kind)
    general = ".".join("0" if part.isdecimal() else part for part in key.split("."))
    if general not in known:
        raise ConfigurationError(unknown_key(key, suggestion(general, sorted(known))))
