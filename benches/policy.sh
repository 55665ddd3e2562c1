#!/usr/bin/env bash
# The policy bar: 500 ignore entries and a baseline of 2,000 lines beside nothing of the kind, in turn, warm cache.
#
#   benches/policy.sh DIR [REPO] [RUNS]      DIR: a source tree; REPO: a git repository (- for none); RUNS: 9 by default
#
# The baseline is made from what is found in DIR, filled up to 2,000 lines; the ignore entries are of other secrets. A first scan, which is not
# counted, makes the slow digests; its time is printed too, because a machine without a cache pays it.
set -euo pipefail
dir=${1:?usage: benches/policy.sh DIR [REPO] [RUNS]}
repo=${2:--}
runs=${3:-9}
here=$(cd "$(dirname "$0")/.." && pwd)
stanch=${STANCH:-$here/target/release/stanch}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export STANCH_CACHE_DIR="$work/cache"
median() { sort -n | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
timed() { /usr/bin/time -f "%e" -o "$work/t" "$@" >/dev/null 2>&1 || true; tail -n 1 "$work/t"; }
digests() { seq "$1" | while read -r n; do printf '%s' "$2 $n" | sha256sum | cut -c1-32; done; }

# The entries lie beside a configuration of their own, so that DIR stays as it is.
"$stanch" baseline create "$dir" --no-config --no-ignores --baseline "$work/baseline" >"$work/made" 2>&1 || true
cat "$work/made"
known=$(grep -cE '^[0-9a-f]{32}' "$work/baseline")
digests $((2000 > known ? 2000 - known : 0)) baseline | sed 's/$/  generic/' >>"$work/baseline"
salt=$(grep '^salt ' "$work/baseline" || true)
{ echo "stanch-ignore 1"; echo "$salt"; digests 400 ignore | sed 's/$/  github  owner=ada  expires=2099-12-31  # bench/'
  digests 100 slow | sed "s/\$/  generic${salt:+  argon2id:$(echo "$salt" | cut -c6-13)}/"; } | grep . >"$work/ignores"
echo "policy               $(grep -cE '^[0-9a-f]{32}' "$work/ignores") ignore entries, $(grep -cE '^[0-9a-f]{32}' "$work/baseline") baseline lines ($known of them found in the tree)"

# compare NAME PLACE COMMAND…: with the policy and without it.
compare() {
    local name=$1 place=$2; shift 2
    if [ -e "$place/.stanchignore" ]; then echo "$place/.stanchignore is there already" >&2; exit 2; fi
    rm -rf "$STANCH_CACHE_DIR" "$work"/[abr]
    cp "$work/ignores" "$place/.stanchignore"
    local cold; cold=$(timed "$@" --baseline "$work/baseline")
    for _ in $(seq "$runs"); do
        a=$(timed "$@" --baseline "$work/baseline"); b=$(timed "$@" --no-baseline --no-ignores)
        echo "$a" >>"$work/a"; echo "$b" >>"$work/b"
        echo "$a $b" | awk '{printf "%.3f\n", $1/$2}' >>"$work/r"
    done
    rm "$place/.stanchignore"
    echo "$name with a policy   $(median <"$work/a") s ($cold s the first time, when slow digests are made)"
    echo "$name without         $(median <"$work/b") s"
    echo "$name ratio           $(median <"$work/r") (median of $runs pairs)"
}
compare tree "$dir" "$stanch" scan "$dir" --no-config
[ "$repo" = - ] || compare history "$repo" "$stanch" git "$repo" --no-config
