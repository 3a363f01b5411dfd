"""Scenario keys as columns of tables: their units, and values as numbers or short names."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lithovoid.scenario.keys import unit_of, walk
from lithovoid.scenario.units import Unit


@dataclass(frozen=True)
class Column:
    """A scenario key; `unit` is None for keys that are no quantities."""

    key: str
    unit: Unit | None

    @property
    def header(self) -> str:
        """Name of the column, with its unit."""
        return f"{self.key} [{self.unit.shown}]" if self.unit else self.key

    def number(self, value: Any) -> Any:
        """Return `value` as it stands in the column: a number in the shown unit, or itself.

        Raises ValueError where it is no quantity of this unit.
        """
        if self.unit is None:
            return value
        return float(f"{self.unit.in_shown(self.unit.parse(value)):.12g}")

    def text(self, number: Any) -> Any:
        """Return a `number` of the column as a scenario value: the inverse of `number`."""
        return number if self.unit is None else f"{number!r} {self.unit.shown}"

    def label(self, value: Any) -> str:
        """Return a short text of `value` for names of files; of a path, its last part."""
        number = self.number(value)
        if isinstance(number, str):
            number = Path(number).stem
        shown = f"{number:.9g}" if isinstance(number, float) else str(number)
        unit = self.unit.shown.replace("^", "") if self.unit else ""
        return re.sub(r"[^A-Za-z0-9.+-]+", "-", shown + unit).strip("-")


@cache
def column(key: str) -> Column:
    """Return the column of a scenario `key` in dots."""
    general = ".".join("0" if part.isdecimal() else part for part in key.split("."))
    fields = [item.field for item in walk() if item.path == general]
    return Column(key, unit_of(fields[0]) if fields else None)
