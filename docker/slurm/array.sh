#!/bin/bash
# Many runs of one scenario, one array task each: replicates with seeds 1, 2, 3, ...
#
#   sbatch --array=1-20 docker/slurm/array.sh scenarios/lithium_strip.toml runs/seeds
#
# Grids and samples over any key are studies: `lithovoid study` writes a script of this kind with
# the list of its runs (submit.sbatch in the study directory). The tasks share one cache of compiled
# forms: the first to come compiles, the others find its work. A task that is started again goes on
# where it was. LAUNCH and PROGRAM: see job.sh.

#SBATCH --job-name=lithovoid-seeds
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --signal=USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log

set -u
case=${1:?usage: sbatch --array=1-N array.sh SCENARIO DIRECTORY}
seed=${SLURM_ARRAY_TASK_ID:?usage: sbatch --array=1-N array.sh SCENARIO DIRECTORY}
directory=${2:?usage: sbatch --array=1-N array.sh SCENARIO DIRECTORY}/seed-$seed
launch=${LAUNCH:-srun --mpi=pmi2}
program=${PROGRAM:-lithovoid}
interrupted=3

# When the job must end, for Lithovoid; older Slurms do not say.
end=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e) || end=
SLURM_JOB_END_TIME=${SLURM_JOB_END_TIME:-$(date --date="${end:-unknown}" +%s 2>/dev/null)} || true
export SLURM_JOB_END_TIME
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$PWD/.cache} OMP_NUM_THREADS=1

mkdir -p "$(dirname "$directory")" "$XDG_CACHE_HOME"
flock "$XDG_CACHE_HOME/compile.lock" $program compile "$case" || exit
if [ -e "$directory" ]; then where=--restart; else where=--out; fi
$launch $program run "$case" $where "$directory" --set "nucleation.seed=$seed"
code=$?
if [ $code -eq $interrupted ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "${MAX_RESTARTS:-100}" ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
