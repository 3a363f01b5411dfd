"""One process per run directory: a lock that the system gives back when the process dies."""

import fcntl
from pathlib import Path
from typing import TextIO

from lithovoid.machine.errors import ConfigurationError

_NAME = "run.lock"
_held: dict[Path, TextIO] = {}


def claim(directory: Path) -> None:
    """Make the run `directory` this process's own until it ends, or calls `release`.

    Raises ConfigurationError where another process has it. File systems without locks allow all.
    """
    if directory.resolve() in _held:
        return
    try:
        file = (directory / _NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"cannot write to {directory} ({error.strerror}); choose a writable place"
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigurationError(
            f"{directory} is in use by a run that is still going on; wait for it, or stop it"
        ) from None
    except OSError:  # no locks here
        return
    _held[directory.resolve()] = file


def release(directory: Path) -> None:
    """Let others have the run `directory`, if this process had it."""
    file = _held.pop(directory.resolve(), None)
    if file is not None:
        file.close()


def is_claimed(directory: Path) -> bool:
    """Whether a process, as far as can be seen from here, runs in `directory`."""
    try:
        with (directory / _NAME).open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
