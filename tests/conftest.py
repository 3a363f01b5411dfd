"""Start the solver's libraries in their order before any test imports DOLFINx."""

import logging
import signal
from collections.abc import Iterator

import pytest

from lithovoid.machine.bootstrap import start

start()
# A shell that runs tests in the background ignores Ctrl-C, and so would the runs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A run keeps what is said to itself; the next test of this process must hear it."""
    yield
    log = logging.getLogger("lithovoid")
    log.handlers.clear()
    log.propagate = True
    log.setLevel(logging.NOTSET)
