"""Numbers as text, read exactly, and what is wrong with a text that is none.

Signs of the printed page are read as what they mean, here and in units: µ, Ω, °C, ², ⁻¹, · and the
minus sign.
"""

import re
import sys
from fractions import Fraction

LONGEST = 200
"""Characters of a number, or of a quantity."""
LARGEST_EXPONENT = 400
"""Beyond it no number is finite, or not zero, whatever the unit."""

_PRINTED = str.maketrans(
    {
        "\u00b5": "u",  # micro sign
        "\u03bc": "u",  # small mu
        "\u2126": "ohm",  # ohm sign
        "\u03a9": "ohm",  # capital omega
        "\u212b": "angstrom",
        "\u00c5": "angstrom",
        "\u212a": "K",  # kelvin sign
        "\u2103": "degC",
        "\u2212": "-",  # minus sign
        "\u00b7": "*",  # middle dot
        "\u22c5": "*",  # dot operator
        "\u00a0": " ",  # no-break spaces, as word processors put them before units
        "\u202f": " ",
        "\u2009": " ",
    }
)
_DEGREES = re.compile(r"\u00b0\s*C\b")
_OHM_BEFORE = re.compile(r"[\u2126\u03a9](?=[A-Za-z])")
_RAISED = re.compile(r"([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_LOWERED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")

NUMBER = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]+))?")
_DIGITS = re.compile(r"[+-]?[0-9.,](?:[0-9.,'’_]| (?=[0-9]{3}))*")
_COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+)")
_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}[,.'’_ ][0-9]{3}")
_SEPARATOR = re.compile(r"[,.'’_ ]")
_WRONG = (
    (re.compile(r"[+-]?(?:nan|inf)", re.IGNORECASE), "not a number: it must be finite"),
    (re.compile(r"[+-]?[0-9.]+[eEdD]"), "not a number: an exponent is written as in 1e-3"),
    (re.compile(r"[A-Za-z(/]"), "no number at the beginning"),
)


def read_number(text: str) -> Fraction:
    """Return the number `text` exactly; raise ValueError with what is wrong."""
    plain = on_keyboard(text)
    match = NUMBER.fullmatch(plain) if len(plain) <= LONGEST else None
    if match is None:
        raise ValueError(what_is_wrong(plain[:LONGEST]))
    digits, exponent = match.group(1), match.group(2) or "0"
    if len(exponent) > len(str(LARGEST_EXPONENT)) + 1 or abs(int(exponent)) > LARGEST_EXPONENT:
        size = "small" if exponent.startswith("-") else "large"
        raise ValueError(f"too {size}: numbers must be finite, with exponents up to 300")
    return Fraction(digits) * Fraction(10) ** int(exponent)


def as_float(value: Fraction) -> float:
    """Return the float nearest to `value`; raise ValueError where there is none but inf or 0."""
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("too large: must be finite") from None
    if value and abs(number) < sys.float_info.min:  # no longer of 53 bits
        raise ValueError("too small to be told from zero")
    return number


def on_keyboard(text: str) -> str:
    """Return `text` with printed signs as those of a keyboard."""
    text = _OHM_BEFORE.sub("ohm*", _DEGREES.sub("degC", text)).translate(_PRINTED)
    return _RAISED.sub(lambda m: "^" + m.group().translate(_LOWERED), text).strip()


def what_is_wrong(text: str) -> str:
    """Say what is wrong with the number at the beginning of `text`."""
    if separated := _separated(text):
        return separated
    for form, words in _WRONG:
        if form.match(text):
            return words
    return "not a number: a number is written as 5, 0.1 or 1e-3"


def _separated(text: str) -> str:
    """Say how the number at the beginning of `text` is written without its separators."""
    match = _DIGITS.match(text)
    digits = match.group() if match else ""
    if _GROUP.fullmatch(digits):
        parts = _SEPARATOR.split(digits)
        whole, fraction = "".join(parts), ".".join(parts)
        return f"no separators in numbers: write {whole} or {fraction}, not {digits}"
    if comma := _COMMA.fullmatch(digits):
        return f"numbers have a decimal point: write {comma[1] or 0}.{comma[2]}, not {digits}"
    if re.search(r"[0-9][,.'’_ ]+[0-9]", digits) and not NUMBER.fullmatch(digits):
        return f"numbers have a decimal point and no separators, as 1234.5: not {digits}"
    return ""
