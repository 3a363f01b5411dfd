"""Other processes of Python, which import nothing of the folder that a user works in.

Python puts that folder first where it looks for modules, unless it is told not to: a file named
signal.py or numpy.py in it would be taken for the library.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_VARIABLE = "PYTHONSAFEPATH"


def python(*words: str) -> list[str]:
    """Return the command that starts this Python with `words`, such as ``-m lithovoid``."""
    return [sys.executable, "-P", *words]


@contextmanager
def safe_children() -> Iterator[None]:
    """Within it, processes that a library starts with a command of its own are safe, too."""
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
