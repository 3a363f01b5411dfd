"""The report of a study: statistics of the cells, figures, links, indices."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tomli_w

from lithovoid.machine.errors import ConfigurationError
from lithovoid.postprocess.sensitivity import sobol_indices
from lithovoid.postprocess.study import CAPACITY, StudyMap, StudyResults
from lithovoid.postprocess.study_report import write_study_report
from lithovoid.study.designs import draw
from lithovoid.study.schema import Design

CURRENT = "protocol.0.current_density [mA/cm^2]"
CAPACITIES = {(0.0, 0.1): 1.0, (0.0, 1.0): 0.5, (0.1, 0.1): 2.0, (0.1, 1.0): 0.25}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Two compositions, two currents, three seeds: the alloy wins at low current, loses at high."""
    rows = []
    for x_mg, current, seed in product((0.0, 0.1), (0.1, 1.0), (1, 2, 3)):
        depleted = x_mg > 0 and current == 1.0
        capacity = CAPACITIES[x_mg, current]
        rows.append(
            {
                "name": f"run-{len(rows)}",
                "state": "finished",
                "reason": "",
                "anode.x_mg": x_mg,
                CURRENT: current,
                "nucleation.seed": seed,
                "failure_mode": "depletion" if depleted else "contact_loss",
                "areal_capacity_mAh_cm2": capacity * (0.9 + 0.1 * (seed - 1)),
                "capacity_surface_mAh_cm2": 0.0 if depleted else 0.5 * capacity,
                "incubation_capacity_mAh_cm2": None if depleted else 0.1 * capacity,
            }
        )
    rows[-1] |= {"state": "failed", "reason": "Newton: diverged"}
    pd.DataFrame(rows).to_csv(tmp_path / "results.csv", index=False)
    pd.DataFrame(rows).to_csv(tmp_path / "manifest.csv", index=False)
    axes = [{"anode.x_mg": [0.0, 0.1]}, {"protocol.0.current_density": ["0.1", "1"]}]
    (tmp_path / "study.toml").write_text(tomli_w.dumps({"title": "A study", "axes": axes}))
    (tmp_path / "runs" / "run-0" / "report").mkdir(parents=True)
    (tmp_path / "runs" / "run-0" / "report" / "index.html").touch()
    (tmp_path / "runs" / "run-1").mkdir()
    return tmp_path


def grid(directory: Path) -> StudyMap:
    results = StudyResults(directory)
    axes = results.map_axes()
    assert axes == (CURRENT, "anode.x_mg")
    return StudyMap(results, *axes)


def test_cells_hold_medians_and_spreads_over_the_finished_runs(directory: Path) -> None:
    capacity = grid(directory).statistic(CAPACITY)
    assert capacity.median == pytest.approx(np.array([[1.0, 0.5], [2.0, 0.2375]]))
    assert capacity.low[0] == pytest.approx([0.92, 0.46])
    assert capacity.count.tolist() == [[3, 3], [3, 2]]


def test_modes_and_shares_tell_who_wins_where(directory: Path) -> None:
    cells = grid(directory)
    assert cells.modes() == [
        [("contact_loss", 3, 3), ("contact_loss", 3, 3)],
        [("contact_loss", 3, 3), ("depletion", 2, 2)],
    ]
    assert cells.nucleated_share().tolist() == [[1, 1], [1, 0]]
    relative = cells.relative_capacity()
    assert relative is not None
    assert relative[1] == pytest.approx([2.0, 0.475])


def test_the_report_has_all_formats_and_links_to_the_runs(directory: Path) -> None:
    page = write_study_report(directory)
    text = page.read_text(encoding="utf-8")
    assert {p.name for p in page.parent.iterdir()} == {
        "index.html",
        "map.png",
        "map.svg",
        "map.pdf",
    }
    assert 'href="../runs/run-0/report/index.html"' in text
    assert 'href="../runs/run-1/"' in text
    assert "run-2/" not in text
    assert "Newton: diverged" in text
    assert "data:image/png;base64," in text
    assert "http" not in text


def test_other_directories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no study directory"):
        StudyResults(tmp_path)


def test_indices_of_a_linear_output_are_its_shares_of_variance(tmp_path: Path) -> None:
    """y = 3 a + b with a, b uniform: indices 0.9 and 0.1; first and total agree."""
    parameters = [
        {"key": "anode.surface_energy_slope", "low": 0.0, "high": 1.0},
        {"key": "electrolyte.adhesion_slope", "low": 0.0, "high": 1.0},
    ]
    design = {"method": "saltelli", "samples": 256, "seed": 2, "parameters": parameters}
    samples = pd.DataFrame(draw(Design.model_validate(design)))
    capacity = 5 + 3 * samples["anode.surface_energy_slope"] + samples["electrolyte.adhesion_slope"]
    table = samples.assign(
        name=samples.index, state="finished", areal_capacity_mAh_cm2=capacity,
        incubation_capacity_mAh_cm2=np.nan,
    )  # fmt: skip
    table.to_csv(tmp_path / "results.csv", index=False)
    table.to_csv(tmp_path / "manifest.csv", index=False)
    (tmp_path / "study.toml").write_text(tomli_w.dumps({"design": design}))
    indices = sobol_indices(StudyResults(tmp_path))
    assert indices[0].table["first"].to_numpy() == pytest.approx([0.9, 0.1], abs=0.02)
    assert indices[0].table["total"].to_numpy() == pytest.approx([0.9, 0.1], abs=0.02)
