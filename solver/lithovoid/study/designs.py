"""Samples of several scenario keys at once."""

from typing import Any

import numpy as np
import numpy.typing as npt

from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.problems import problem
from lithovoid.study.keys import column
from lithovoid.study.schema import Design, Parameter

Floats = npt.NDArray[np.float64]


def draw(design: Design) -> list[dict[str, Any]]:
    """Return one dictionary of scenario values per sample, in the order of the design.

    Raises ConfigurationError where bounds are no numbers of their key.
    """
    keys = [parameter.key for parameter in design.parameters]
    if len(set(keys)) < len(keys):
        raise ConfigurationError(problem("design.parameters", "a key is given twice", keys))
    bounds = [_bounds(parameter) for parameter in design.parameters]
    scaled = []
    for unit_values, (low, high), parameter in zip(
        unit_samples(design).T, bounds, design.parameters, strict=True
    ):
        if parameter.scale == "log":
            scaled.append(np.exp(np.log(low) + unit_values * (np.log(high) - np.log(low))))
        else:
            scaled.append(low + unit_values * (high - low))
    columns = [column(key) for key in keys]
    return [
        {c.key: c.text(float(f"{x:.9g}")) for c, x in zip(columns, row, strict=True)}
        for row in np.column_stack(scaled)
    ]


def unit_samples(design: Design) -> Floats:
    """Return the samples in the unit cube, (runs, parameters)."""
    from scipy.stats import qmc  # noqa: PLC0415 - a second, which only designs should take

    dimension = len(design.parameters)
    if design.method == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(dimension, rng=design.seed).random(design.samples))
    if design.method == "sobol":
        return np.asarray(qmc.Sobol(dimension, rng=design.seed).random(design.samples))
    return saltelli(qmc.Sobol(2 * dimension, rng=design.seed).random(design.samples))


def saltelli(pairs: Floats) -> Floats:
    """Arrange points (n, 2 d) for first and total Sobol indices: (n (d + 2), d).

    For each point: a, then a with its k-th coordinate from b for each k, then b (A. Saltelli et
    al., Comput. Phys. Commun. 181, 259 (2010)); the order that SALib.analyze.sobol expects.
    """
    d = pairs.shape[1] // 2
    rows = []
    for a, b in zip(pairs[:, :d], pairs[:, d:], strict=True):
        mixed = np.where(np.eye(d, dtype=bool), b, a)
        rows += [a, *mixed, b]
    return np.asarray(rows)


def _bounds(parameter: Parameter) -> tuple[float, float]:
    """Return low and high in the unit that the key is shown in."""
    numbers = []
    for name in ("low", "high"):
        given = getattr(parameter, name)
        try:
            numbers.append(_bound(parameter.key, given))
        except ValueError as error:
            key = f"design.parameters: {parameter.key}: {name}"
            raise ConfigurationError(problem(key, str(error), given)) from None
    low, high = numbers
    if not low < high or (parameter.scale == "log" and low <= 0):
        allowed = "low < high" + (", low > 0 with scale = log" if parameter.scale == "log" else "")
        key = f"design.parameters: {parameter.key}"
        raise ConfigurationError(problem(key, "empty range", [low, high], allowed))
    return low, high


def _bound(key: str, given: float | str) -> float:
    number = column(key).number(given)
    if isinstance(number, str):
        raise ValueError("a number without quotes is needed")
    return float(number)
