"""Magnesium against depth: a formula in z, or a table in a file.

A formula is arithmetic in `z`, the distance from the interface in micrometres, with the functions
exp, log, sqrt, tanh, abs, min, max and the constant pi; it is read as a syntax tree of which
nothing else is accepted. A file is CSV with two columns, depth (in its unit) and x_mg, and is
interpolated linearly.
"""

import ast
import operator
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.csv_files import read_csv
from lithovoid.scenario.units import Unit

Array = npt.NDArray[np.float64]

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "abs": np.abs,
    "min": lambda *values: reduce(np.minimum, values),
    "max": lambda *values: reduce(np.maximum, values),
}
_ALLOWED = f"numbers, z, pi, + - * / **, {', '.join(_FUNCTIONS)}"
_LONGEST = 500
_COMMA = re.compile(r"(?<![\d.])\d+,\d+(?![\d.])")

_FILES = (".csv", ".tsv", ".txt")
_COLUMNS, _HEADER = ("depth", "x_mg"), "depth [um],x_mg"
_DEPTH = Unit("um", "um")


@dataclass(frozen=True)
class Profile:
    """Magnesium per site at a depth [um]; known up to `deepest` [um]."""

    at: Callable[[Array], Array]
    deepest: float = np.inf

    def __call__(self, depth: npt.ArrayLike) -> Array:
        depth = np.asarray(depth, dtype=float)
        with np.errstate(all="ignore"):  # what is not finite is refused by the checks
            return np.broadcast_to(np.asarray(self.at(depth), dtype=float), depth.shape).copy()


def is_file(text: str) -> bool:
    """Whether a profile is given by a file."""
    return text.casefold().endswith(_FILES)


def read_profile(text: str) -> Profile:
    """Return the profile of a formula or of the CSV file `text`.

    Raises ConfigurationError, without the name of the key, where it cannot be used.
    """
    return _table(Path(text)) if is_file(text) else _formula(text)


def _formula(text: str) -> Profile:
    if len(text) > _LONGEST:
        raise ConfigurationError(f"the formula is longer than {_LONGEST} characters")
    if comma := _COMMA.search(text):
        point, space = comma[0].replace(",", "."), comma[0].replace(",", ", ")
        raise ConfigurationError(
            f"{comma[0]} may be a number or two (given: {text!r}; allowed: {point}, or {space})"
        )
    try:
        with warnings.catch_warnings(action="ignore"):  # such as "2z: invalid decimal literal"
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigurationError(f"not a formula (given: {text!r}; allowed: {_ALLOWED})") from None
    evaluate = _compile(tree, text)
    return Profile(lambda depth: np.asarray(evaluate(depth), dtype=float))


def _compile(node: ast.AST, text: str) -> Callable[[Array], Any]:
    """Turn a node of the syntax tree into a function of z."""
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number):
            constant = np.float64(number)
            return lambda z: constant
        case ast.Name(id="z"):
            return lambda z: z
        case ast.Name(id="pi"):
            return lambda z: np.float64(np.pi)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            sign, inner = _OPERATORS[type(op)], _compile(operand, text)
            return lambda z: sign(inner(z))
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _OPERATORS:
            apply, a, b = _OPERATORS[type(op)], _compile(left, text), _compile(right, text)
            return lambda z: apply(a(z), b(z))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            function, inner_args = _FUNCTIONS[name], [_compile(arg, text) for arg in args]
            if len(args) == 1 or (name in ("min", "max") and args):
                return lambda z: function(*(arg(z) for arg in inner_args))
    part = ast.get_source_segment(text, node) if hasattr(node, "lineno") else text
    raise ConfigurationError(f"'{part}' is not allowed in a formula (allowed: {_ALLOWED})")


def _table(path: Path) -> Profile:
    table = read_csv(path)
    unknown = [name for name in table.columns if name not in _COLUMNS]
    if unknown:
        raise ConfigurationError(f"{path}: unknown column '{unknown[0]}' (allowed: {_HEADER})")
    depth, x_mg = table.quantities("depth", _DEPTH), table.numbers("x_mg")
    if len(table) < 2:
        raise ConfigurationError(f"{path}: two rows at least are needed below '{_HEADER}'")
    if (np.diff(depth) <= 0).any():
        raise ConfigurationError(f"{path}: depths must grow from row to row")
    if depth[0] > 0:
        raise ConfigurationError(
            f"{path} begins at a depth of {depth[0]:g} um; the profile must begin at 0"
        )
    return Profile(lambda z: np.interp(z, depth, x_mg), deepest=depth[-1])
