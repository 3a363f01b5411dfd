"""Pytest plugin: every test's report says how many CPU seconds it took, with its fixtures.

Loaded by name, so that also the workers of pytest-xdist have it.
"""

import os
from collections.abc import Generator

import pytest

PROPERTY = "cpu_seconds"
_began = 0.0


def pytest_runtest_logstart() -> None:
    global _began  # noqa: PLW0603 - a process runs one test at a time
    _began = _cpu_seconds()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what was spent since the test began; the report of its last phase has all."""
    report = yield
    report.user_properties.append((PROPERTY, _cpu_seconds() - _began))
    return report


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
