"""A scenario with more tables: those of physics that are no part of the package."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, create_model

from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import Table

Tables = Mapping[str, type[Table]]
"""Tables by name; a scenario may give them, or leave them out."""

_known: dict[tuple[tuple[str, type[Table]], ...], type[Scenario]] = {}


class _Extended(Scenario):
    """Base of all scenarios with more tables; processes can hand them on to each other."""

    def __reduce__(self) -> tuple[Any, ...]:
        fields = type(self).model_fields
        more = tuple((name, _kind(fields[name])) for name in fields if name not in _PLAIN)
        return _restored, (more, self.__getstate__())


_PLAIN = frozenset(Scenario.model_fields)


def scenario_with(tables: Tables) -> type[Scenario]:
    """Return the class of scenarios that may have these `tables`, too.

    Raises ValueError where a name is taken.
    """
    if not tables:
        return Scenario
    taken = sorted(_PLAIN & tables.keys())
    if taken:
        raise ValueError(f"a scenario has a table '{taken[0]}' already")
    more = tuple(tables.items())
    if more not in _known:
        fields: dict[str, Any] = {
            name: (table | None, Field(None, description=(table.__doc__ or name).splitlines()[0]))
            for name, table in more
        }
        _known[more] = create_model("Scenario", __base__=_Extended, **fields)
    return _known[more]


def _kind(field: Any) -> type[Table]:
    """The table that an optional field holds."""
    found: type[Table] = next(kind for kind in field.annotation.__args__ if kind is not type(None))
    return found


def _restored(more: tuple[tuple[str, type[Table]], ...], state: dict[Any, Any]) -> Scenario:
    kind = scenario_with(dict(more))
    scenario = kind.__new__(kind)
    scenario.__setstate__(state)
    return scenario
