"""The study directory: what was asked for, and how far it has come.

study.toml       the study, resolved: with its base scenario inside
manifest.csv     one row per run: name, state, reason, wall time, parameters
results.csv      parameters and summary of every run; also results.parquet
cases/, runs/    scenario and run directory of each run; logs/ holds what it printed
submit.sbatch    the same study as a Slurm array
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import tomli_w

from lithovoid.case.load import dump_toml
from lithovoid.io.directory import write_atomically
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.toml_files import read_toml
from lithovoid.study.expand import Case
from lithovoid.study.schema import Study
from lithovoid.study.slurm import batch_script
from lithovoid.theory.result import Result, by_key, declared, named

PENDING, FINISHED, FAILED = "pending", "finished", "failed"
UNFINISHED = "unfinished"

_STATES = {"finished": FINISHED, "stopped": FAILED}


@dataclass
class Outcome:
    """How a run stands; `summary` as in ``run.json``."""

    state: Annotated[str, Result("state", "pending, unfinished, finished or failed")] = PENDING
    reason: Annotated[str, Result("reason", "why the run ended")] = ""
    wall_time: Annotated[float | None, Result("wall time", "that the run took", "s")] = None
    summary: dict[str, Any] | None = None


STUDY = named({"name": Result("run", "name of the run, by what sets it apart")}) | declared(Outcome)
"""Columns of the tables before those of the parameters and of the summary."""


class StudyDirectory:
    """Reads and writes a study directory; `outcomes` maps names of runs to how they stand."""

    def __init__(self, path: Path, study: Study, cases: list[Case]) -> None:
        """Create the directory of `study`, or take up the one that is there.

        Raises ConfigurationError if `path` holds something else, or another study.
        """
        self.path, self.study, self.cases = path, study, cases
        self.outcomes = {case.name: Outcome() for case in cases}
        if path.exists():
            self._require_same()
        else:
            self._create()
        self.refresh()

    def case_file(self, case: Case) -> Path:
        return self.path / "cases" / f"{case.name}.toml"

    def run_directory(self, case: Case) -> Path:
        return self.path / "runs" / case.name

    def log_file(self, case: Case) -> Path:
        return self.path / "logs" / f"{case.name}.txt"

    def open_cases(self, retry: bool) -> list[Case]:
        """Return the runs that are still to be done; failed ones too where they are retried."""
        done = (FINISHED,) if retry else (FINISHED, FAILED)
        return [case for case in self.cases if self.outcomes[case.name].state not in done]

    def clear(self, case: Case) -> None:
        """Remove what a failed run left behind, so that it can be done again."""
        shutil.rmtree(self.run_directory(case), ignore_errors=True)
        self.outcomes[case.name] = Outcome()

    def refresh(self) -> None:
        """Take the outcomes of all runs from disk, also of those that a cluster has done."""
        recorded = self._recorded()
        for case in self.cases:
            known = recorded.get(case.name, Outcome())
            found = self.read_run(case)
            # a run that died without a word is known as failed from the table alone
            silent = found.state in (PENDING, UNFINISHED)
            keep = silent and (known.state == FAILED or self.study.keep == "table")
            self.outcomes[case.name] = known if keep else found

    def write_tables(self) -> None:
        """Write ``manifest.csv``, ``results.csv`` and ``results.parquet``."""
        manifest = pd.DataFrame([self._row(case) for case in self.cases])
        write_atomically(self.path / "manifest.csv", manifest.to_csv(index=False))
        results = pd.DataFrame([self._row(case) | self._summary(case) for case in self.cases])
        write_atomically(self.path / "results.csv", results.to_csv(index=False))
        results.to_parquet(self.path / "results.parquet", index=False)

    def _create(self) -> None:
        try:
            self.path.mkdir(parents=True)
        except OSError as error:
            raise ConfigurationError(
                f"--out: cannot create {self.path} ({error.strerror})"
            ) from None
        if self.study.keep == "runs":
            for folder in ("cases", "runs", "logs"):
                (self.path / folder).mkdir()
            for case in self.cases:
                write_atomically(self.case_file(case), dump_toml(case.scenario()))
            write_atomically(
                self.path / "submit.sbatch", batch_script(self.study, self.path, self.cases)
            )
        write_atomically(self.path / "study.toml", _dump(self.study))
        self.write_tables()

    def _require_same(self) -> None:
        if not (self.path / "study.toml").is_file():
            raise ConfigurationError(
                f"{self.path} exists and is no study directory (it has no study.toml); "
                "choose another --out"
            )
        there = _identity(read_toml(self.path / "study.toml"))
        asked = _identity(_plain(self.study))
        other = [name for name in asked if asked[name] != there[name]]
        if other:
            raise ConfigurationError(
                f"{self.path} holds another study (its study.toml differs in {', '.join(other)}); "
                "choose another --out"
            )

    def _recorded(self) -> dict[str, Outcome]:
        """Outcomes as the tables of an earlier session tell them."""
        path = self.path / "results.csv"
        if not path.is_file():
            return {}
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
        own = {"name", *by_key(Outcome()), *(key for c in self.cases[:1] for key in c.parameters)}
        found = {}
        for row in table.to_dict("records"):
            summary = {str(k): _scalar(v) for k, v in row.items() if k not in own}
            time, reason = _scalar(row["wall_time_s"]), _scalar(row["reason"]) or ""
            found[str(row["name"])] = Outcome(str(row["state"]), reason, time, summary)
        return found

    def read_run(self, case: Case) -> Outcome:
        """Return how the run stands by its own ``run.json``; pending where there is none."""
        path = self.run_directory(case) / "run.json"
        try:
            run = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return Outcome()
        state = _STATES.get(run.get("status"), UNFINISHED)
        reason = run.get("stop_reason") or ""
        return Outcome(state, reason, run.get("wall_time_s"), run.get("summary"))

    def _row(self, case: Case) -> dict[str, Any]:
        outcome = self.outcomes[case.name]
        return {"name": case.name, **by_key(outcome), **case.parameters}

    def _summary(self, case: Case) -> dict[str, Any]:
        """Return the numbers of the summary; lists such as cycles stay in ``run.json``."""
        summary = self.outcomes[case.name].summary or {}
        return {key: v for key, v in summary.items() if not isinstance(v, list | dict)}


def open_directory(path: Path) -> Study:
    """Return the study that the directory `path` belongs to.

    Raises ConfigurationError if it is no study directory.
    """
    if not (path / "study.toml").is_file():
        raise ConfigurationError(f"{path} is no study directory: it has no study.toml")
    return Study.model_validate(read_toml(path / "study.toml"))


def _plain(study: Study) -> dict[str, Any]:
    return study.model_dump(exclude_none=True)


def _dump(study: Study) -> str:
    return tomli_w.dumps(_plain(study))


def _identity(study: dict[str, Any]) -> dict[str, Any]:
    """What makes two studies the same: all but titles and the ways of execution."""
    names = ("base", "set", "axes", "design", "replicates", "first_seed", "keep")
    return {name: study.get(name) for name in names}


def _scalar(value: Any) -> Any:
    return None if pd.isna(value) else value
