"""Runs inside pvpython: show a run with the macro, and print what ParaView sees of it."""

import json
import runpy
import sys

from paraview import servermanager

macro, run, picture = sys.argv[1:]
shown = runpy.run_path(macro)
sources = shown["show_run"](run)
shown["save_picture"](picture)


def seen(source):
    """Return cells and ranges of the point arrays of a source, at the time shown."""
    source.UpdatePipeline(times[-1])
    found = servermanager.Fetch(source)
    arrays = found.GetPointData()
    names = [arrays.GetArrayName(index) for index in range(arrays.GetNumberOfArrays())]
    ranges = {name: arrays.GetArray(name).GetRange() for name in names}
    return {"cells": found.GetNumberOfCells(), "ranges": ranges}


times = list(sources["anode"].TimestepValues)
text = servermanager.Fetch(sources["time"]).GetRowData().GetAbstractArray(0).GetValue(0)
names = ("anode", "interface", "metal", "voids")
print("FOUND", json.dumps({"times": times, "text": text} | {n: seen(sources[n]) for n in names}))
