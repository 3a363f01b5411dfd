"""Errors that people see, and the exit codes that scripts see."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the `lithovoid` command."""

    FINISHED = 0
    CONFIGURATION = 1
    NUMERICAL = 2
    INTERRUPTED = 3


class ConfigurationError(Exception):
    """The input cannot be used; the message names the key, the value and what is allowed."""


class NumericalError(Exception):
    """The solve could not go on; the last good state is on disk."""


class CellOver(Exception):  # noqa: N818 - no error: an end that physics gives
    """The cell cannot pass its current any more; the state is that of the last whole step."""


class StorageError(Exception):
    """A file of the run could not be written; raised on all ranks together."""
