"""Tables for people, printed the same way by all commands."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def print_table(console: Console, title: str, rows: Mapping[str, Any]) -> None:
    """Print `rows`, name and value, under `title`."""
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        table.add_row(name, _text(value))
    console.print(title, style="bold", markup=False, highlight=False, soft_wrap=True)
    console.print(table)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
