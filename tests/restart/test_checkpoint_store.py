"""Checkpoints on disk: whole or not there, and recognised when damaged."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lithovoid.io import checkpoints
from lithovoid.io.checkpoints import CheckpointStore, Saved


def saved(step: int) -> Saved:
    values = np.random.default_rng(step).random(20)
    fields = {"nodes/v": np.arange(20), "old/v": values}
    return Saved(step, {"mesh_hash": "m"}, {"dt": 0.1 + step, "wait": float("inf")}, fields)


@pytest.fixture
def store(tmp_path: Path) -> CheckpointStore:
    """Return a store with checkpoints of steps 2, 4, 6 and 8, of which three are kept."""
    store = CheckpointStore(tmp_path / "checkpoints", keep=3)
    for step in (2, 4, 6, 8):
        store.write(saved(step))
    return store


def newest(store: CheckpointStore) -> tuple[int, list[str]]:
    remarks: list[str] = []
    return next(store.newest_first(remarks)).step, remarks


def test_what_is_read_is_what_was_written(store: CheckpointStore) -> None:
    found, wanted = next(store.newest_first([])), saved(8)
    assert (found.step, found.about, found.state) == (8, wanted.about, wanted.state)
    for name, values in wanted.fields.items():
        np.testing.assert_array_equal(found.fields[name], values)


def test_the_last_ones_are_kept(store: CheckpointStore, tmp_path: Path) -> None:
    assert store.steps() == [4, 6, 8]
    assert (tmp_path / "checkpoints" / "LATEST").read_text() == "step-8\n"
    assert not list(tmp_path.rglob("*step-2.*"))
    assert not list(tmp_path.rglob("*.tmp"))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("suffix", ["h5", "json"])
def test_damage_is_recognised_and_the_one_before_is_taken(
    store: CheckpointStore, tmp_path: Path, suffix: str, damage: Any
) -> None:
    damage(tmp_path / "checkpoints" / f"step-8.{suffix}")
    step, remarks = newest(store)
    assert step == 6
    gone = suffix == "json" and damage is Path.unlink
    assert len(remarks) == (0 if gone else 1)
    assert gone or remarks[0].startswith("the checkpoint of step 8 cannot be used: ")


def test_every_single_changed_byte_is_recognised(store: CheckpointStore, tmp_path: Path) -> None:
    for suffix in ("json", "h5"):
        path = tmp_path / "checkpoints" / f"step-8.{suffix}"
        good = path.read_bytes()
        for place in range(0, len(good), max(1, len(good) // 200)):
            path.write_bytes(good[:place] + bytes([good[place] ^ 0x11]) + good[place + 1 :])
            try:
                found = store.read(8)
            except (OSError, ValueError, KeyError, TypeError):
                continue
            assert found.state == saved(8).state
            pytest.fail(f"byte {place} of step-8.{suffix} changed unseen")
        path.write_bytes(good)


@pytest.mark.parametrize("content", [b"", b"step-", b"step-99\n", b"\xff\xfe", None])
def test_without_a_good_latest_the_newest_is_taken(
    store: CheckpointStore, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "checkpoints" / "LATEST"
    path.unlink() if content is None else path.write_bytes(content)
    assert newest(store) == (8, [])


def test_latest_can_point_back(store: CheckpointStore, tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / "LATEST").write_text("step-6\n")
    assert newest(store) == (6, [])
    store.drop_after(6)
    assert store.steps() == [4, 6]


@pytest.mark.parametrize("failing", ["step-10.h5", "step-10.json", "LATEST"])
def test_a_write_that_fails_leaves_a_checkpoint_that_works(
    store: CheckpointStore, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if target.name == failing:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        store.write(saved(10))
    step, remarks = newest(store)
    assert step == 8
    assert remarks == []


def test_other_formats_are_refused(store: CheckpointStore, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints" / "step-8.json"
    signed = json.loads(path.read_text())
    text = signed["checkpoint"].replace(f'"format": {checkpoints.FORMAT}', '"format": 99')
    path.write_text(json.dumps({"sha256": checkpoints._sha256(text), "checkpoint": text}))
    step, remarks = newest(store)
    assert step == 6
    assert "format 99" in remarks[0]
