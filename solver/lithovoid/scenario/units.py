"""Quantities with units at the boundary, SI floats inside.

A scenario says ``width = "30 um"``; the schema field holds ``3e-05`` (metres) and remembers the
unit in which people like to read it back. The text is read by `quantity`, pint converts, in exact
fractions: the float is the one nearest to what was written.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

import pint
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import core_schema

from lithovoid.scenario.number import as_float
from lithovoid.scenario.quantity import read_quantity, read_unit
from lithovoid.scenario.unit_definitions import exact_registry

registry = exact_registry()

_CELSIUS = re.compile(r"\s*([0-9.+-]+)\s*(?:c|deg\.? c|degrees? ?c(?:elsius)?)\s*", re.IGNORECASE)
"""What people write for degC; C alone is coulomb."""


@dataclass(frozen=True)
class Unit:
    """The SI unit that a field holds, and the unit in which it is written back to people."""

    si: str
    shown: str

    def __post_init__(self) -> None:
        read_unit(self.shown)  # a ValueError where what is shown could not be read back

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Parse before, and show after, whatever pydantic does with the float itself."""
        return core_schema.no_info_before_validator_function(
            self.parse,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(self.show),
        )

    def parse(self, value: Any) -> float:
        """Return `value` (``"30 um"``) in SI units; raise ValueError with what is allowed."""
        example = f'a quoted number with a unit such as "1 {self.shown}"'
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise ValueError(f"a unit is needed: write {example}")
        if not isinstance(value, str):
            raise ValueError(f"not a quantity: write {example}")
        if self.si == "K" and (celsius := _CELSIUS.fullmatch(value)):
            raise ValueError(f"degrees Celsius are degC: write {celsius[1]} degC")
        quantity = read_quantity(value)
        if not quantity.text:
            raise ValueError(f"a unit is needed: write {example}")
        return as_float(self.scale(quantity.text)(quantity.number))

    def scale(self, text: str) -> Callable[[Fraction], Fraction]:
        """Return what turns numbers with the unit `text` into numbers in the SI unit.

        Raises ValueError where `text` is no unit of the same dimension.
        """
        unit = registry.Unit(registry.UnitsContainer(dict(read_unit(text))))
        try:
            zero, one = (registry.Quantity(Fraction(x), unit).to(self.si).magnitude for x in (0, 1))
        except pint.DimensionalityError:
            raise ValueError(
                f"wrong dimension: '{text}' is {unit}, not of the kind of {self.shown}"
            ) from None
        return lambda number: zero + (one - zero) * number

    def in_shown(self, value: float) -> Fraction | float:
        """Return the SI `value` in the unit for people, exactly."""
        exact = Fraction(value) if math.isfinite(value) else value
        shown: Fraction | float = registry.Quantity(exact, self.si).to(self.shown).magnitude
        return shown

    def show(self, value: float) -> str:
        """Return the SI `value` as short text that `parse` reads back exactly.

        17 digits tell all floats apart.
        """
        shown = self.in_shown(value)
        texts = (f"{shown:.{digits}g} {self.shown}" for digits in (12, 15, 16))
        exact = (text for text in texts if self.parse(text) == value)
        return next(exact, f"{shown:.17g} {self.shown}")


def show(kind: Any, value: float) -> str:
    """Return the SI `value` of a `kind` such as `Length` as text for people, 4 digits."""
    unit = next(part for part in kind.__metadata__ if isinstance(part, Unit))
    return f"{unit.in_shown(value):.4g} {unit.shown}"


Positive = Field(gt=0)
NotNegative = Field(ge=0)

Length = Annotated[float, Positive, Unit("m", "um")]
Position = Annotated[float, Unit("m", "um")]
Time = Annotated[float, Positive, Unit("s", "s")]
Temperature = Annotated[float, Positive, Unit("K", "K")]
CurrentDensity = Annotated[float, Positive, Unit("A/m^2", "mA/cm^2")]
ArealCapacity = Annotated[float, Positive, Unit("C/m^2", "mAh/cm^2")]
Potential = Annotated[float, Unit("V", "V")]
PositivePotential = Annotated[float, Positive, Unit("V", "V")]
Diffusivity = Annotated[float, Positive, Unit("m^2/s", "m^2/s")]
Rate = Annotated[float, NotNegative, Unit("1/s", "1/s")]
SurfaceDiffusivity = Annotated[float, NotNegative, Unit("m^3/s", "m^3/s")]
MolarEnergy = Annotated[float, NotNegative, Unit("J/mol", "kJ/mol")]
MolarVolume = Annotated[float, Positive, Unit("m^3/mol", "cm^3/mol")]
SurfaceEnergy = Annotated[float, Positive, Unit("J/m^2", "J/m^2")]
Conductivity = Annotated[float, Positive, Unit("S/m", "S/m")]
ArealResistance = Annotated[float, NotNegative, Unit("ohm*m^2", "ohm*cm^2")]
WallMobility = Annotated[float, Positive, Unit("m^4/(J*s)", "m^4/(J*s)")]
NucleationRate = Annotated[float, Positive, Unit("1/(m^2*s)", "1/(m^2*s)")]
AreaDensity = Annotated[float, Positive, Unit("1/m^2", "1/m^2")]
