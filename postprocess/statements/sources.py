"""The studies that the page is made of, by the names of their files in `scenarios/studies`."""

from pathlib import Path

from lithovoid.machine.errors import ConfigurationError
from lithovoid.postprocess.study import StudyResults, is_study

MAP = "interdependence"
RESTS = "strip_rest_strip"
WIDE = "wide_cells"
CONVERGENCE = "convergence"
LAYERS = "depletion_mesh"
ANCHOR = "krauskopf"
REDUCED, UNCERTAIN = "reduced_interdependence", "reduced_map"
SENSITIVITY = "sensitivity"
QUICK = "interdependence_quick"


class Sources:
    """Study directories below one folder; all but that of the map may be missing.

    Raises ConfigurationError where the folder has no study of the map with a finished run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        found = self.get(MAP)
        if found is None:
            raise ConfigurationError(
                f"'{folder}' has no study directory '{MAP}' with finished runs; do "
                f"`lithovoid study run scenarios/studies/{MAP}.toml` first"
            )
        self.map: StudyResults = found

    def get(self, name: str) -> StudyResults | None:
        """Return the study `name`; None where it has no finished run."""
        directory = self._folder / name
        if not is_study(directory):
            return None
        results = StudyResults(directory)
        return None if results.finished.empty else results

    def present(self) -> list[tuple[str, StudyResults]]:
        """Return name and results of all studies that are there, in the order of the page."""
        names = (
            *(MAP, WIDE, RESTS, REDUCED, UNCERTAIN),
            *(SENSITIVITY, ANCHOR, LAYERS, CONVERGENCE, QUICK),
        )
        found = ((name, self.get(name)) for name in names)
        return [(name, results) for name, results in found if results is not None]
