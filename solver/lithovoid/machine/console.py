"""Tables for people, printed the same way by all commands."""

import os
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


class RunConsole(Console):
    """A console whose reader may go away: the run goes on in silence."""

    def on_broken_pipe(self) -> None:
        """Print no more; Rich would end the process."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
