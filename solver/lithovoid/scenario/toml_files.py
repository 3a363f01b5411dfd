"""TOML files with includes: ``include = ["base.toml"]`` merges other files under this one."""

import tomllib
from pathlib import Path
from typing import Any

from lithovoid.machine.errors import ConfigurationError
from lithovoid.machine.text import read_text
from lithovoid.scenario.problems import problem

Data = dict[str, Any]


def read_toml(path: Path) -> Data:
    """Return the content of the TOML file `path`.

    Raises ConfigurationError if it is no file, no text or no TOML.
    """
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigurationError(f"{path}: nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, or an integer of thousands of digits
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None


def read_with_includes(path: Path) -> Data:
    """Return the content of `path` merged over the files that it includes.

    Includes are relative to the including file, may include others, and must lie in the folder of
    `path` or below it. Later includes win over earlier ones, the including file over all.
    """
    return _read(path, path.resolve().parent, ())


def find_file(folder: Path, name: str) -> Path | None:
    """Return the absolute path of the file `name`, relative to `folder`; None if there is none."""
    try:
        path = (folder / name).resolve()
        return path if path.is_file() else None
    except (OSError, ValueError):  # too long, or a null character
        return None


def merge(under: Data, over: Data) -> Data:
    """Return `under` updated by `over`, table by table; lists and values are replaced."""
    both = {
        name: merge(under[name], value)
        for name, value in over.items()
        if isinstance(value, dict) and isinstance(under.get(name), dict)
    }
    return {**under, **over, **both}


def _read(path: Path, folder: Path, including: tuple[Path, ...]) -> Data:
    here = path.resolve()
    if here in including:
        chain = " -> ".join(file.name for file in (*including, here))
        raise ConfigurationError(f"include: the files include each other ({chain})")
    data = read_toml(path)
    merged: Data = {}
    for name in _includes(path, data):
        included = find_file(here.parent, name)
        if included is None:
            raise ConfigurationError(problem(f"{path}: include", "no such file", name))
        if not included.is_relative_to(folder):
            raise ConfigurationError(
                problem(f"{path}: include", "outside the folder", name, f"files in {folder}")
            )
        merged = merge(merged, _read(included, folder, (*including, here)))
    return merge(merged, data)


def _includes(path: Path, data: Data) -> list[str]:
    names = data.pop("include", [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise ConfigurationError(
            problem(f"{path}: include", "must be a list of file names", names, '["base.toml"]')
        )
    return names
