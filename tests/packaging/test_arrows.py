"""The law of arrows: each room uses only rooms below it, and no module needs itself."""

import ast
import os
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "solver" / "lithovoid"

ROOMS = (
    "machine",
    "theory",
    "scenario",
    "case",
    "meshes",
    "fields",
    "equations",
    "solve",
    "voids",
    "measure",
    "stepping",
    "io",
    "hooks",
    "run",
    "study",
    "postprocess",
    "commands",
)
"""From the bottom to the top, as in the figure of README.md."""

DATA = {"materials", "scenarios"}
"""Packages that hold files, and import nothing."""

TOP = {"__init__", "__main__", "_version", "cli"}
"""All that lies flat in the package; only `_version` may be used from below."""


def modules() -> dict[str, Path]:
    """Return all modules of the package by their dotted names below it."""
    found = {}
    for folder, _, files in os.walk(PACKAGE, followlinks=True):
        for path in (Path(folder, name) for name in files if name.endswith(".py")):
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            package = parts[-1] == "__init__" and len(parts) > 1
            found[".".join(parts[:-1] if package else parts)] = path
    return found


def imports(path: Path, known: set[str]) -> set[str]:
    """Return the modules of the package that `path` imports: anywhere, also for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lithovoid":
            base = (node.module or "").removeprefix("lithovoid").removeprefix(".")
            for alias in node.names:
                full = f"{base}.{alias.name}".removeprefix(".")
                found.add(full if full in known else base or "__init__")
        elif isinstance(node, ast.Import):
            names = (alias.name for alias in node.names)
            found |= {n.removeprefix("lithovoid.") for n in names if n.startswith("lithovoid.")}
    return found


def graph() -> dict[str, set[str]]:
    """Return who imports whom."""
    known = modules()
    return {name: imports(path, set(known)) - {name} for name, path in known.items()}


def test_every_module_has_a_room() -> None:
    rooms = {name.split(".")[0] for name in modules()}
    assert rooms == {*ROOMS, *DATA, *TOP}


def test_no_arrow_points_upwards() -> None:
    height = {room: k for k, room in enumerate(ROOMS)} | {"_version": -1, "cli": len(ROOMS)}
    upwards = [
        f"{name} uses {other}"
        for name, used in graph().items()
        for other in used
        if name.split(".")[0] in height
        and height.get(other.split(".")[0], len(ROOMS)) > height[name.split(".")[0]]
    ]
    assert sorted(upwards) == []


def test_no_module_needs_itself() -> None:
    arrows = {name: used for name, used in graph().items() if name != "__init__"}
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        raise AssertionError(f"a circle of imports: {' -> '.join(error.args[1])}") from None


def test_readme_shows_the_rooms_in_their_order() -> None:
    text = (PACKAGE.parents[1] / "README.md").read_text()
    places = [text.find(f"`{room}`") for room in ROOMS]
    assert -1 not in places
    assert places == sorted(places)
