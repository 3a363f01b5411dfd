"""The words of pictures can be read, however narrow or wide a cell is."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import synthetic_run
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from lithovoid.postprocess import render, scene
from lithovoid.postprocess.render import Gallery
from lithovoid.postprocess.run import Run


def boxes(figure: Figure) -> dict[str, Any]:
    """Draw `figure` and return where its texts stand."""
    drawn: list[Text] = []
    draw = Text.draw

    def recorded(text: Text, renderer: Any) -> None:
        drawn.append(text)
        draw(text, renderer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", recorded)
        FigureCanvasAgg(figure).draw()
    words = [text for text in drawn if text.get_visible() and text.get_text()]
    return {f"{text.get_text()} {n}": text.get_window_extent() for n, text in enumerate(words)}


@pytest.fixture(params=[0.5, 2.0, 4.0, 6.0, 8.0, 20.0, 60.0, 120.0, 400.0])
def gallery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Gallery:
    width = request.param
    monkeypatch.setattr(synthetic_run, "WIDTH", width)
    monkeypatch.setattr(synthetic_run, "CENTRES", (0.2 * width, 0.5 * width, 0.8 * width))
    long = "first void: 0.00335 h, 0.000123 mAh cm$^{-2}$"
    monkeypatch.setattr(render, "_caption", lambda *_: long)
    drawn: list[scene.Window] = []

    def blank(_: object, window: scene.Window, __: object) -> Any:
        drawn.append(window)
        return np.zeros((8, 8, 3), np.uint8)

    monkeypatch.setattr(scene, "image", blank)
    with np.errstate(invalid="ignore"):
        run = synthetic_run.write_run(tmp_path / "run", frames=3, size=max(width / 20, 0.25))
    return Gallery(Run(run))


def test_no_words_overlap(gallery: Gallery) -> None:
    for figure in (gallery.picture(1), gallery.contact_sheet()):
        for (one, a), (other, b) in combinations(boxes(figure).items(), 2):
            assert not a.overlaps(b), f"{one} overlaps {other}"
        assert max(figure.get_size_inches()) < 16


@pytest.mark.parametrize("width", [1.0, 30.0])
def test_tall_cells_are_drawn_as_others_are(tmp_path: Path, width: float) -> None:
    """Not black: graphics libraries draw no picture of 40 000 pixels."""
    anode = synthetic_run.anode_mesh(0.25).scale((width / synthetic_run.WIDTH, 1.0, 1.0))
    state = scene.State(synthetic_run.fields(anode, synthetic_run.FAILURE), None, None)
    window = scene.whole([state])
    pixels = scene.image(state, window, scene.common_colours([state], "vacancy_fraction"))
    assert max(pixels.shape) <= 4000
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(window.ratio, rel=0.01)
    assert pixels.std() > 20
