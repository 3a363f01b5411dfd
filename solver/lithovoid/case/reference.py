"""The reference page of all keys, written from the schema.

``python -m lithovoid.case.reference [FILE]`` writes it to standard output, or to FILE.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lithovoid.case.material import FILLS, available
from lithovoid.scenario.keys import accepts, is_list, tables_in, unit_of
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import UNGIVEN

_HEAD = """# Keys of a scenario

Written from the schema by `python -m lithovoid.case.reference`.

Quantities are quoted and have a unit, `"30 um"`; any unit of the right dimension will do, the table
names the one in which they are shown. Keys without a default must be given. "from material" means
the value of the material file, which the scenario may replace; "derived" what follows from other
keys by the rule given with the meaning. Unknown keys are errors. Current density is positive while
stripping. At the top of the file, `include = ["other.toml"]` merges other files of the folder under
this one.

Materials: {materials}; or the path of a TOML file of the same form.
"""


def reference() -> str:
    """Return the reference page as Markdown."""
    head = _HEAD.format(materials=", ".join(f"`{name}`" for name in available()))
    # A table that several others hold, such as `until`, is described once.
    return "\n".join([head, *dict.fromkeys(_sections("", Scenario, "Top level"))])


def _sections(path: str, table: type[BaseModel], heading: str) -> Iterator[str]:
    """Yield the section of `table`, then those of the tables in it."""
    rows = [_row(path, name, field) for name, field in table.model_fields.items()]
    yield "\n".join(
        [
            f"## {heading}\n\n{_first_paragraph(table)}\n",
            "| key | takes | default | meaning |\n|---|---|---|---|",
            *rows,
            "",
        ]
    )
    for name, field in table.model_fields.items():
        below = f"{path}.{name}".lstrip(".")
        brackets = f"`[[{below}]]`" if is_list(field) else f"`[{below}]`"
        for child in tables_in(field):
            yield from _sections(below, child, _variant(brackets, child, field))


def _variant(brackets: str, child: type[BaseModel], field: FieldInfo) -> str:
    """Name the variant of a union in its heading."""
    if len(tables_in(field)) == 1:
        return brackets
    tag = next(name for name in ("type", "step") if name in child.model_fields)
    return f"{brackets} with `{tag} = {accepts(child.model_fields[tag])}`"


def _first_paragraph(table: type[BaseModel]) -> str:
    text = (table.__doc__ or "").split("\n\n")[0]
    return " ".join(text.split())


def _row(path: str, name: str, field: FieldInfo) -> str:
    table = "list of tables" if is_list(field) else "table"
    takes = table if tables_in(field) else accepts(field)
    cells = [f"`{name}`", takes, _default(path, name, field), field.description or ""]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(path: str, name: str, field: FieldInfo) -> str:
    from_material = {table for tables in FILLS.values() for table in tables}
    if path in from_material and field.is_required():
        return "from material"
    if field.is_required():
        return "from material" if name in from_material and not path else ""
    return _shown(field.get_default(call_default_factory=True), field)


def _shown(value: Any, field: FieldInfo) -> str:
    """Return a default as text."""
    if isinstance(value, BaseModel):
        return "as below"
    if value is None or value == []:
        return "none"
    if value == UNGIVEN and "> 0" in accepts(field):
        return "derived"
    unit = unit_of(field)
    if unit and isinstance(value, float):
        value = unit.show(value)
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
    else:
        sys.stdout.write(reference())
