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
from pydantic import BeforeValidator, Field, PlainSerializer

registry: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)

_QUANTITY = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\D.*?)\s*$")


@dataclass(frozen=True)
class Unit:
    """The SI unit that a field holds, and the unit in which it is written back to people."""

    si: str
    shown: str

    def parse(self, value: Any) -> float:
        """Return `value` (``"30 um"``) in SI units; raise ValueError with what is allowed."""
        example = f'a quoted number with a unit such as "1 {self.shown}"'
        if isinstance(value, int | float):
            raise ValueError(f"a unit is needed: write {example}")
        if not isinstance(value, str):
            raise ValueError(f"write {example}")
        match = _QUANTITY.match(value)
        if match is None:
            raise ValueError(f"not a quantity: write {example}")
        number, unit = match.groups()
        try:
            converted = registry.Quantity(float(number), registry.Unit(unit)).to(self.si).magnitude
        except pint.DimensionalityError:
            raise ValueError(f"wrong dimension: '{unit}' cannot be converted to {self.si}") from None
        except Exception:  # pint raises many kinds for text that is no unit
            raise ValueError(f"unknown unit '{unit}': write {example}") from None
        if not math.isfinite(converted):
            raise ValueError("must be finite")
        return float(converted)

    def show(self, value: float) -> str:
        """Return the SI `value` as text in the shown unit, exact to the last digit that counts."""
        shown = registry.Quantity(value, self.si).to(self.shown).magnitude
        return f"{shown:.12g} {self.shown}"


def _field(si: str, shown: str, **limits: float) -> Any:
    unit = Unit(si, shown)
    return Annotated[
        float,
        Field(**limits),  # type: ignore[arg-type]
        BeforeValidator(unit.parse),
        PlainSerializer(unit.show, when_used="always"),
        unit,
    ]


Length = _field("m", "um", gt=0)
Position = _field("m", "um")
Time = _field("s", "s", gt=0)
Temperature = _field("K", "K", gt=0)
CurrentDensity = _field("A/m^2", "mA/cm^2", gt=0)
ArealCapacity = _field("C/m^2", "mAh/cm^2", gt=0)
Potential = _field("V", "V")
PositivePotential = _field("V", "V", gt=0)
Diffusivity = _field("m^2/s", "m^2/s", gt=0)
SurfaceDiffusivity = _field("m^3/s", "m^3/s", ge=0)
MolarEnergy = _field("J/mol", "kJ/mol", ge=0)
MolarVolume = _field("m^3/mol", "cm^3/mol", gt=0)
SurfaceEnergy = _field("J/m^2", "J/m^2", gt=0)
Conductivity = _field("S/m", "S/m", gt=0)
ArealResistance = _field("ohm*m^2", "ohm*cm^2", ge=0)
AllenCahnMobility = _field("m^3/(J*s)", "m^3/(J*s)", gt=0)
NucleationRate = _field("1/(m^2*s)", "1/(m^2*s)", gt=0)
