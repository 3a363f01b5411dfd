"""Tables and paragraphs of the page."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; the first of `rows` is its header, short rows are filled up."""
    if not rows:
        return
    columns = max(map(len, rows))
    yield ""
    for number, row in enumerate(rows):
        yield "| " + " | ".join([*row, *[""] * (columns - len(row))]) + " |"
        if number == 0:
            yield "|" + "---|" * columns


def frame(data: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of a table of `data`, numbers with four digits."""
    yield from table([list(data.columns), *([number(v) for v in row] for row in data.to_numpy())])


def number(value: object) -> str:
    """Return a value as text: numbers with four digits, a dash for what is not there."""
    if isinstance(value, float | np.floating):
        return f"{value:.4g}" if np.isfinite(value) else "-"
    return str(value)


def paragraph(text: str) -> Iterator[str]:
    """Yield `text` as a paragraph; nothing where it is empty."""
    if text:
        yield from ("", text.strip())


def heading(title: str) -> Iterator[str]:
    """Yield a heading of a section."""
    yield from ("", f"## {title}")


def picture(name: str, words: str) -> Iterator[str]:
    """Yield a figure of the page's folder."""
    yield from ("", f"![{words}](results/{name}.png)")


def remark(remarks: Mapping[str, str], key: str) -> Iterator[str]:
    """Yield what people have to say about `key`, if anything."""
    return paragraph(remarks.get(key, ""))
