"""ParaView macro: show a run of Lithovoid, with one click.

Metal coloured by its lithium fraction, voids outlined, current density at the interface, time in
hours. Once: Macros > Import New Macro..., choose this file. Then open any field file of a run (for
example fields/anode.pvd) and click on the macro. Without an open file it takes the folder in the
environment variable LITHOVOID_RUN. In a script or without a window:

    pvpython lithovoid_run.py RUN_DIRECTORY [PICTURE.png]

For ParaView 5.9 and newer, .pvd files; ADIOS2 (.bp) needs 5.12 or newer.
"""

from __future__ import annotations  # ParaView 5.9 has Python 3.9

import os
import sys
from pathlib import Path
from typing import Any

import paraview
from paraview import simple

HOUR = 3600.0
PICTURE_SIZE = [1400, 800]
REGIONS = ("anode", "electrolyte", "interface")
GREY, WHITE, BLACK = (0.77, 0.77, 0.77), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)


def fields_folder(start: str | Path) -> Path:
    """Return the folder with the field files of the run that `start`, a file or folder, is in."""
    start = Path(start).resolve()
    for folder in (start, start / "fields", *start.parents):
        if region_file(folder, "anode") is not None:
            return folder
    raise SystemExit(f"{start} has no field files: choose a run directory of Lithovoid")


def region_file(folder: Path, region: str) -> Path | None:
    """Return the file of `region`: .pvd, or the .bp that was begun last; None if there is none."""
    series = folder / f"{region}.pvd"
    if series.is_file():
        return series
    parts = sorted(folder.glob(f"{region}*.bp"), key=lambda path: path.stat().st_mtime)
    return parts[-1] if parts else None


def chosen_run() -> str:
    """Return what the user means: an argument, the active source, or LITHOVOID_RUN."""
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():  # ParaView's own options are there, too
        return sys.argv[1]
    active = simple.GetActiveSource()
    while active is not None:
        name = getattr(active, "FileName", None) or getattr(active, "FileNames", None)
        if name:
            return str(name if isinstance(name, str) else name[0])
        active = getattr(active, "Input", None)
    if "LITHOVOID_RUN" in os.environ:
        return os.environ["LITHOVOID_RUN"]
    raise SystemExit("open a field file of a run first (fields/anode.pvd), or set LITHOVOID_RUN")


def read(folder: Path, region: str) -> Any:
    """Return a reader of `region`, with all its arrays and times."""
    path = region_file(folder, region)
    if path is None:
        raise SystemExit(f"{folder} has no file for {region}")
    # the automatic choice for .bp is a reader of images
    reader = simple.PVDReader if path.suffix == ".pvd" else simple.ADIOS2VTXReader
    source = reader(registrationName=region, FileName=str(path))
    source.UpdatePipeline()
    return source


def show_run(start: str | Path) -> dict[str, Any]:
    """Build the pipeline for the run of `start` in the active view; return the sources by name."""
    folder = fields_folder(start)
    sources = {region: read(folder, region) for region in REGIONS}
    view = simple.GetActiveViewOrCreate("RenderView")
    scene = simple.GetAnimationScene()
    scene.UpdateAnimationUsingDataTimeSteps()
    scene.GoToLast()
    simple.Hide(sources["anode"], view)
    sources["metal"] = _show_metal(sources["anode"], view)
    sources["voids"] = _show_voids(sources["anode"], view)
    _show_electrolyte(sources["electrolyte"], view)
    _show_current(sources["interface"], view)
    sources["time"] = _show_time(sources["anode"], view)
    _look(view, sources["anode"])
    return sources


def save_picture(path: str | Path) -> None:
    """Write the active view to the file `path`."""
    view = simple.GetActiveView()
    view.ViewSize = PICTURE_SIZE
    simple.ResetCamera(view)
    simple.SaveScreenshot(str(path), view, ImageResolution=PICTURE_SIZE)


