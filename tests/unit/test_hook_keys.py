"""The keys under which the states of hooks stand in checkpoints."""

from pathlib import Path

from lithovoid.hooks.base import Hook, named
from lithovoid.hooks.series import Series
from lithovoid.measure.record import RECORD


class Other(Hook):
    """A hook without a key."""


class MySeries(Series):
    """A hook that inherits the key of its base."""


def test_every_hook_has_a_state_of_its_own() -> None:
    plain, derived = Series(Path(), RECORD), MySeries(Path(), RECORD)
    first, second = Other(), Other()
    namesake = type("Other", (Hook,), {})()
    assert named([plain, derived, first, second, namesake]) == {
        "series": plain,
        "series-2": derived,
        "Other": first,
        "Other-2": second,
        "Other-3": namesake,
    }
