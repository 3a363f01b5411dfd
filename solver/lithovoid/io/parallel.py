"""Work that one rank does for all."""

from collections.abc import Callable
from pathlib import Path

from mpi4py import MPI

from lithovoid.machine.errors import StorageError


def on_root[T](comm: MPI.Comm, path: Path, work: Callable[[], T]) -> T | None:
    """Do `work`, which writes `path`, on rank 0; return its result there, None elsewhere.

    Collective. Raises StorageError on all ranks where `work` raised OSError: a full disk must not
    leave the other ranks waiting.
    """
    result, trouble = None, None
    if comm.rank == 0:
        try:
            result = work()
        except OSError as error:
            trouble = f"cannot write {path}: {error.strerror or error}"
    trouble = comm.bcast(trouble, root=0)
    if trouble is not None:
        raise StorageError(trouble)
    return result
