import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lithovoid.scenario import units as u

KINDS = {name: kind for name, kind in vars(u).items() if hasattr(kind, "__metadata__")}
UNITS = {
    name: next(p for p in k.__metadata__ if isinstance(p, u.Unit)) for name, k in KINDS.items()
}
values = st.floats(min_value=1e-30, max_value=1e30).map(lambda value: float(f"{value:.15g}"))


@pytest.mark.parametrize(
    ("kind", "text", "si"),
    [
        ("Length", "30 um", 30e-6),
        ("Length", "30um", 30e-6),
        ("Length", " .5 nm ", 0.5e-9),
        ("Position", "-2 um", -2e-6),
        ("CurrentDensity", "0.1 mA/cm^2", 1.0),
        ("CurrentDensity", "1 A/m**2", 1.0),
        ("ArealCapacity", "1 mAh/cm^2", 3.6e4),
        ("Temperature", "25 degC", 298.15),
        ("NucleationRate", "1e20 1/(m^2*s)", 1e20),
        ("ArealResistance", "5 ohm*cm^2", 5e-4),
        ("MolarVolume", "12.97 cm^3/mol", 12.97e-6),
        ("Time", "2 h", 7200.0),
    ],
)
def test_parse(kind: str, text: str, si: float) -> None:
    assert UNITS[kind].parse(text) == pytest.approx(si, rel=1e-14)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (30, "a unit is needed"),
        (True, "a unit is needed"),
        (None, "quoted number"),
        ("30", "not a quantity"),
        ("um", "not a quantity"),
        ("1,5 um", "unknown unit"),
        ("nan um", "not a quantity"),
        ("30 s", "wrong dimension"),
        ("30 foo", "unknown unit"),
        ("1e400 um", "finite"),
        ("__import__('os') um", "not a quantity"),
        ("1 m**9**9**9", "unknown unit"),
        ("1 m^999999999", "unknown unit"),
    ],
)
def test_refused(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        UNITS["Length"].parse(value)


@given(st.text(max_size=30) | st.from_regex(r"\A[0-9]{1,3} [a-z*^/()0-9 .-]{0,12}\Z"))
@example("1 (((((((m)))))))")
@example("1 °C")
@example("9 9**9**9**9")
def test_any_text_is_a_quantity_or_a_value_error(text: str) -> None:
    try:
        value = UNITS["Length"].parse(text)
    except ValueError:
        return
    assert math.isfinite(value)


@given(values, st.sampled_from(sorted(UNITS)))
def test_shown_values_read_back_exactly(value: float, kind: str) -> None:
    unit = UNITS[kind]
    assert unit.parse(unit.show(value)) == value


def test_shown_values_are_short() -> None:
    assert UNITS["Length"].show(30e-6) == "30 um"
    assert UNITS["CurrentDensity"].show(1.0) == "0.1 mA/cm^2"
    assert u.show(u.ArealCapacity, 2380.123456) == "0.06611 mAh/cm^2"


def test_conversions_leave_no_noise() -> None:
    assert UNITS["Diffusivity"].parse("6e-11 cm^2/s") == 6e-15
    assert UNITS["Length"].parse("0.12 um") == 0.12e-6
