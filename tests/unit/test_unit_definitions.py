"""The short list of units against pint's own."""

from fractions import Fraction
from typing import Any

import pint

from lithovoid.scenario.unit_definitions import exact_registry
from lithovoid.scenario.unit_names import UNITS


def test_all_names_that_are_read_are_what_pint_takes_them_for() -> None:
    exact: Any = Fraction
    theirs: Any = pint.UnitRegistry(non_int_type=exact)
    ours: Any = exact_registry()
    for name, factors in UNITS.items():
        expected = theirs.Quantity(Fraction(1), theirs.UnitsContainer(factors)).to_base_units()
        found = ours.Quantity(Fraction(1), ours.UnitsContainer(factors))
        unit = ours.UnitsContainer({str(k): n for k, n in expected.unit_items()})
        assert found.to(unit).magnitude == expected.magnitude, name
