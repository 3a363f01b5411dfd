"""Tables in CSV files, as programs and the spreadsheets of many countries write them.

The first line names the columns, with their units: ``depth [nm],x_mg``. Cells are separated by
commas, semicolons or tabs; beside semicolons and tabs, and in quotes, numbers may have decimal
commas, all of them then. Lines that begin with # and empty lines, rows and last columns are left
out. What could be understood in two ways is refused.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from lithovoid.machine.errors import ConfigurationError
from lithovoid.machine.text import read_text
from lithovoid.scenario.number import as_float, read_number
from lithovoid.scenario.units import Unit

_SEPARATORS = ("\t", ";", ",")
"""The first one in the header separates: decimal commas may stand beside the others."""
_NAMED = re.compile(r"\s*(?P<name>.*?)\s*(?:\[(?P<a>[^]]*)\]|\((?P<b>[^)]*)\)|/(?P<c>[^/]+))?\s*")
_TOLD = re.compile(r" *\"?sep=([,;\t])\"? *", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[+-]?[0-9]*[.,]?[0-9]+[.,]?([eE][+-]?[0-9]+)?\s*")
_POINT = re.compile(r"\s*[+-]?[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?\s*")
_COMMA = re.compile(r"\s*[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?\s*")
_THOUSANDS = re.compile(r"\s*[+-]?[1-9][0-9]{0,2},[0-9]{3}\s*")


Scale = Callable[[Fraction], Fraction]


@dataclass(frozen=True)
class CsvTable:
    """The cells of a table as texts, by the names of the columns in small letters.

    `units` are the texts that stand behind the names, `lines` the line of each row in the file;
    `comma` says whether numbers have decimal commas.
    """

    path: Path
    columns: dict[str, list[str]]
    units: dict[str, str]
    lines: list[int]
    comma: bool

    def __len__(self) -> int:
        return len(self.lines)

    def select(self, name: str, text: str) -> "CsvTable":
        """Return the rows in which the column `name` holds `text`."""
        rows = [row for row, cell in enumerate(self.texts(name)) if cell.strip() == text]
        chosen = {key: [cells[row] for row in rows] for key, cells in self.columns.items()}
        return replace(self, columns=chosen, lines=[self.lines[row] for row in rows])

    def texts(self, name: str) -> list[str]:
        """Return the cells of a column; raise ConfigurationError where there is no such column."""
        if name not in self.columns:
            has = ", ".join(self.columns)
            raise ConfigurationError(f"{self.path}: there is no column '{name}' (it has: {has})")
        return self.columns[name]

    def numbers(self, name: str) -> list[float]:
        """Return a column of plain numbers; raise ConfigurationError where a cell is none."""
        cells, unit = self.texts(name), self.units[name]
        if unit not in ("", "1", "-"):
            raise ConfigurationError(
                f"{self.path}: column '{name}' holds plain numbers, without a unit (given: {unit})"
            )
        return [self._number(name, row, cell, Fraction) for row, cell in enumerate(cells)]

    def quantities(self, name: str, unit: Unit, blank: float | None = None) -> list[float]:
        """Return a column in the SI unit of `unit`, from the unit in its header.

        Empty cells are `blank`. Raises ConfigurationError where the unit is missing or wrong, or a
        cell is no number.
        """
        cells, given = self.texts(name), self.units[name]
        if not given:
            raise ConfigurationError(
                f"{self.path}: column '{name}' needs its unit: write '{name} [{unit.shown}]'"
            )
        try:
            scale = unit.scale(given)
        except ValueError as error:
            raise ConfigurationError(f"{self.path}: column '{name}': {error}") from None
        return [
            blank
            if blank is not None and not cell.strip()
            else self._number(name, row, cell, scale)
            for row, cell in enumerate(cells)
        ]

    def _number(self, name: str, row: int, cell: str, scale: Scale) -> float:
        text = cell.replace(",", ".") if self.comma and _COMMA.fullmatch(cell) else cell
        try:
            if not text.strip():
                raise ValueError("empty")
            return as_float(scale(read_number(text)))
        except ValueError as error:
            where = f"{self.path}: line {self.lines[row]}, column '{name}'"
            raise ConfigurationError(f"{where}: {error} (given: {cell!r})") from None


def read_csv(path: Path) -> CsvTable:
    """Return the table in the file `path`; raise ConfigurationError with what is wrong in it."""
    lines = ["" if line.lstrip().startswith("#") else line for line in read_text(path).split("\n")]
    filled = [line for line in lines if line.strip(' \t;,"')]
    told = _TOLD.fullmatch(filled[0]) if filled else None
    if told:  # Excel says so in a line of its own
        lines[lines.index(filled[0])] = ""
        filled = filled[1:]
    if not filled:
        raise ConfigurationError(f"{path}: the table is empty: its first line names the columns")
    unquoted = re.sub(r'"[^"]*"', "", filled[0])
    separator = told[1] if told else next((s for s in _SEPARATORS if s in unquoted), None)
    if separator is None:
        raise ConfigurationError(
            f"{path}: one column only ({filled[0].strip()[:60]!r}): columns are separated by "
            "commas, semicolons or tabs"
        )
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise ConfigurationError(f"{path}: line {reader.line_num}: {error}") from None
    (_, header), *body = rows
    return _table(path, header, body)


def _table(path: Path, header: list[str], body: list[tuple[int, list[str]]]) -> CsvTable:
    while not header[-1].strip():
        header = header[:-1]
    names, units = _names(path, header)
    for line, row in body:
        if len(row) < len(names):
            raise ConfigurationError(
                f"{path}: line {line}: a row is incomplete ({len(row)} of {len(names)} cells)"
            )
        if any(map(str.strip, row[len(names) :])):
            raise ConfigurationError(
                f"{path}: line {line}: {len(row)} cells below {len(names)} names of columns; "
                "beside decimal commas, cells are separated by semicolons"
            )
    columns = {name: [row[place] for _, row in body] for place, name in enumerate(names)}
    units_by_name = dict(zip(names, units, strict=True))
    lines = [line for line, _ in body]
    return CsvTable(path, columns, units_by_name, lines, _has_decimal_commas(path, columns))


def _names(path: Path, header: list[str]) -> tuple[list[str], list[str]]:
    """Return the names and the units of the columns."""
    if any(_NUMBER.fullmatch(cell) for cell in header):
        raise ConfigurationError(
            f"{path}: the names of the columns are missing: the first line is {header}, and must "
            "say what they are and in which unit, such as 'depth [um],x_mg'"
        )
    matches = [_NAMED.fullmatch(cell) for cell in header]
    names = [match["name"].casefold() if match else "" for match in matches]
    if "" in names or len(set(names)) < len(names):
        raise ConfigurationError(f"{path}: each column needs a name of its own (given: {header})")
    units = [(m["a"] or m["b"] or m["c"] or "").strip() if m else "" for m in matches]
    return names, units


def _has_decimal_commas(path: Path, columns: dict[str, list[str]]) -> bool:
    """Whether numbers have decimal commas; raise ConfigurationError where that cannot be told."""
    cells = [cell for column in columns.values() for cell in column]
    commas = [cell for cell in cells if _COMMA.fullmatch(cell)]
    points = [cell for cell in cells if _POINT.fullmatch(cell)]
    if commas and points:
        raise ConfigurationError(
            f"{path}: numbers with decimal points and commas ({points[0]} and {commas[0]}): write "
            "all of them in one way"
        )
    if commas and all(_THOUSANDS.fullmatch(cell) for cell in commas):
        raise ConfigurationError(
            f"{path}: {commas[0]} may be {commas[0].replace(',', '')} or "
            f"{commas[0].replace(',', '.')}: write numbers with decimal points"
        )
    return bool(commas)
