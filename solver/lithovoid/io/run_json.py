"""``run.json``: what a run is, and how it ended; written by rank 0 at its beginning and end."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mpi4py import MPI

from lithovoid.case.derived import derive
from lithovoid.case.limit import Limit
from lithovoid.case.load import physics_hash
from lithovoid.case.validity import limits_of
from lithovoid.io.directory import write_json
from lithovoid.machine.errors import ExitCode
from lithovoid.measure.whole_run import CYCLE, EVENT, FRAME, Ending, of_summary
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.result import Results, by_headers, by_key, by_keys
from lithovoid.voids.nuclei import NUCLEUS

log = logging.getLogger(__name__)

STATUS = {
    ExitCode.FINISHED: "finished",
    ExitCode.NUMERICAL: "stopped",
    ExitCode.INTERRUPTED: "interrupted",
}


class RunJson:
    """The file ``run.json`` of a run directory; `limits` are those known before the run."""

    def __init__(
        self,
        comm: MPI.Comm,
        scenario: Scenario,
        directory: Path,
        results: Results,
        segments: Sequence[Mapping[str, Any]],
    ) -> None:
        """`results` are all of each step; `segments` the parts of the run, the present one last."""
        self._comm, self._path = comm, directory / "run.json"
        self.limits = limits_of(scenario, derive(scenario))
        self._about = {
            "title": scenario.title,
            "ranks": comm.size,
            "seed": scenario.nucleation.seed,
            "physics_hash": physics_hash(scenario),
            "started": segments[0]["began"],
            "segments": list(segments),
            "validity": [asdict(limit) for limit in self.limits],
        }
        places = {
            "summary": of_summary(results),
            "cycles": by_keys(CYCLE),
            "events": by_keys(EVENT),
            "frames": by_keys(FRAME),
            "series.csv": by_headers(results),
            "nuclei.csv": by_headers(NUCLEUS),
        }
        self._results = {
            place: {name: result.about() for name, result in found.items()}
            for place, found in places.items()
        }

    def began(self) -> None:
        """Write that the run is running. Raises OSError."""
        self._write({"status": "running"})

    def ended(self, code: ExitCode, ending: Ending, limits: Sequence[Limit], **more: Any) -> None:
        """Write how the run ended, and within which limits; a disk that is full is only said."""
        how = {"status": STATUS[code], "exit_code": code, **by_key(ending)}
        try:
            self._write({**how, "validity": [asdict(limit) for limit in limits], **more})
        except OSError as error:
            log.error("cannot write %s: %s", self._path, error.strerror)

    def _write(self, content: dict[str, Any]) -> None:
        if self._comm.rank == 0:
            status = {"status": content.pop("status")}
            write_json(self._path, {**status, **self._about, **content, "results": self._results})
