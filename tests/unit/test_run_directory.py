import json
from pathlib import Path

import pytest

from lithovoid.io.directory import choose_directory, create_directory, write_json
from lithovoid.machine.errors import ConfigurationError

CASE = Path("cases/cell.toml")


def test_a_given_directory_is_taken_where_it_is_free(tmp_path: Path) -> None:
    assert choose_directory(tmp_path / "new", CASE) == tmp_path / "new"


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_what_exists_is_refused(tmp_path: Path, make: object) -> None:
    taken = tmp_path / "taken"
    make(taken)  # type: ignore[operator]
    with pytest.raises(ConfigurationError, match=r"--out: .*taken exists"):
        choose_directory(taken, CASE)


def test_runs_are_numbered_after_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert choose_directory(None, CASE) == Path("runs/cell-1")
    for name in ("cell-1", "cell-9", "cell-10x", "cell-two", "other-12"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    assert choose_directory(None, CASE) == Path("runs/cell-10")


def test_a_new_directory_has_a_folder_for_fields(tmp_path: Path) -> None:
    create_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "fields").is_dir()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"--out: cannot create .*file/run"):
        create_directory(tmp_path / "file" / "run")


def test_json_is_replaced_whole_and_refuses_nan(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, {"status": "running"})
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"value": float("nan")})
    assert json.loads(path.read_text()) == {"status": "running"}
    assert list(tmp_path.iterdir()) == [path]
