#!/usr/bin/env bash
# The other bars: start-up, memory, growth, size, build.
#
#   benches/limits.sh DIR [--build]     DIR: a tree of at least 60,000 files, at least 500 MB
#
# Prints medians. Needs 4 GiB of free disk below $TMPDIR (LINE=64M takes less). STANCH names another binary; --build also builds from an empty target.
set -euo pipefail
dir=${1:?usage: benches/limits.sh DIR [--build]}
here=$(cd "$(dirname "$0")/.." && pwd)
stanch=${STANCH:-$here/target/release/stanch}
fail() { echo "benches/limits.sh: $*" >&2; exit 2; }
[ -d "$dir" ] || fail "$dir is no directory"
[ -x "$stanch" ] || fail "no $stanch: run cargo build --release first, or set STANCH"
[ -x /usr/bin/time ] || fail "needs GNU time (apt-get install time)"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

median() { sort -n | awk '{a[NR]=$1} END {printf "%s", NR % 2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
# Appends "wall processor resident" of a command to a file.
timed() {
    local file=$work/$1 code=0; shift
    /usr/bin/time -f "%e %U %S %M" -o "$work/one" "$@" >/dev/null 2>"$work/err" || code=$?
    case $code in 0 | 1 | 3) ;; *) cat "$work/err" >&2; fail "$1 ended with $code" ;; esac
    tail -n 1 "$work/one" | awk '{printf "%s %.2f %s\n", $1, $2 + $3, $4}' >>"$file"
}
column() { cut -d' ' -f"$2" "$work/$1" | median; }
# Appends a command's wall time in microseconds to a file, with what it takes the shell to start one.
clocked() {
    local file=$work/$1 begin end; shift
    begin=$(date +%s%N); "$@" >/dev/null 2>&1 || true; end=$(date +%s%N)
    echo $(((end - begin) / 1000)) >>"$file"
}

printf 'name = "value"\n' >"$work/one.txt"
for _ in $(seq 41); do clocked start "$stanch" scan "$work/one.txt"; clocked nothing /bin/true; done
for _ in 1 2 3; do timed small "$stanch" scan "$work/one.txt"; done
echo "start-up             $(median <"$work/start") us for one small file (at most 10,000; /bin/true: $(median <"$work/nothing")), $(column small 3) KiB resident (at most 20,000)"

files=$(find "$dir" -type f | wc -l)
for _ in 1 2 3; do timed tree "$stanch" scan "$dir"; done
echo "memory, tree         $(column tree 3) KiB resident for $files files (at most 100,000 for 60,000)"

head -c "${LINE:-4G}" /dev/zero | tr '\0' a >"$work/line.txt"
timed long "$stanch" scan "$work/line.txt"
echo "memory, one line     $(column long 3) KiB resident for ${LINE:-4G} without a newline (at most 100,000), $(column long 1) s"
rm "$work/line.txt"

# As many generated rules again as are built in, of the same kinds in the same shares. Their words are made of syllables, because
# words of random letters would stand nowhere in a text, and names of providers do.
"$stanch" rules list --format json >"$work/rules.json"
total=$(grep -c '^    "id"' "$work/rules.json")
near=$(grep -c '^    "body"' "$work/rules.json" || true)
awk -v total="$total" -v near="$near" '
    function pick(letters) { return substr(letters, 1 + int(rand() * length(letters)), 1) }
    function word(n,  text, i) {
        do { text = ""; for (i = 0; i < n; i++) text = text pick("bcdfghklmnprstvwz") pick("aeiou") } while (text in used)
        used[text] = 1
        return text
    }
    BEGIN {
        srand(7); print "provider = \"Generated\"\n"
        for (at = 1; at <= total; at++) {
            name = word(2 + int(rand() * 2))
            printf "[[rules]]\nid = \"more-%05d\"\nname = \"generated\"\nreferences = [\"https://example.org\"]\nexamples = [\"%s_key={secret}\"]\n", at, name
            if (at <= near) printf "near = [\"%s\", \"%s\"]\nbody = \"[0-9a-f]{32}\"\n\n", name, word(3)
            else if (at % 8) printf "pattern = '"'"'\\b(?P<secret>%s_[0-9a-zA-Z]{32})\\b'"'"'\nkeywords = [\"%s_\"]\n\n", name, name
            else printf "pattern = '"'"'%s://(?P<secret>[0-9a-z]{8,20})@'"'"'\nkeywords = [\"%s://\"]\n\n", name, name
        }
    }' >"$work/more.toml"
"$stanch" rules check --rules "$work/more.toml" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "the generated rules are not valid rules any more"; }
for _ in 1 2 3 4 5 6 7; do
    timed grow "$stanch" scan "$dir"
    timed grow2 "$stanch" scan --rules "$work/more.toml" "$dir"
    clocked read "$stanch" scan "$work/one.txt"
    clocked read2 "$stanch" scan --rules "$work/more.toml" "$work/one.txt"
done
paste -d' ' "$work/grow" "$work/grow2" | awk '{printf "%.1f\n", ($4 / $1 - 1) * 100}' >"$work/wall"
paste -d' ' "$work/grow" "$work/grow2" | awk '{printf "%.1f\n", ($5 / $2 - 1) * 100}' >"$work/processor"
reading=$(($(median <"$work/read2" | cut -d. -f1) - $(median <"$work/read" | cut -d. -f1)))
echo "growth               $(column grow 1) s with $total rules, $(column grow2 1) s with twice as many: $(median <"$work/wall")% wall (less than 15), $(median <"$work/processor")% processor; reading their file takes $reading us of it"
echo "size                 $(stat -c %s "$stanch") bytes (at most 15,000,000)"
if [ "${2:-}" = --build ]; then
    begin=$(date +%s); (cd "$here" && cargo build --release --locked --target-dir "$work/target" >/dev/null 2>&1); end=$(date +%s)
    echo "build                $((end - begin)) s from an empty target on $(nproc) cores (at most 180 on two)"
fi
