"""The text of a quantity: a number, then a unit, and nothing else.

A whitelist: what is not understood as a whole is refused in words, so that no part of a text is
left out ("0,1 ohm*cm^2" is not 0) and nothing is evaluated. Numbers are exact fractions until the
conversion is done.

    quantity = number unit
    number   = [+-] digits [. digits] [e [+-] digits]
    unit     = [1] / term ..., or terms joined by *, / or, for a product, a space
    term     = name [power] or (unit) [power]
    power    = ^n or **n, or n right after a name (cm2, cm-2), of one digit
"""

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lithovoid.scenario.number import LONGEST, NUMBER, on_keyboard, read_number, what_is_wrong
from lithovoid.scenario.unit_names import UNITS, nearest

Powers = tuple[tuple[str, int], ...]
"""A unit as the names of its factors for pint, and their powers."""

_NO_NUMBER = re.compile(r"[0-9.,'’_×]|[xX]|[eEdD][+-]?(?:[0-9]|$)|\s+(?!1\s*/)[0-9]")
"""What must not follow a number."""
_TOKEN = re.compile(
    r"(?P<space>\s*)(?:(?P<name>[A-Za-z]+)(?P<attached>-?[0-9]+)?|(?P<one>1)(?=\s*/)"
    r"|(?P<power>(?:\^|\*\*)\s*[+-]?[0-9]+)|(?P<sign>[*/()]))"
)


@dataclass(frozen=True)
class Quantity:
    """A number, exact, and the text of its unit, empty where there is none."""

    number: Fraction
    text: str


def read_quantity(text: str) -> Quantity:
    """Return the quantity `text`; raise ValueError with what is wrong."""
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    plain = on_keyboard(text)
    if not plain:
        raise ValueError("empty: a number and a unit are needed")
    match = NUMBER.match(plain)
    rest = plain[match.end() :] if match else plain
    if match is None or _NO_NUMBER.match(rest):
        raise ValueError(what_is_wrong(plain))
    return Quantity(read_number(match.group()), rest.strip())


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Powers:
    """Return the factors of the unit `text`; raise ValueError with what is wrong."""
    return _UnitReader(on_keyboard(text)).read()


class _UnitReader:
    """Reads one unit from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0

    def read(self) -> Powers:
        """Return the factors of the whole text."""
        factors = self._product(closing=False)
        powers = tuple(sorted((name, power) for name, power in factors.items() if power))
        if "degree_Celsius" in factors and powers != (("degree_Celsius", 1),):
            raise ValueError(f"degC stands alone: write K in '{self._text}'")
        return powers

    def _product(self, *, closing: bool) -> Counter[str]:
        """Read terms up to the end, or to the closing bracket."""
        total: Counter[str] = Counter()
        sign, divided, terms = 1, False, 0
        while token := self._next():
            joined = token["space"] and terms
            if token["sign"] == ")" and closing and terms:
                return total
            if token["one"] and not terms:
                terms = 1
                continue
            if token["sign"] in ("*", "/") and (terms or token["sign"] == "/"):
                sign = -1 if token["sign"] == "/" else 1
                divided |= sign == -1
                token = self._next()
            elif terms and not joined:
                raise self._error()
            elif joined and divided:
                raise ValueError(f"what is divided by in '{self._text}'? Write / before each unit")
            else:
                sign = 1
            for name, power in self._term(token).items():
                total[name] += sign * power
            terms += 1
        if closing or not terms:
            raise self._error()
        return total

    def _term(self, token: dict[str, str] | None) -> Counter[str]:
        """Return the factors of a name or a bracket that begins with `token`, with its power."""
        if token and token["name"]:
            factors = Counter(_factors(token["name"], self._text))
            attached = token["attached"]
            if attached:
                return _raised(factors, attached, self._text, attached in ("0", "1"))
        elif token and token["sign"] == "(":
            factors = self._product(closing=True)
        else:
            raise self._error()
        before = self._place
        following = self._next()
        if following and following["power"] and not following["space"]:
            return _raised(factors, following["power"].lstrip("^* "), self._text)
        self._place = before
        return factors

    def _next(self) -> dict[str, str] | None:
        """Return the next token, None at the end."""
        if self._place == len(self._text):
            return None
        match = _TOKEN.match(self._text, self._place)
        if match is None:
            raise self._error()
        self._place = match.end()
        return {name: found or "" for name, found in match.groupdict().items()}

    def _error(self) -> ValueError:
        left = self._text[self._place :].strip()
        odd = next((c for c in left if not (c.isascii() and c.isprintable())), None)
        if odd is not None:
            return ValueError(f"unknown unit '{self._text}': it has the character U+{ord(odd):04X}")
        return ValueError(f"unknown unit '{self._text}'")


def _factors(name: str, text: str) -> dict[str, int]:
    if name in UNITS:
        return UNITS[name]
    meant = nearest(name)
    hint = f": did you mean {' or '.join(meant)}?" if meant else ""
    where = "" if name == text else f" in '{text}'"
    raise ValueError(f"unknown unit '{name}'{where}{hint}")


def _raised(factors: Counter[str], power: str, text: str, refused: bool = False) -> Counter[str]:
    """Return `factors` to a `power` of one digit."""
    exponent = int(power) if len(power) <= 2 else 0
    if refused or not 1 <= abs(exponent) <= 9:
        raise ValueError(f"power not allowed in '{text}': whole numbers from -9 to 9")
    return Counter({name: exponent * each for name, each in factors.items()})
