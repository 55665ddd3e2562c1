#!/usr/bin/env bash
# The tree bar: `stanch scan DIR` beside `rg -uuu -c LITERAL DIR`, in turn, warm cache, all cores.
#
#   benches/tree.sh DIR [RUNS]      DIR: at least 500 MB of real source trees; RUNS: 9 by default
#
# Prints medians of wall time, of processor time (user and system; it says more on a busy machine) and of peak resident memory, and
# the median of the pairs' ratios. STANCH and LITERAL name another binary and another literal.
set -euo pipefail
dir=${1:?usage: benches/tree.sh DIR [RUNS]}
runs=${2:-9}
stanch=${STANCH:-$(dirname "$0")/../target/release/stanch}
literal=${LITERAL:-PM_RESUME}
fail() { echo "benches/tree.sh: $*" >&2; exit 2; }
[ -d "$dir" ] || fail "$dir is no directory"
[ -x "$stanch" ] || fail "no $stanch: run cargo build --release first, or set STANCH"
command -v rg >/dev/null || fail "needs ripgrep (cargo install ripgrep)"
[ -x /usr/bin/time ] || fail "needs GNU time (apt-get install time)"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

median() { sort -n | awk '{a[NR]=$1} END {printf "%s", NR % 2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
column() { cut -d' ' -f"$2" "$work/$1" | median; }
# Appends "wall processor resident" of a command to a file. 1 is findings or no match, 3 an incomplete scan.
timed() {
    local file=$work/$1 code=0; shift
    /usr/bin/time -f "%e %U %S %M" -o "$work/one" "$@" >"$work/out" 2>"$work/err" || code=$?
    case $code in 0 | 1 | 3) ;; *) cat "$work/err" >&2; fail "$1 ended with $code" ;; esac
    tail -n 1 "$work/one" | awk '{printf "%s %.2f %s\n", $1, $2 + $3, $4}' >>"$file"
}
# So many bytes and files that both of them read.
find "$dir" -type f -printf '%s\n' | awk '{bytes += $1} END {printf "tree                 %d files, %.0f MB, %d cores\n", NR, bytes / 1e6, cores}' cores="$(nproc)"
timed warm rg -uuu -c -- "$literal" "$dir"
timed warm "$stanch" scan "$dir"
for _ in $(seq "$runs"); do
    timed a "$stanch" scan "$dir"
    timed b rg -uuu -c -- "$literal" "$dir"
done
paste -d' ' "$work/a" "$work/b" | awk '{printf "%.3f\n", $1 / $4}' >"$work/wall"
paste -d' ' "$work/a" "$work/b" | awk '{printf "%.3f\n", $2 / $5}' >"$work/processor"
echo "stanch scan          $(column a 1) s wall, $(column a 2) s processor, $(column a 3) KiB resident"
echo "rg -uuu -c LITERAL   $(column b 1) s wall, $(column b 2) s processor ($(rg --version | sed -n 1p))"
echo "ratio                $(column wall 1) wall (at most 1.5), $(column processor 1) processor: medians of $runs pairs"
