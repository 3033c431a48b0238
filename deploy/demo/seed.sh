#!/bin/sh
# Applies weir.yaml beside this file, publishes a burst of runs and then a few each second, for SEED_SECONDS in all
# (5 minutes without a word; 0: the burst alone). Each start makes runs of its own, so it does no harm to start it again.
set -eu

# run DEPLOYMENT [ARGUMENT...]: one run. Whether it is rejected is not waited for: its state will tell. Where the broker
# is away, the next run may find it.
run() {
    deployment="$1"
    shift
    said="$(weir deployment run "demo/$deployment" --no-check "$@" 2>&1)" || echo "$said"
}

weir apply -f "$(dirname "$0")/weir.yaml"

published=0
for _ in 1 2 3 4 5 6; do
    run load
    run load
    run report
    run flaky
    published=$((published + 4))
done
run broken
run load --timeout 200ms --name "too slow"
published=$((published + 2))
echo "published $published runs at once"

end=$(($(date +%s) + ${SEED_SECONDS:-300}))
turn=0
while [ "$(date +%s)" -lt "$end" ]; do
    turn=$((turn + 1))
    run load
    [ $((turn % 2)) -ne 0 ] || run report
    [ $((turn % 5)) -ne 0 ] || run flaky
    [ $((turn % 30)) -ne 0 ] || run broken
    sleep 1
done
echo "done: weir run ls --pool demo"
