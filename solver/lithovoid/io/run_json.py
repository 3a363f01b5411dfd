"""``run.json``: what a run is, and how it ended; written by rank 0 at its beginning and end."""

import json
import logging
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mpi4py import MPI

from lithovoid.case.derived import derive
from lithovoid.case.limit import Limit
from lithovoid.case.load import physics_hash
from lithovoid.case.validity import limits_of
from lithovoid.io.directory import write_json
from lithovoid.io.provenance import installed_versions
from lithovoid.machine.errors import ExitCode
from lithovoid.scenario.schema import Scenario

log = logging.getLogger(__name__)

STATUS = {
    ExitCode.FINISHED: "finished",
    ExitCode.NUMERICAL: "stopped",
    ExitCode.INTERRUPTED: "interrupted",
}


class RunJson:
    """The file ``run.json`` of a run directory; `limits` are those known before the run."""

    def __init__(self, comm: MPI.Comm, scenario: Scenario, directory: Path) -> None:
        self._comm, self._path = comm, directory / "run.json"
        self.limits = limits_of(scenario, derive(scenario))
        before = _read(self._path)
        now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        self._about = {
            "title": scenario.title,
            "ranks": comm.size,
            "host": platform.node(),
            "seed": scenario.nucleation.seed,
            "physics_hash": physics_hash(scenario),
            "validity": [asdict(limit) for limit in self.limits],
            "versions": installed_versions(),
            "started": before.get("started", now),
        }
        self._restarts: list[dict[str, Any]] = before.get("restarts", [])
        self._now = now

    def began(self, restart_step: int | None) -> None:
        """Write that the run is running, continued from `restart_step` if it is not None.

        Raises OSError.
        """
        if restart_step is not None:
            restart = {"from_step": restart_step, "time": self._now, "ranks": self._comm.size}
            self._restarts = [*self._restarts, restart]
        self._write({"status": "running"})

    def ended(self, code: ExitCode, words: str, limits: Sequence[Limit], **more: Any) -> None:
        """Write how the run ended, and within which limits; a disk that is full is only said."""
        how = {"status": STATUS[code], "stop_reason": words, "exit_code": code}
        try:
            self._write({**how, "validity": [asdict(limit) for limit in limits], **more})
        except OSError as error:
            log.error("cannot write %s: %s", self._path, error.strerror)

    def _write(self, content: dict[str, Any]) -> None:
        if self._comm.rank == 0:
            restarts = {"restarts": self._restarts} if self._restarts else {}
            status = {"status": content.pop("status")}
            write_json(self._path, {**status, **self._about, **restarts, **content})


def _read(path: Path) -> dict[str, Any]:
    """Return what an earlier part of the run wrote; empty where that cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
