"""One finished run that the tests of restarts compare with."""

from pathlib import Path

import pytest
from small_run import lithovoid, write_scenario


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scenario(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="session")
def finished(case: Path) -> Path:
    """Return the directory of an undisturbed run with all its checkpoints; do not change it."""
    directory = case.parent / "finished"
    result = lithovoid("run", case, "--out", directory, "--set", "checkpoint.keep=100")
    assert result.returncode == 0, result.stdout + result.stderr
    return directory
