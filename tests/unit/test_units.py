import math
import re
from decimal import Decimal, localcontext
from itertools import cycle, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lithovoid.scenario import units as u

KINDS = {name: kind for name, kind in vars(u).items() if hasattr(kind, "__metadata__")}
UNITS = {
    name: next(p for p in k.__metadata__ if isinstance(p, u.Unit)) for name, k in KINDS.items()
}
values = st.floats(min_value=1e-30, max_value=1e30)


SPELLINGS = [
    ("Length", "30 um", 30e-6),
    ("Length", "30um", 30e-6),
    ("Length", " .5 nm ", 0.5e-9),
    ("Length", "30. um", 30e-6),
    ("Length", "3e1 um", 30e-6),
    ("Length", "30 \u00b5m", 30e-6),  # micro sign
    ("Length", "30 \u03bcm", 30e-6),  # small mu
    ("Length", "30\u00a0um", 30e-6),
    ("Length", "30\u202fum", 30e-6),
    ("Length", "30 micrometers", 30e-6),
    ("Length", "30 micron", 30e-6),
    ("Length", "3 Å", 3e-10),
    ("Position", "-2 um", -2e-6),
    ("Position", "\u22122 um", -2e-6),
    ("CurrentDensity", "0.1 mA/cm^2", 1.0),
    ("CurrentDensity", "0.1 mA/cm2", 1.0),
    ("CurrentDensity", "0.1 mA/cm²", 1.0),
    ("CurrentDensity", "0.1 mA cm^-2", 1.0),
    ("CurrentDensity", "0.1 mA cm-2", 1.0),
    ("CurrentDensity", "0.1 mA·cm⁻²", 1.0),
    ("CurrentDensity", "1 A/m**2", 1.0),
    ("CurrentDensity", "1 A/m2", 1.0),
    ("ArealCapacity", "1 mAh/cm^2", 3.6e4),
    ("ArealCapacity", "1 mAh/cm2", 3.6e4),
    ("ArealCapacity", "1 mA*h/cm^2", 3.6e4),
    ("Temperature", "25 degC", 298.15),
    ("Temperature", "60 °C", 333.15),
    ("Temperature", "60 ℃", 333.15),
    ("Temperature", "333.15 K", 333.15),
    ("Rate", "5 1/s", 5.0),
    ("Rate", "5/s", 5.0),
    ("Rate", "5 s⁻¹", 5.0),
    ("Rate", "36 1/h", 0.01),
    ("NucleationRate", "1e20 1/(m^2*s)", 1e20),
    ("NucleationRate", "1e20 1/m2/s", 1e20),
    ("NucleationRate", "1e20 m^-2 s^-1", 1e20),
    ("ArealResistance", "5 ohm*cm^2", 5e-4),
    ("ArealResistance", "5 Ω·cm²", 5e-4),
    ("ArealResistance", "5 Ωcm²", 5e-4),
    ("ArealResistance", "5 \u2126 cm2", 5e-4),
    ("SurfaceDiffusivity", "2 m3/s", 2.0),
    ("Diffusivity", "3 um2/s", 3e-12),
    ("Diffusivity", "3 (um)^2/s", 3e-12),
    ("WallMobility", "2 m^4/(J s)", 2.0),
    ("MolarEnergy", "5 kJ mol-1", 5000.0),
    ("MolarVolume", "12.97 cm^3/mol", 12.97e-6),
    ("Time", "2 h", 7200.0),
    ("Time", "2 hours", 7200.0),
    ("Time", "1 min", 60.0),
]


@pytest.mark.parametrize(("kind", "text", "si"), SPELLINGS)
def test_parse(kind: str, text: str, si: float) -> None:
    assert UNITS[kind].parse(text) == si


