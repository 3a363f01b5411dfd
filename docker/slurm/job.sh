#!/bin/bash
# One run on many processes.
#
#   sbatch --ntasks=16 --time=12:00:00 docker/slurm/job.sh scenarios/lithium_strip.toml runs/strip
#
# Lithovoid ends by itself before the time limit, with a checkpoint and code 3; requeue.sh goes on
# from there without you.
#
# LAUNCH starts the processes (default: srun --mpi=pmi2; where Slurm has no pmi2: mpirun);
# PROGRAM is what they run (default: lithovoid; the image: apptainer exec lithovoid.sif lithovoid).

#SBATCH --job-name=lithovoid
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --output=%x-%j.log

set -eu
case=${1:?usage: sbatch job.sh SCENARIO DIRECTORY}
directory=${2:?usage: sbatch job.sh SCENARIO DIRECTORY}
launch=${LAUNCH:-srun --mpi=pmi2}
program=${PROGRAM:-lithovoid}

# When the job must end, for Lithovoid; older Slurms do not say.
end=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e) || end=
SLURM_JOB_END_TIME=${SLURM_JOB_END_TIME:-$(date --date="${end:-unknown}" +%s 2>/dev/null)} || true
export SLURM_JOB_END_TIME

# Compiled forms: one folder for the processes of all jobs, on a file system that all nodes see.
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$PWD/.cache} OMP_NUM_THREADS=1

timeout 300 $launch $program info --selftest # a cluster that hangs says so now
$program compile "$case"                     # one process, before many want the forms
$launch $program run "$case" --out "$directory"
$program report "$directory"
