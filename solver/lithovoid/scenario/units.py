"""Quantities with units at the boundary, SI floats inside.

A scenario says ``width = "30 um"``; the schema field holds ``3e-05`` (metres) and remembers the
unit in which people like to read it back. Pint does the conversion; the number itself is parsed
by ``float`` alone, so that nothing in a scenario file is ever evaluated.
"""

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

import pint
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import core_schema

registry: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)

_QUANTITY = re.compile(
    r"\s*(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>[^0-9].*?)\s*"
)
_POWER = re.compile(r"(?:\^|\*\*)\s*[+-]?[0-9]{1,2}(?![0-9.eE]|\s*\^|\s*\*\*)")


@dataclass(frozen=True)
class Unit:
    """The SI unit that a field holds, and the unit in which it is written back to people."""

    si: str
    shown: str

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
        if isinstance(value, int | float):
            raise ValueError(f"a unit is needed: write {example}")
        if not isinstance(value, str):
            raise ValueError(f"write {example}")
        match = _QUANTITY.fullmatch(value)
        if match is None:
            raise ValueError(f"not a quantity: write {example}")
        number, unit = match.group("number", "unit")
        try:
            converted = registry.Quantity(float(number), _unit(unit)).to(self.si).magnitude
        except pint.DimensionalityError:
            raise ValueError(
                f"wrong dimension: '{unit}' cannot be converted to {self.si}"
            ) from None
        except Exception:  # pint raises many kinds for text that is no unit
            raise ValueError(f"unknown unit '{unit}': write {example}") from None
        if not math.isfinite(converted):
            raise ValueError("must be finite")
        return float(f"{converted:.15g}")  # without the last bits' noise of the conversion

    def show(self, value: float) -> str:
        """Return the SI `value`, of 15 digits, as short text that `parse` reads back exactly.

        The shown unit is used unless rounding of the conversion makes that impossible.
        """
        shown = registry.Quantity(value, self.si).to(self.shown).magnitude
        texts = (f"{shown:.{digits}g} {self.shown}" for digits in (12, 15, 16, 17))
        exact = (text for text in texts if self._reads_back(text, value))
        return next(exact, f"{value!r} {self.si}")

    def _reads_back(self, text: str, value: float) -> bool:
        try:
            return self.parse(text) == value
        except ValueError:  # the conversion overflowed
            return False


def _unit(text: str) -> pint.Unit:
    """Return the unit `text`; powers of powers are refused, since pint would compute them."""
    if "^" in (rest := _POWER.sub("", text)) or "**" in rest:
        raise ValueError(f"power not allowed in '{text}'")
    return registry.Unit(text)


def show(kind: Any, value: float) -> str:
    """Return the SI `value` of a `kind` such as `Length` as text for people, 4 digits."""
    unit = next(part for part in kind.__metadata__ if isinstance(part, Unit))
    return f"{registry.Quantity(value, unit.si).to(unit.shown).magnitude:.4g} {unit.shown}"


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
