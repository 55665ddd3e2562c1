#!/usr/bin/env bash
# The tree bar: `stanch scan DIR` beside `rg -uuu -c LITERAL DIR`, in turn, warm cache.
#
#   benches/tree.sh DIR [RUNS]      DIR: at least 500 MB of real source trees; RUNS: 9 by default
#
# Prints the median wall times, their ratio, and the peak resident memory of stanch.
set -euo pipefail
dir=${1:?usage: benches/tree.sh DIR [RUNS]}
runs=${2:-9}
here=$(cd "$(dirname "$0")/.." && pwd)
stanch=${STANCH:-$here/target/release/stanch}
command -v rg >/dev/null || { echo "benches/tree.sh: needs ripgrep (cargo install ripgrep)" >&2; exit 2; }

median() { sort -n | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
timed() { /usr/bin/time -f "%e %M" -o /tmp/stanch-time.$$ "$@" >/dev/null 2>&1 || true; tail -n 1 /tmp/stanch-time.$$; }
timed rg -uuu -c PM_RESUME "$dir" >/dev/null
timed "$stanch" scan "$dir" >/dev/null
for _ in $(seq "$runs"); do
    a=$(timed "$stanch" scan "$dir"); b=$(timed rg -uuu -c PM_RESUME "$dir")
    echo "$a" >>/tmp/stanch-a.$$; echo "$b" >>/tmp/stanch-b.$$
    echo "${a% *} ${b% *}" | awk '{printf "%.3f\n", $1/$2}' >>/tmp/stanch-r.$$
done
echo "stanch scan          $(cut -d' ' -f1 /tmp/stanch-a.$$ | median) s, $(cut -d' ' -f2 /tmp/stanch-a.$$ | median) KiB resident"
echo "rg -uuu -c LITERAL   $(cut -d' ' -f1 /tmp/stanch-b.$$ | median) s ($(rg --version | head -n 1))"
echo "ratio                $(median </tmp/stanch-r.$$) (median of $runs pairs)"
rm -f /tmp/stanch-{a,b,r,time}.$$
