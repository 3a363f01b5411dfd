#!/bin/bash
# One run on many processes that goes on by itself: when its time is over, when the node is needed
# by others, when the node has died.
#
#   sbatch --ntasks=16 --time=12:00:00 docker/slurm/requeue.sh scenarios/lithium_strip.toml runs/strip
#
# Before the time limit Slurm sends SIGUSR1 to the processes (and Lithovoid knows the limit itself):
# a checkpoint is written, the run ends with code 3, and the job puts itself into the queue again,
# MAX_RESTARTS times at most. After a preemption or the loss of a node Slurm does that. What is there
# is continued from its last checkpoint. LAUNCH and PROGRAM: see job.sh.

#SBATCH --job-name=lithovoid
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --signal=USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%j.log

set -u
case=${1:?usage: sbatch requeue.sh SCENARIO DIRECTORY}
directory=${2:?usage: sbatch requeue.sh SCENARIO DIRECTORY}
launch=${LAUNCH:-srun --mpi=pmi2}
program=${PROGRAM:-lithovoid}
interrupted=3

# When the job must end, for Lithovoid; older Slurms do not say.
end=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e) || end=
SLURM_JOB_END_TIME=${SLURM_JOB_END_TIME:-$(date --date="${end:-unknown}" +%s 2>/dev/null)} || true
export SLURM_JOB_END_TIME
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$PWD/.cache} OMP_NUM_THREADS=1

if [ -e "$directory" ]; then
    $launch $program run "$case" --restart "$directory"
else
    $program compile "$case" && $launch $program run "$case" --out "$directory"
fi
code=$?
if [ $code -eq $interrupted ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "${MAX_RESTARTS:-100}" ]; then
    echo "interrupted: into the queue again"
    scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
