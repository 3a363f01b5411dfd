"""What Sphinx must be told of this house: docstrings are plain text, and rooms are packages.

Docstrings are written to be read in the source: `x` is code, lines set in are formulae, and signs
such as | and * mean what they say. Sphinx takes docstrings for reStructuredText, and `as_rst` makes
them that. A fence ```` ```{room} fields ```` on a page becomes what is written on all modules of
that room.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel
from sphinx.application import Sphinx
from sphinx.ext.napoleon.docstring import NumpyDocstring

NOT_SHOWN = "lithovoid.postprocess.paraview."
"""Modules that only ParaView's own Python can import."""

ROOM = re.compile(r"^```\{room\} (\w+)\n```$", re.MULTILINE)
CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
SECTION = re.compile(r"^(?:Attributes|Parameters|Raises|Returns)\n-+$", re.MULTILINE)
BULLET = "* "
PYDANTIC = "Create a new model by parsing"
"""Where pydantic's own words begin, after those on a table."""
FORMULA = " " * 4
"""What a line begins with that is a formula, a table or code."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect what follows to Sphinx."""
    app.connect("source-read", _expand_rooms)
    app.connect("autodoc-process-docstring", _translate)
    app.connect("autodoc-process-signature", _hide_keys)
    return {"parallel_read_safe": True}


def modules(room: str) -> Iterator[str]:
    """Return the dotted names of the modules of `room`, the package itself first."""
    name = f"lithovoid.{room}"
    folder = Path(next(iter(import_module(name).__path__)))
    for path in sorted(folder.rglob("*.py"), key=lambda path: (path.name != "__init__.py", path)):
        parts = path.relative_to(folder).with_suffix("").parts
        module = ".".join((name, *(part for part in parts if part != "__init__")))
        if "__main__" not in parts and not module.startswith(NOT_SHOWN):
            yield module


def as_rst(text: str) -> str:
    """Return the docstring `text` as reStructuredText, with its numpydoc sections, if any."""
    section = SECTION.search(text)
    prose, sections = (text[: section.start()], text[section.start() :]) if section else (text, "")
    blocks = (block for paragraph in re.split(r"\n\s*\n", prose) for block in _blocks(paragraph))
    return "\n\n".join([*blocks, str(NumpyDocstring(_escaped(sections)))])


def _blocks(paragraph: str) -> Iterator[str]:
    """Split a paragraph where formulae or bullets begin or end, and translate each part."""
    lines = paragraph.strip("\n").splitlines()
    drawing = "+--" in paragraph
    for formula, group in groupby(lines, lambda line: drawing or line.startswith(FORMULA)):
        text = "\n".join(group)
        if formula:
            yield "::\n\n" + "\n".join(FORMULA + line for line in text.splitlines())
        else:
            yield from map(_prose, re.split(r"\n(?=\* )", text))


def _prose(text: str) -> str:
    """Escape the signs of a paragraph, or of one bullet and its lines."""
    if text.startswith(BULLET):
        return BULLET + _escaped(text.removeprefix(BULLET))
    return _escaped("\n".join(line.strip() for line in text.splitlines()))


def _escaped(text: str) -> str:
    """Make code of what stands between backticks, and plain text of all else."""
    parts = CODE.split(text)
    plain = [re.sub(r"([\\*|]|_(?!\w))", r"\\\1", part) for part in parts[::2]]
    code = [f"``{part.strip('`')}``" for part in parts[1::2]]
    return "".join(part for pair in zip(plain, [*code, ""], strict=True) for part in pair)


def _translate(
    app: Sphinx, what: str, name: str, member: object, options: object, lines: list[str]
) -> None:
    text = "\n".join(lines)
    if _is_table(member):
        text = text.partition(PYDANTIC)[0]
    lines[:] = as_rst(text).splitlines()


def _hide_keys(
    app: Sphinx, what: str, name: str, member: object, options: object, arguments: str, result: str
) -> tuple[str, str | None] | None:
    """Leave out the arguments of tables of a scenario: its keys have a page of their own."""
    return ("", None) if _is_table(member) else None


def _is_table(member: object) -> bool:
    return isinstance(member, type) and issubclass(member, BaseModel)


def _expand_rooms(app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = ROOM.sub(lambda match: "\n".join(map(_section, modules(match[1]))), source[0])


def _section(module: str) -> str:
    return (
        f"## `{module}`\n\n```{{eval-rst}}\n.. automodule:: {module}\n   :ignore-module-all:\n```\n"
    )
