"""The names of units that quantities may have, and what pint calls them."""

import difflib

PREFIXES = {
    "f": "femto",
    "p": "pico",
    "n": "nano",
    "u": "micro",
    "m": "milli",
    "c": "centi",
    "d": "deci",
    "k": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
}
PREFIXED = {
    "m": "meter",
    "s": "second",
    "A": "ampere",
    "V": "volt",
    "C": "coulomb",
    "J": "joule",
    "K": "kelvin",
    "mol": "mole",
    "S": "siemens",
    "ohm": "ohm",
    "Ohm": "ohm",
    "N": "newton",
    "Pa": "pascal",
    "W": "watt",
    "Hz": "hertz",
    "F": "farad",
    "g": "gram",
    "eV": "electron_volt",
    "L": "liter",
    "l": "liter",
}
"""Symbols that take prefixes."""
PLAIN = {
    "min": "minute",
    "h": "hour",
    "d": "day",
    "degC": "degree_Celsius",
    "celsius": "degree_Celsius",
    "angstrom": "angstrom",
    "bar": "bar",
    "micron": "micrometer",
    "microns": "micrometer",
}
"""Symbols and words that take none."""
WORDS = {
    **{word: word for word in PREFIXED.values() if "_" not in word},
    "metre": "meter",
    "litre": "liter",
}
"""Words that take prefixes in words: micrometer."""
PERIODS = ("minute", "hour", "day", "week")
CHARGES = {"Ah": ("ampere", "hour"), "Wh": ("watt", "hour")}
"""Symbols of two units, written together; the first takes the prefix."""


def _all_units() -> dict[str, dict[str, int]]:
    units = {name: {full: 1} for name, full in PLAIN.items()}
    units |= {name: {full: 1} for full in PERIODS for name in (full, f"{full}s")}
    for short, long in {"": "", **PREFIXES}.items():
        units |= {f"{short}{symbol}": {f"{long}{full}": 1} for symbol, full in PREFIXED.items()}
        units |= {f"{short}{name}": {f"{long}{a}": 1, b: 1} for name, (a, b) in CHARGES.items()}
        for word, full in WORDS.items():
            plural = word if word.endswith(("s", "z")) else f"{word}s"
            units |= {f"{long}{name}": {f"{long}{full}": 1} for name in (word, plural)}
    return units


UNITS = _all_units()
"""Name -> factors by pint's names, and their powers."""


def nearest(name: str) -> list[str]:
    """Return the known names that `name` may stand for, the likeliest first."""
    other_case = [known for known in UNITS if known.casefold() == name.casefold()]
    return other_case or difflib.get_close_matches(name, UNITS, n=2, cutoff=0.7)
