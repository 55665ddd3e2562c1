#!/usr/bin/env bash
# The history bar: `stanch git REPO` beside `git index-pack --verify --threads=2` of the same packs, in turn, warm cache.
#
#   benches/history.sh REPO...      REPO: a repository with packs, bare or not; RUNS=9 in the environment for more pairs than 5
#
# Prints for each repository the median wall and processor times of both, their ratios pair by pair, and the peak resident memory of stanch.
# The scan is complete: all objects, all rules, with attribution. `index-pack --verify` only reads.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: benches/history.sh REPO..." >&2; exit 2; }
runs=${RUNS:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
stanch=${STANCH:-$here/target/release/stanch}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

median() { sort -n | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
column() { cut -d' ' -f"$2" "$work/$1" | median; }
# Wall seconds, processor seconds, KiB.
timed() { /usr/bin/time -f "%e %U %S %M" -o "$work/time" "$@" >/dev/null 2>&1 || true; tail -n 1 "$work/time" | awk '{print $1, $2+$3, $4}'; }
# All packs of a repository, one after the other; times add up.
index_pack() {
    for pack in "$1"/*.pack; do timed git index-pack --verify --threads=2 "$pack"; done |
        awk '{w+=$1; c+=$2; if ($3>m) m=$3} END {print w, c, m}'
}
for repo in "$@"; do
    packs=$(cd "$repo" && git rev-parse --path-format=absolute --git-path objects/pack)
    timed "$stanch" git "$repo" >/dev/null
    index_pack "$packs" >/dev/null
    : >"$work/a"; : >"$work/b"; : >"$work/r"
    for _ in $(seq "$runs"); do
        a=$(timed "$stanch" git "$repo"); b=$(index_pack "$packs")
        echo "$a" >>"$work/a"; echo "$b" >>"$work/b"
        echo "$a $b" | awk '{printf "%.3f %.3f\n", $1/$4, $2/$5}' >>"$work/r"
    done
    echo "$repo ($(du -cm "$packs"/*.pack | tail -n 1 | cut -f1) MB of packs, median of $runs pairs)"
    echo "  stanch git               $(column a 1) s wall, $(column a 2) s processor, $(column a 3) KiB resident"
    echo "  git index-pack --verify  $(column b 1) s wall, $(column b 2) s processor"
    echo "  ratio                    $(column r 1) wall, $(column r 2) processor (the bar: 0.25)"
done
