"""What the model is expected to say about stripping, tested on the runs of a study.

    python -m lithovoid.postprocess.statements STUDIES [--remarks FILE] --out DIR

reads the studies of `scenarios/studies` from the folder STUDIES and writes a page with the numbers
and a verdict per statement. T1 to T15 are qualitative findings of experiments and of the literature
on voids in lithium anodes; they are compared as medians over replicates with the same seeds.
"""
