"""What the form compiler needs, and why it fails.

DOLFINx turns each new form into C and compiles it when it is first used. That needs a compiler, the
headers of Python and a folder to write to; where one is missing, what it raises says little.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import split
from shutil import which
from tempfile import TemporaryFile

from lithovoid.machine.errors import ConfigurationError

_PYTHON_HEADERS = (
    "apt-get install python{v}-dev (Debian, Ubuntu) or dnf install python{v}-devel (Fedora, RHEL)"
).format(v=f"{sys.version_info.major}.{sys.version_info.minor}")
_COMPILER = "apt-get install gcc libc6-dev (Debian, Ubuntu) or dnf install gcc (Fedora, RHEL)"


def form_cache() -> Path:
    """Return the folder of compiled forms, as DOLFINx chooses it."""
    from dolfinx.jit import get_options  # noqa: PLC0415 - bootstrap imports DOLFINx first

    return Path(get_options()["cache_dir"])


def cache_problem(cache: Path) -> str | None:
    """Say why no new form can be compiled in `cache`; None where it can, or is complete anyway."""
    filled = any(cache.glob("*.c.cached"))
    trouble = _not_writable(cache)
    if trouble and not filled:
        return _cannot_store(cache, trouble)
    return None if filled else compiler_problem()


def compiler_problem() -> str | None:
    """Say what is missing to compile a form, and which package brings it; None if nothing is."""
    command = split(os.environ.get("CC") or str(sysconfig.get_config_var("CC") or "cc"))
    if which(command[0]) is None:
        return f"no C compiler '{command[0]}', which compiles the equations: {_COMPILER}, or set CC"
    if not _compiles(command, "#include <math.h>"):
        return f"'{command[0]}' finds no header math.h: {_COMPILER}"
    if not _compiles(command, "#include <Python.h>"):
        where = sysconfig.get_path("include")
        return f"the header Python.h of {sys.executable} is not in {where}: {_PYTHON_HEADERS}"
    return None


@contextmanager
def form_errors_explained() -> Iterator[None]:
    """Turn what DOLFINx raises where a form cannot be compiled into a ConfigurationError."""
    try:
        yield
    except Exception as error:
        if not _from_form_compiler(error):
            raise
        raise ConfigurationError(_explanation(error)) from error


def _explanation(error: Exception) -> str:
    cache = form_cache()
    trouble = _not_writable(cache)
    reason = compiler_problem() or (_cannot_store(cache, trouble) if trouble else None)
    if reason is None and "timed out" in str(error):
        reason = f"another process began it and has not finished; if none is running, empty {cache}"
    return f"the equations could not be compiled: {reason or error}"


def _cannot_store(cache: Path, trouble: str) -> str:
    return (
        f"compiled forms cannot be stored in {cache} ({trouble}); set XDG_CACHE_HOME to a folder "
        "that can be written, on a cluster one of the job"
    )


def _from_form_compiler(error: Exception) -> bool:
    names = {type(cause).__module__ for cause in (error, error.__cause__) if cause is not None}
    in_cache = isinstance(error, OSError) and str(form_cache()) in str(error.filename)
    return "cffi" in {name.partition(".")[0] for name in names} or in_cache or "JIT" in str(error)


def _not_writable(folder: Path) -> str | None:
    """Return why no file can be made in `folder`, which is created if it does not exist."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _compiles(command: list[str], line: str) -> bool:
    include = f"-I{sysconfig.get_path('include')}"
    call = [*command, include, "-fsyntax-only", "-x", "c", "-"]
    ended = subprocess.run(call, input=f"{line}\n", text=True, capture_output=True, check=False)
    return ended.returncode == 0
