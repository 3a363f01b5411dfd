"""The units of `unit_names` in pint's language.

Reading pint's own thousand definitions takes longer than all else that starts a run, and its cache
of them is a file that can be damaged. Values are those of the SI (BIPM, 9th edition, 2019).
"""

from fractions import Fraction
from typing import Any

import pint

from lithovoid.scenario.unit_names import PREFIXES as _LONG

_PREFIXES = {
    "f": "1e-15",
    "p": "1e-12",
    "n": "1e-9",
    "u": "1e-6",
    "m": "1e-3",
    "c": "1e-2",
    "d": "1e-1",
    "k": "1e3",
    "M": "1e6",
    "G": "1e9",
    "T": "1e12",
}
_BASE = {
    "meter": "length",
    "second": "time",
    "ampere": "current",
    "gram": "mass",
    "mole": "substance",
}
_DERIVED = {
    "kelvin": "[temperature]; offset: 0",
    "newton": "kilogram * meter / second ** 2",
    "pascal": "newton / meter ** 2",
    "joule": "newton * meter",
    "watt": "joule / second",
    "coulomb": "ampere * second",
    "volt": "joule / coulomb",
    "ohm": "volt / ampere",
    "siemens": "ampere / volt",
    "farad": "coulomb / volt",
    "hertz": "1 / second",
    "electron_volt": "1.602176634e-19 * joule",
    "liter": "decimeter ** 3",
    "angstrom": "1e-10 * meter",
    "bar": "1e5 * pascal",
    "minute": "60 * second",
    "hour": "60 * minute",
    "day": "24 * hour",
    "week": "7 * day",
    "ampere_hour": "ampere * hour",
    "degree_Celsius": "kelvin; offset: 273.15",
}
_SYMBOLS = {
    "meter": "m",
    "second": "s",
    "ampere": "A",
    "ampere_hour": "Ah",
    "gram": "g",
    "kelvin": "K",
    "mole": "mol",
    "joule": "J",
    "volt": "V",
    "coulomb": "C",
    "siemens": "S",
}
"""Of the SI units that fields hold; what people write is read by `unit_names`."""


def exact_registry() -> "pint.UnitRegistry[Any]":
    """Return a registry of these units that converts in exact fractions."""
    exact: Any = Fraction  # pint's types know float and Decimal
    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=exact)
    registry.load_definitions(
        [
            *(f"{_LONG[p]}- = {factor} = {p}-" for p, factor in _PREFIXES.items()),
            *(_line(name, f"[{dimension}]") for name, dimension in _BASE.items()),
            *(_line(name, formula) for name, formula in _DERIVED.items()),
        ]
    )
    return registry


def _line(name: str, formula: str) -> str:
    value, separator, offset = formula.partition(";")
    symbol = f" = {_SYMBOLS[name]}" if name in _SYMBOLS else ""
    return f"{name} = {value}{separator}{offset}{symbol}"
