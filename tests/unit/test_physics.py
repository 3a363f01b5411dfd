"""Physics by composition: one file and one line make a new one, from its table to ParaView."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from mpi4py import MPI

import pytest
import pyvista
import tomli_w
from cases import data, scenario, strip
from tracer import Tracer

from lithovoid import PHYSICS, Simulation, load_scenario, run_scenario
from lithovoid.equations.contraction import Contraction
from lithovoid.equations.model import Model, tables_of
from lithovoid.equations.physics import Physics, Region, Term
from lithovoid.fields.domain import Domain
from lithovoid.machine.errors import ConfigurationError, ExitCode
from lithovoid.meshes import build_mesh
from lithovoid.postprocess.run import Run

ALL: Sequence[type[Physics]] = (*PHYSICS, Tracer)  # the one line

STEPS = [strip(time="200 s"), {"step": "rest", "until": {"time": "100 s"}}]
TRACER = {"diffusivity": "1e-15 m^2/s", "start": 0.02}


def case_file(folder: Path, **changes: Any) -> Path:
    """Write a scenario with a tracer into `folder`."""
    tables = {"tracer": TRACER, "output": {"fields": "vtu"}, "protocol": STEPS} | changes
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps(data(anode={"sink_rate": "1e-4 1/s"}, **tables)))
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the scenario with a tracer; return its run directory."""
    folder = tmp_path_factory.mktemp("tracer")
    code, directory = run_scenario(str(case_file(folder)), str(folder / "run"), physics=ALL)
    assert code is ExitCode.FINISHED
    return directory


def test_a_physics_reports_its_columns_and_its_ledger(finished: Path) -> None:
    series, summary = Run(finished).series, json.loads((finished / "run.json").read_text())
    assert series["tracer_drift"].max() < 1e-12
    squares = series["tracer_square [um]"]
    assert squares.iloc[-1] < squares.iloc[0]  # it spreads
    assert summary["summary"]["tracer_drift_max"] == series["tracer_drift"].max()
    assert summary["summary"]["tracer_square_um"] == squares.iloc[-1]
    assert series["ledger_residual"].max() < 1e-8  # lithium's
    assert series["capacity_recession [mAh/cm^2]"].iloc[-1] > 0


def test_a_physics_is_shown(finished: Path) -> None:
    last = sorted((finished / "fields").glob("anode*.vtu"))[-1]
    tracer = pyvista.read(last)["tracer"]
    assert 0 < tracer.min() < tracer.max() < 0.02


def test_a_physics_is_continued(finished: Path, tmp_path: Path) -> None:
    """Interrupted after the first step of the protocol and continued: the same table."""
    first = case_file(tmp_path, protocol=STEPS[:1])
    _, directory = run_scenario(first, tmp_path / "run", physics=ALL)
    whole = case_file(tmp_path)
    code, _ = run_scenario(str(whole), restart=str(directory), physics=ALL)
    assert code is ExitCode.FINISHED
    ours, theirs = ((d / "series.csv").read_bytes() for d in (directory, finished))
    assert ours == theirs


def test_the_table_of_a_physics_is_checked_like_all_others(tmp_path: Path) -> None:
    wrong = case_file(tmp_path, tracer=TRACER | {"diffusivty": 1})
    with pytest.raises(ConfigurationError, match=r"tracer.diffusivty: unknown .*diffusivity"):
        load_scenario(wrong, (), tables_of(ALL))
    with pytest.raises(ConfigurationError, match=r"tracer: unknown key"):
        load_scenario(case_file(tmp_path))
    changed = load_scenario(case_file(tmp_path), ["tracer.start=0.3"], tables_of(ALL))
    assert Tracer.options(changed).start == 0.3
    with pytest.raises(ConfigurationError, match=r"tracer.start: more than half"):
        run_scenario(case_file(tmp_path), tmp_path / "run", ["tracer.start=0.6"], physics=ALL)
    assert not (tmp_path / "run").exists()


def test_who_does_not_ask_for_a_physics_has_none_of_it(tmp_path: Path) -> None:
    """Its table left out: the run is that of before, to the last bit."""
    plain = scenario(protocol=[strip(time="100 s")])

    def records(physics: Sequence[type[Physics]]) -> list[dict[str, Any]]:
        mesh = build_mesh(plain)
        return [asdict(r) for r in Simulation(plain, mesh, comm=MPI.COMM_SELF, physics=physics)]

    assert records(ALL) == records(PHYSICS)


def test_a_physics_wraps_what_others_state() -> None:
    """A tracer that slows vacancies down: lithium is depleted sooner."""
    left = []
    for slows in (0.0, 40.0):
        path = tables_of(ALL)
        case = scenario(tables=path, tracer=TRACER | {"slows": slows})
        *_, last = Simulation(case, build_mesh(case), comm=MPI.COMM_SELF, physics=ALL)
        left.append(last.lithium_at_interface)
    assert left[1] < left[0] - 1e-3


def test_what_a_physics_needs_is_said() -> None:
    plain = scenario()
    domain = Domain(MPI.COMM_SELF, build_mesh(plain))
    others = [kind for kind in PHYSICS if kind.__name__ != "Charge"]
    with pytest.raises(LookupError, match=r"no physics of this model states .*interface_current"):
        Model(domain, plain, others).residuals()
    with pytest.raises(LookupError, match="this model has no Contraction"):
        Model(domain, plain, PHYSICS).part(Contraction)


def test_slips_in_the_names_of_unknowns_are_said() -> None:
    """A term for an unknown that nobody has is not left out in silence."""

    class Slip(Physics):
        unknowns: ClassVar[Mapping[str, Region]] = {"heat": "anode"}
        row = "haet"

        def terms(self) -> Iterable[Term]:
            heat, dx = self.m.state.now["heat"], self.m.domain.dx_anode
            yield self.row, lambda q: heat * q * dx

    class Idle(Slip):
        row = "v"

    plain = scenario()
    domain = Domain(MPI.COMM_SELF, build_mesh(plain))
    with pytest.raises(LookupError, match="a term is for 'haet', but no physics of this model has"):
        Model(domain, plain, (*PHYSICS, Slip)).residuals()
    with pytest.raises(LookupError, match="the unknown 'heat' is in no equation"):
        Model(domain, plain, (*PHYSICS, Idle)).residuals()
