"""What the scripts beside the package import of it is there, also where no short test runs them."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from lithovoid.machine import bootstrap

bootstrap.start()

ROOT = Path(__file__).parents[2]
SCRIPTS = [path for folder in ("tests", "docs", "docker") for path in (ROOT / folder).rglob("*.py")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_there(script: Path) -> None:
    wanted = [
        (node.module, alias.name)
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "lithovoid"
        for alias in node.names
    ]
    assert [f"{module}.{name}" for module, name in wanted if not _exists(module, name)] == []


def _exists(module: str | None, name: str) -> bool:
    """Whether `name` is a module in the package `module`, or something in it."""
    try:
        if hasattr(import_module(str(module)), name):
            return True
        import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True
