"""A script that runs a study as a Slurm array, one task per run."""

import shlex
from pathlib import Path

from lithovoid.study.expand import Case
from lithovoid.study.schema import Study


def batch_script(study: Study, directory: Path, cases: list[Case]) -> str:
    """Return a script for ``sbatch``: a task leaves a finished run alone, and continues others."""
    options = [
        f"--job-name=lithovoid-{directory.name}",
        f"--array=1-{len(cases)}",
        f"--ntasks={study.ranks}",
        f"--time={study.slurm.time}",
        f"--mem={study.slurm.memory}",
        "--output=logs/%A_%a.txt",
        *([f"--partition={study.slurm.partition}"] if study.slurm.partition else []),
    ]
    lines = [
        "#!/bin/bash",
        *(f"#SBATCH {option}" for option in options),
        "",
        "# Submit from the study directory: cd STUDY && sbatch submit.sbatch",
        "# Afterwards, `lithovoid study status STUDY` collects the results.",
        "set -euo pipefail",
        "export OMP_NUM_THREADS=1",
        *study.slurm.setup,
        "",
        "names=(",
        *(f"  {shlex.quote(case.name)}" for case in cases),
        ")",
        'name="${names[$((SLURM_ARRAY_TASK_ID - 1))]}"',
        'if grep -qsE \'"status": "(finished|stopped)"\' "runs/$name/run.json"; then exit 0; fi',
        'if [ -e "runs/$name/run.json" ]; then where=--restart; else where=--out; fi',
        'if [ $where = --out ]; then rm -rf "runs/${name:?}"; fi',
        f"srun --mpi=pmi2 --ntasks={study.ranks} "
        'lithovoid run "cases/$name.toml" $where "runs/$name"',
    ]
    return "\n".join(lines) + "\n"
