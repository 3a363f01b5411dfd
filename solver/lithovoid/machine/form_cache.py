"""Compiled forms that no killed process can spoil.

DOLFINx marks a form that is being compiled by a ``.c`` file in its cache; other processes wait for
the result. A process that is killed there leaves its mark for ever, and all later runs wait in
vain. So a run compiles in a folder of its own, which begins with links to all that is complete in
the cache, and afterwards links into the cache what is new.
"""

import logging
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dolfinx import jit
from mpi4py import MPI

log = logging.getLogger(__name__)

STALE_AFTER_S = 600.0
"""A mark this old, without a result, belongs to no living process."""
FOLDER_PREFIX = "lithovoid-"
DAY_S = 86400.0

_READY, _SOURCE = ".c.cached", ".c"
_OPTION = "cache_dir"


@contextmanager
def private_cache(comm: MPI.Comm) -> Iterator[None]:
    """Compile forms in a folder of this run while the block runs (collective).

    Where the cache cannot be written, DOLFINx is left to itself.
    """
    shared = Path(jit.get_options()[_OPTION])
    folder = comm.bcast(_make_folder(shared) if comm.rank == 0 else None, root=0)
    if folder is None:
        yield
        return
    default = jit.DOLFINX_DEFAULT_JIT_OPTIONS[_OPTION]
    jit.DOLFINX_DEFAULT_JIT_OPTIONS[_OPTION] = (folder, default[1])
    try:
        yield
        comm.barrier()  # all ranks have loaded what rank 0 compiled
    finally:
        jit.DOLFINX_DEFAULT_JIT_OPTIONS[_OPTION] = default
        if comm.rank == 0:
            with suppress(OSError):
                _link_complete(folder, shared)
            shutil.rmtree(folder, ignore_errors=True)


def _make_folder(shared: Path) -> Path | None:
    try:
        shared.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(shared)
        folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=shared))
        _link_complete(shared, folder)
    except OSError as error:
        log.debug("no folder for compiled forms: %s", error)
        return None
    return folder


def _link_complete(source: Path, target: Path) -> None:
    """Link the complete forms of `source` into `target`, where they are neither there nor begun.

    The mark comes first and claims the form; what makes it complete comes last.
    """
    complete = list(source.glob(f"*{_READY}"))
    libraries = defaultdict(list)  # read once: the cache of a long life has thousands of files
    for library in source.glob("*.so"):
        libraries[library.name.partition(".")[0]].append(library)
    for ready in complete:
        stem = ready.name.removesuffix(_READY)
        mark = target / f"{stem}{_SOURCE}"
        if (target / ready.name).exists() or _is_begun(mark):
            continue
        with suppress(FileExistsError):  # somebody else was faster
            _link(source / mark.name, mark)
            for library in libraries[stem]:
                with suppress(FileExistsError):
                    _link(library, target / library.name)
            _link(ready, target / ready.name)


def _is_begun(mark: Path) -> bool:
    """Whether another process compiles a form; its mark is removed where it must be dead."""
    if not mark.exists():
        return False
    if time.time() - mark.stat().st_mtime < STALE_AFTER_S:
        return True
    mark.unlink()
    return False


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _remove_leftovers(shared: Path) -> None:
    """Remove the folders of runs that were killed while they compiled."""
    for folder in shared.glob(f"{FOLDER_PREFIX}*"):
        if time.time() - folder.stat().st_mtime > DAY_S:
            shutil.rmtree(folder, ignore_errors=True)
