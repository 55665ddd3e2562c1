#!/usr/bin/env bash
# The other bars: start-up, memory, growth, build, size.
#
#   benches/limits.sh DIR [--build]     DIR: a tree of at least 60,000 files
set -euo pipefail
dir=${1:?usage: benches/limits.sh DIR [--build]}
here=$(cd "$(dirname "$0")/.." && pwd)
stanch=${STANCH:-$here/target/release/stanch}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
median() { sort -n | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }
peak() { /usr/bin/time -f "%M" -o "$work/m" "$@" >/dev/null 2>&1 || true; tail -n 1 "$work/m"; }

printf 'name = "value"\n' >"$work/one.txt"
for _ in $(seq 21); do
    begin=$(date +%s%N); "$stanch" scan "$work/one.txt" >/dev/null; end=$(date +%s%N)
    echo $(((end - begin) / 1000)) >>"$work/start"
done
echo "start-up             $(median <"$work/start") us for one small file, $(peak "$stanch" scan "$work/one.txt") KiB resident"
echo "memory, tree         $(peak "$stanch" scan "$dir") KiB resident for $(find "$dir" -type f | wc -l) files"
head -c 4G /dev/zero | tr '\0' a >"$work/long" # 4 GiB without a newline
echo "memory, one line     $(peak "$stanch" scan "$work/long") KiB resident for 4 GiB without a newline"
rm "$work/long"

# As many generated rules again as are built in, of the same kinds: prefixes, names near bodies, other patterns.
"$stanch" rules list | awk '
    BEGIN { srand(7); print "provider = \"Generated\"\n" }
    function word(n,  s, i) { s = ""; for (i = 0; i < n; i++) s = s substr("abcdefghijklmnopqrstuvwxyz", 1 + int(rand() * 26), 1); return s }
    { w = word(5); printf "[[rules]]\nid = \"more-%05d\"\nname = \"generated\"\nreferences = [\"https://example.org\"]\nexamples = [\"%s_key={secret}\"]\n", NR, w
      if (NR % 3 == 0) printf "pattern = '"'"'\\b(?P<secret>%s_[0-9a-f]{32})\\b'"'"'\nkeywords = [\"%s_\"]\n\n", w, w
      else if (NR % 3 == 1) printf "near = [\"%s\", \"%s\"]\nbody = \"[0-9a-f]{32}\"\n\n", w, word(6)
      else printf "pattern = '"'"'%s://(?P<secret>[0-9a-z]{8,20})@'"'"'\nkeywords = [\"%s://\"]\n\n", w, w }' >"$work/more.toml"
for _ in 1 2 3 4 5 6 7; do
    for rules in "" "--rules=$work/more.toml"; do
        /usr/bin/time -f "%e" -o "$work/t" "$stanch" scan ${rules:+"$rules"} "$dir" >/dev/null 2>&1 || true
        tail -n 1 "$work/t" >>"$work/grow${rules:+2}"
    done
done
echo "growth               $(median <"$work/grow") s with $("$stanch" rules list | wc -l) rules, $(median <"$work/grow2") s with $("$stanch" rules list --rules "$work/more.toml" | wc -l)"
echo "size                 $(stat -c %s "$stanch") bytes"
if [ "${2:-}" = --build ]; then
    begin=$(date +%s); (cd "$here" && cargo build --release --locked --target-dir "$work/target" >/dev/null 2>&1); end=$(date +%s)
    echo "build                $((end - begin)) s from an empty target on $(nproc) cores"
fi
