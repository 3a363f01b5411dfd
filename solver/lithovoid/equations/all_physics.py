"""The physics of the package. The order is that of the unknowns in the matrix; a new one is a line
here, and a file beside the others."""

from lithovoid.equations.charge import Charge
from lithovoid.equations.contraction import Contraction
from lithovoid.equations.emptied_sites import EmptiedSites
from lithovoid.equations.magnesium import Magnesium
from lithovoid.equations.physics import Physics
from lithovoid.equations.vacancies import Vacancies
from lithovoid.equations.void import Void

PHYSICS: tuple[type[Physics], ...] = (
    Vacancies,
    Void,
    Charge,
    Magnesium,
    Contraction,
    EmptiedSites,
)