REFUSED = [
    ("Length", 30, "a unit is needed"),
    ("Length", True, "quoted number"),
    ("Length", None, "quoted number"),
    ("Length", "30", "a unit is needed"),
    ("Length", " ", "empty"),
    ("Length", "um", "no number at the beginning"),
    ("Length", "1,5 um", "write 1.5, not 1,5"),
    ("Length", "30,1 um", "write 30.1, not 30,1"),
    ("Length", ",1 um", "write 0.1, not ,1"),
    ("ArealResistance", "0,1 ohm*cm^2", "write 0.1, not 0,1"),
    ("CurrentDensity", "1,1 mA/cm^2", "write 1.1, not 1,1"),
    ("Rate", "0,001 1/s", "write 0.001, not 0,001"),
    ("Length", "1,000 um", "write 1000 or 1.000, not 1,000"),
    ("Length", "1 000 um", "write 1000 or 1.000, not 1 000"),
    ("Length", "1\u202f000 um", "write 1000"),
    ("Length", "1_000 um", "write 1000"),
    ("Length", "1'000 um", "write 1000"),
    ("Length", "1.000,5 um", "no separators"),
    ("Length", "1,234.5 um", "no separators"),
    ("Length", "1.234.567 um", "no separators"),
    ("Length", "5 um # text", "unknown unit 'um # text'"),
    ("Length", "5 % m", "unknown unit '% m'"),
    ("Length", "5 um.", "unknown unit"),
    ("Length", "5 \u200bum", "U\\+200B"),
    ("Length", "0x10 um", "a number is written as"),
    ("Length", "1e um", "unknown unit 'e'"),
    ("Length", "1d3 um", "an exponent is written as in 1e-3"),
    ("Length", "1e2.5 um", "an exponent"),
    ("Length", "5 3 um", "a number is written as"),
    ("Length", "5² um", "unknown unit"),
    ("Length", "1×10⁻⁹ m", "a number is written as"),
    ("Length", "５ um", "a number is written as"),
    ("Length", "nan um", "finite"),
    ("Length", "-inf um", "finite"),
    ("Length", "1e400 um", "finite"),
    ("Length", "1e310 Tm", "finite"),
    ("Length", f"1e{'9' * 99} um", "finite"),
    ("Length", "1e-400 um", "too small"),
    ("Length", "1e-310 m", "too small"),
    ("Length", "1" * 300 + " um", "longer than"),
    ("Length", "30 s", "wrong dimension: 's' is second"),
    ("Length", "30 foo", "unknown unit 'foo'"),
    ("Length", "30 Um", "did you mean um"),
    ("Length", "30 m^0", "power not allowed"),
    ("Length", "__import__('os') um", "not a number"),
    ("Length", "1 m**9**9**9", "unknown unit"),
    ("Length", "1 m^999999999", "power not allowed"),
    ("Temperature", "60 C", "write 60 degC"),
    ("Temperature", "60 deg C", "write 60 degC"),
    ("Temperature", "60 J/degC", "degC stands alone"),
    ("MolarEnergy", "5 KJ/mol", "did you mean kJ"),
    ("CurrentDensity", "1 ma/cm^2", "did you mean mA or MA"),
    ("NucleationRate", "1 1/m^2 s", "what is divided by"),
    ("Time", "1 h 30 min", "unknown unit"),
    ("Time", "01:00:00", "unknown unit"),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
def test_refused(kind: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        UNITS[kind].parse(value)


NUMBERS = ("0", "1", "5", "12", "007", "1.5", ".5", "-3", "+2", "1e3", "1000", "")
SEPARATORS = (
    *(
        "",
        ".",
        ",",
        ";",
        ":",
        "'",
        "’",
        "_",
        " ",
        "  ",
        "\t",
        "\u00a0",
        "\u202f",
        "\u2009",
        "·",
        "٫",
    ),
    *("e", "E", "e-", "e+", "d", "D-", "x", "×", "*", "/", "^", "**", "+", "-", "\u2212", "²", "⁻"),
    *(",,", "..", ". ", ", ", " .", " ,", "%", "#", '"', "\u200b", "\ufeff", "(", ")", "m", "um"),
)
DIGITS = ("1", "01", "001", "5", "000", "1000", "25", "")
FACTORS = {" um": "1e-6", "um": "1e-6", " nm": "1e-9", " mm": "1e-3", " m": "1"}
PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def test_a_number_of_any_form_is_exact_or_refused() -> None:
    """Against arithmetic in decimals: what is no plain number as a whole is refused."""
    units = cycle(FACTORS.items())
    texts = list(product(NUMBERS, SEPARATORS, DIGITS))
    assert len(texts) > 4000
    with localcontext() as context:
        context.prec = 60
        for parts, (unit, factor) in zip(texts, units, strict=False):
            text = "".join(parts)
            plain = text.strip().replace("\u2212", "-")
            expected = float(Decimal(plain) * Decimal(factor)) if PLAIN.fullmatch(plain) else None
            assert parsed(text + unit) in (expected, None), text + unit
            if expected is not None and not re.search("[eE][+-]?[0-9]{3}", plain):
                assert parsed(text + unit) == expected, text + unit


def parsed(text: str) -> float | None:
    try:
        return UNITS["Length"].parse(text)
    except ValueError:
        return None


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