def _show_metal(anode: Any, view: Any) -> Any:
    """Draw the anode where it is metal, the phase field below 0.5."""
    metal = simple.Clip(registrationName="metal", Input=anode, ClipType="Scalar")
    metal.Scalars, metal.Value, metal.Invert = ["POINTS", "void"], 0.5, 1
    display = simple.Show(metal, view)
    display.Opacity = 1.0 if _is_flat(anode) else 0.35  # voids are inside
    _colour(display, view, "lithium_fraction", "lithium fraction", "Viridis (matplotlib)", 0.88)
    return metal


def _show_voids(anode: Any, view: Any) -> Any:
    """Draw the surface of the voids, a line in two dimensions."""
    voids = simple.Contour(registrationName="void surface", Input=anode)
    voids.ContourBy, voids.Isosurfaces = ["POINTS", "void"], [0.5]
    display = simple.Show(voids, view)
    display.ColorArrayName = [None, ""]
    display.LineWidth = 2.0
    display.AmbientColor = display.DiffuseColor = BLACK if _is_flat(anode) else WHITE
    return voids


def _show_electrolyte(electrolyte: Any, view: Any) -> None:
    display = simple.Show(electrolyte, view)
    display.ColorArrayName = [None, ""]
    display.AmbientColor = display.DiffuseColor = GREY
    display.Opacity = 1.0 if _is_flat(electrolyte) else 0.35


def _show_current(interface: Any, view: Any) -> None:
    display = simple.Show(interface, view)
    display.LineWidth = 8.0
    display.RenderLinesAsTubes = 1  # plain wide lines have gaps where they are joined
    display.Ambient, display.Diffuse, display.Specular = 1.0, 0.0, 0.0  # without shade
    title = "current density [A/m^2]"
    _colour(display, view, "current_density", title, "Black-Body Radiation", 0.03)


def _show_time(anode: Any, view: Any) -> Any:
    """Write the time in the upper left corner."""
    annotation = simple.AnnotateTimeFilter(registrationName="time", Input=anode)
    annotation.Scale = 1 / HOUR
    new = paraview.servermanager.vtkSMProxyManager
    version = (new.GetVersionMajor(), new.GetVersionMinor())
    annotation.Format = "{time:.2f} h" if version >= (5, 10) else "%.2f h"
    display = simple.Show(annotation, view)
    display.FontSize, display.Color = 18, BLACK
    return annotation


def _colour(display: Any, view: Any, array: str, title: str, preset: str, left: float) -> None:
    """Colour by `array`, on one scale for all times, with a scale bar at `left` (0 to 1)."""
    simple.ColorBy(display, ("POINTS", array))
    display.RescaleTransferFunctionToDataRangeOverTime()
    colours = simple.GetColorTransferFunction(array)
    colours.ApplyPreset(preset, True)
    display.SetScalarBarVisibility(view, True)
    bar = simple.GetScalarBar(colours, view)
    bar.Title, bar.ComponentTitle = title, ""
    bar.TitleColor = bar.LabelColor = BLACK
    bar.WindowLocation, bar.Position = "Any Location", [left, 0.3]


def _look(view: Any, anode: Any) -> None:
    """Look at a slice from the front, at a body from an angle."""
    view.UseColorPaletteForBackground = 0
    view.Background = WHITE
    view.OrientationAxesVisibility = 0 if _is_flat(anode) else 1
    view.CameraParallelProjection = 1 if _is_flat(anode) else 0
    simple.ResetCamera(view)
    if not _is_flat(anode):
        camera = simple.GetActiveCamera()
        camera.Elevation(-65)
        camera.Azimuth(25)
        simple.ResetCamera(view)
    simple.Render(view)


def _is_flat(source: Any) -> bool:
    bounds = source.GetDataInformation().GetBounds()
    return bool(bounds[4] == bounds[5])


if __name__ in ("__main__", "__vtkconsole__"):
    show_run(chosen_run())
    if len(sys.argv) > 2:
        save_picture(sys.argv[2])
