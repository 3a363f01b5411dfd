"""Matplotlib, imported without the user's settings: pictures are the same anywhere.

An unknown name in MPLBACKEND, or numbers by a locale that the machine lacks, end its import; colour
maps are made with the settings at hand. Afterwards the settings are in force, for the user's own
figures; those of this package are drawn in `axes.style`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from typing import Any

_FILE = "matplotlibrc"


def import_matplotlib() -> None:
    """Import Matplotlib, if nothing else has done so."""
    if "matplotlib" in sys.modules:
        return
    with _no_settings():
        import matplotlib.cm  # noqa: PLC0415 - with its settings out of the way
    with suppress(Exception):  # a file that cannot be read is no settings
        file = matplotlib.matplotlib_fname()
        settings: dict[Any, Any] = dict(matplotlib.rc_params_from_file(file))
        matplotlib.rcParams.update(settings)
    if asked := os.environ.get("MPLBACKEND"):
        with suppress(ValueError):  # figures without a window need no backend
            matplotlib.rcParams["backend"] = asked


@contextmanager
def _no_settings() -> Iterator[None]:
    """Hide the places in which Matplotlib finds the user's settings: variables, then a file."""
    names = ("MPLBACKEND", "MATPLOTLIBRC")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["MATPLOTLIBRC"] = os.devnull
    try:
        if Path(_FILE).exists():  # that of the current folder goes before all others
            with chdir(Path(__file__).parent):
                yield
        else:
            yield
    finally:
        del os.environ["MATPLOTLIBRC"]
        os.environ.update(before)
