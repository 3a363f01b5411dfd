"""What the model is expected to say about stripping, tested on the runs of a study.

    python -m lithovoid.postprocess.statements STUDY [--rests STUDY] [--convergence STUDY] --out DIR

writes a page with the numbers and a verdict per statement. T1 to T15 are qualitative findings of
experiments and of the literature on voids in lithium anodes; they are compared as medians over
replicates with the same seeds.
"""
