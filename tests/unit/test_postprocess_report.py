"""Figures, pictures and the report: present, not blank, escaped, self-contained."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import pyvista as pv
from matplotlib.figure import Figure
from matplotlib.image import imread
from synthetic_run import CENTRES, FAILURE, WIDTH, write_run

from lithovoid.postprocess import plots, scene, tables
from lithovoid.postprocess.axes import only_strips
from lithovoid.postprocess.render import Gallery, moments
from lithovoid.postprocess.report import write_report
from lithovoid.postprocess.run import CAPACITY, TIME, Run
from lithovoid.postprocess.voids import void_statistics


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "case", frames=6, size=0.4)


@pytest.fixture(scope="module")
def page(directory: Path) -> str:
    before = {p: p.read_bytes() for p in directory.rglob("*") if p.is_file()}
    (directory / "report").mkdir()
    (directory / "report" / "old.png").write_bytes(b"")
    path = write_report(directory)
    assert path == directory / "report" / "index.html"
    assert all(p.read_bytes() == content for p, content in before.items())
    return path.read_text(encoding="utf-8")


def test_the_page_needs_nothing_else(page: str) -> None:
    sources = re.findall(r'\bsrc\s*=\s*"([^"]{0,30})', page)
    assert len(sources) == 8
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert "http:" not in page
    assert "https:" not in page
    assert not re.search(r"<(link|script|iframe)\b|@import|url\(", page)


def test_the_page_says_what_happened(page: str) -> None:
    assert "loss of contact" in page
    assert "Lithium &lt;on&gt; LLZO &amp; friends" in page
    assert "&lt;during strip&gt;" in page
    assert "<on>" not in page
    assert "5d41402abc4b2a76" in page
    assert 'href="../series.csv"' in page


def test_the_page_says_which_limits_are_kept_and_which_are_not(page: str) -> None:
    text = " ".join(page.split())
    assert "<h2>Validity</h2> <p>1 of 2 limits are kept.</p>" in text
    outside, kept = text.split("The limits that are kept")
    row = "<code>nucleation</code> nuclei with a void</td><td>outside</td><td>3 of 4</td>"
    assert row in outside
    assert "1 nucleus &lt;waits&gt;" in outside
    assert "walls are resolved" in kept
    assert "walls are resolved" not in outside


def test_the_page_hides_no_nucleus(page: str) -> None:
    text = re.sub(r"<[^>]*>|\s", " ", page)
    for words in (
        "nuclei due +4",
        "nuclei +3",
        "nuclei absorbed +1",
    ):
        assert re.search(words, text), words


@pytest.mark.usefixtures("page")
def test_no_picture_is_blank(directory: Path) -> None:
    pictures = sorted((directory / "report").glob("*.png"))
    assert len(pictures) == 8
    for path in pictures:
        pixels = imread(path)[:, :, :3]
        assert pixels.std() > 0.05, path.name
        assert min(pixels.shape[:2]) > 300, path.name


@pytest.mark.usefixtures("page")
def test_writing_again_replaces_old_pictures(directory: Path) -> None:
    assert not (directory / "report" / "old.png").exists()


def test_moments_are_incubation_half_way_and_failure(directory: Path) -> None:
    found = moments(Run(directory))
    assert [(m.name, m.index) for m in found] == [
        ("first void", 1),
        ("half way", 3),
        ("failure", 5),
    ]


def test_without_events_the_moments_are_start_half_way_and_end(
    tmp_path: Path, directory: Path
) -> None:
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "fields").symlink_to((directory / "fields").resolve())
    assert [m.name for m in moments(Run(tmp_path))] == ["start", "half way", "end"]


def test_a_three_dimensional_state_is_seen_in_perspective_and_in_section() -> None:
    x = np.linspace(0.0, 6.0, 19)
    anode = pv.RectilinearGrid(x, x, x).cast_to_unstructured_grid().triangulate()
    distance = np.linalg.norm(anode.points - (3.0, 3.0, 0.0), axis=1)
    anode["void"] = (1 - np.tanh((distance - 1.5) / 0.5)) / 2
    anode["vacancy_fraction"] = 0.1 * np.exp(-anode.points[:, 2])
    state = scene.State(anode, None, None)
    colours = scene.common_colours([state], "vacancy_fraction")
    assert scene.perspective(state, colours).std() > 10
    section = state.section()
    assert section.dimension == 2
    row = void_statistics(section.anode).table.iloc[0]
    assert row["area [um^2]"] == pytest.approx(np.pi * 1.5**2 / 2, rel=0.05)


def test_the_image_shows_voids_where_they_are(directory: Path) -> None:
    gallery = Gallery(Run(directory))
    pixels = scene.image(gallery.states[-1], gallery.whole, gallery.colours).astype(float)
    height, width, _ = pixels.shape
    window = gallery.whole

    def colour(x: float, z: float) -> np.ndarray:
        row = (window.top - z) / window.height * height
        return pixels[int(row), int((x - window.left) / window.width * width)]

    assert (colour(CENTRES[0], 1.0) == 255).all()  # void
    assert (colour(CENTRES[2], 1.0) == 255).all()
    assert np.ptp(colour(WIDTH / 2, -2.0)) == 0.0  # grey electrolyte
    assert 0 < colour(WIDTH / 2, -2.0)[0] < 255
    assert np.ptp(colour(WIDTH / 2, 15.0)) > 20  # coloured metal


def test_a_killed_run_without_fields_still_gets_a_report(tmp_path: Path, directory: Path) -> None:
    (tmp_path / "series.csv").write_text((directory / "series.csv").read_text()[:-20])
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "no field files" in text
    assert "unknown" in text
    assert text.count("data:image/png") == 4


def test_a_run_without_any_step_still_gets_a_report(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"status": "running", "title": "x"}))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "not accepted a time step" in text
    assert "data:image/png" not in text


def _strip_rest_plate(series: pd.DataFrame) -> pd.DataFrame:
    series = series.copy()
    third = len(series) // 3
    kind = np.repeat(["strip", "rest", "plate"], [third, third, len(series) - 2 * third])
    rate = pd.Series(kind).map({"strip": 1.0, "rest": 0.0, "plate": -0.5})
    series["step_kind"] = kind
    series["protocol_step"] = np.minimum(np.arange(len(series)) // third, 2)
    series[CAPACITY] = np.cumsum(rate) / 100
    return series


def test_only_a_growing_capacity_is_an_abscissa(directory: Path) -> None:
    series = Run(directory).series
    assert only_strips(series)
    assert not only_strips(_strip_rest_plate(series))


def test_plating_is_shown_against_time_as_well(tmp_path: Path, directory: Path) -> None:
    _strip_rest_plate(Run(directory).series).to_csv(tmp_path / "series.csv", index=False)
    run = Run(tmp_path)
    labels = [axes.get_xlabel() for axes in plots.voltage_and_contact(run).axes]
    assert sum("capacity" in label for label in labels) == 1
    assert sum("time" in label for label in labels) == 1
    assert "time" in plots.capacity_split(run).axes[-1].get_xlabel()


@pytest.mark.parametrize("draw", [plots.voltage_and_contact, plots.capacity_split])
def test_curves_are_those_of_the_series(directory: Path, draw: Callable[[Run], Figure]) -> None:
    run = Run(directory)
    curves = [line.get_xydata() for axes in draw(run).axes for line in axes.get_lines()]
    longest = [np.asarray(curve) for curve in curves if len(curve) == len(run.series)]
    assert longest
    for curve in longest:
        np.testing.assert_allclose(curve[:, 0], run.series[CAPACITY])


def test_voids_are_counted_from_when_they_opened(tmp_path: Path, directory: Path) -> None:
    nuclei = pd.read_csv(directory / "nuclei.csv")
    late = [t + 100 for t in nuclei[TIME][:3]]
    nuclei["opened [s]"] = [*late, None]
    nuclei.to_csv(tmp_path / "nuclei.csv", index=False)
    (tmp_path / "series.csv").write_text((directory / "series.csv").read_text())
    run = Run(tmp_path)
    (line,) = (
        x for x in plots.nucleation(run).axes[0].get_lines() if x.get_label() == "voids opened"
    )
    np.testing.assert_allclose(
        np.asarray(line.get_xdata())[1:4], [run.capacity_at(t) for t in late]
    )


def test_nuclei_of_every_fate_are_drawn(tmp_path: Path, directory: Path) -> None:
    nuclei = pd.read_csv(directory / "nuclei.csv")
    nuclei["status"] = ["accepted", "absorbed", "waiting", "of another version"]
    nuclei.to_csv(tmp_path / "nuclei.csv", index=False)
    (tmp_path / "series.csv").write_text((directory / "series.csv").read_text())
    figure = plots.nucleation(Run(tmp_path))
    labels = {c.get_label() for c in figure.axes[1].collections}
    assert labels == {"opened a void", "absorbed by another", "still waiting", "of another version"}


def test_nuclei_are_drawn_at_their_places(directory: Path) -> None:
    run = Run(directory)
    figure = plots.nucleation(run)
    points = np.vstack([c.get_offsets() for c in figure.axes[1].collections])
    np.testing.assert_allclose(points[:3, 1], CENTRES)
    expected = [run.capacity_at(t) for t in run.nuclei[TIME]]
    np.testing.assert_allclose(points[:, 0], expected, rtol=1e-6)


def test_summary_falls_back_on_the_series(tmp_path: Path, directory: Path) -> None:
    (tmp_path / "series.csv").write_text((directory / "series.csv").read_text())
    rows = {name: (value, unit) for name, value, unit in tables.summary_rows(Run(tmp_path))}
    assert rows["areal capacity"] == ("1", "mAh/cm²")
    assert rows["voids"] == ("3", "")
    assert rows["time"] == (tables.number(FAILURE), "s")
    assert "incubation capacity" not in rows


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (3, "3"), (12345, "12\u202f345"), (0.12345, "0.123"), (3.1e-10, "3.10 × 10⁻¹⁰"),
     (True, "yes"), (float("nan"), "–"), (2.5e7 + 0.5, "2.50 × 10⁷"), (1974.3, "1\u202f974")],
)  # fmt: skip
def test_numbers_have_the_digits_that_count(value: float | None, text: str) -> None:
    assert tables.number(value) == text
