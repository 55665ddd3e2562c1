#!/usr/bin/env bash
# What breadth costs: stanch with all rules and the classifier, beside stanch with the rules of the 60 best known providers and of structures, and
# beside the same without the classifier (which then lets nothing through).
#
#   benches/rules.sh DIR REPO [RUNS]     DIR: at least 500 MB of real source trees; REPO: a repository; RUNS: 15 by default
#
# Builds the two others from HEAD in a temporary directory (some five minutes). Prints, for the tree, the history and a start with one small
# file: medians of wall and of processor time, and the medians of the ratios in each round. Several of them in a row, since a machine has phases.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(realpath "${1:?usage: benches/rules.sh DIR REPO [RUNS]}")
repo=$(realpath "${2:?usage: benches/rules.sh DIR REPO [RUNS]}")
runs=${3:-15}
fail() { echo "benches/rules.sh: $*" >&2; exit 2; }
[ -d "$dir" ] || fail "$dir is no directory"
[ -d "$repo" ] || fail "$repo is no directory"
[ -x target/release/stanch ] || fail "no target/release/stanch: run cargo build --release first"
[ -x /usr/bin/time ] || fail "needs GNU time (apt-get install time)"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
known="1password adafruit adobe age alibaba anthropic artifactory atlassian aws azure bitbucket brevo cloudflare databricks digitalocean discord
docker doppler dropbox dynatrace facebook figma gcp generic github gitlab grafana groq hashicorp-vault heroku http-authorization huggingface jwt
linear mailchimp mailgun mapbox microsoft-teams netlify newrelic notion npm nuget okta openai planetscale postman private-key pypi rubygems
salesforce sendgrid sentry shopify slack sonar sourcegraph square stripe telegram twilio twitch twitter url-credentials vercel"

mkdir "$work/source" && git archive HEAD | tar x -C "$work/source"
for file in "$work"/source/rules/*.toml; do
    case " $(echo $known) " in *" $(basename "$file" .toml) "*) ;; *) rm "$file" ;; esac
done
build() { (cd "$work/source" && CARGO_TARGET_DIR=$work/target cargo build --release --locked --quiet) && cp "$work/target/release/stanch" "$work/$1"; }
build few
body='^    let words = Words::of(&text\[found.name.clone()\]);$'
grep -q "$body" "$work/source/src/engine/classifier/mod.rs" || fail "the classifier is not where this script looks for it"
sed -i "s/$body/    if std::hint::black_box(true) {\n        return None;\n    }\n&/" "$work/source/src/engine/classifier/mod.rs"
build plain
cp target/release/stanch "$work/all"

# One round: each program once. 1 is findings, 3 an incomplete scan.
timed() {
    local name=$1 code=0; shift
    /usr/bin/time -f "%e %U %S" -o "$work/one" "$@" >/dev/null 2>&1 || code=$?
    case $code in 0 | 1 | 3) ;; *) fail "$1 ended with $code" ;; esac
    tail -n 1 "$work/one" | awk '{printf "%s %.3f\n", $1, $2 + $3}' >>"$work/times.$name"
}
median() { sort -n | awk '{a[NR]=$1} END {printf "%.3f", NR % 2 ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
ratio() { paste -d' ' "$work/times.all" "$work/times.$1" | awk -v c="$2" '$(c + 2) > 0 {print $c / $(c + 2)}' | median; }
compare() {
    local what=$1; shift
    rm -f "$work"/times.*
    for name in all few plain; do "$work/$name" "$@" >/dev/null 2>&1 || true; done
    for _ in $(seq "$runs"); do for name in all few plain; do timed $name "$work/$name" "$@"; done; done
    echo "$what: $(cut -d' ' -f1 "$work/times.all" | median) s wall, $(cut -d' ' -f2 "$work/times.all" | median) s processor"
    echo "    beside the known 60:             wall $(ratio few 1), processor $(ratio few 2)"
    echo "    beside them without the classifier:   wall $(ratio plain 1), processor $(ratio plain 2)"
}
compare tree scan "$dir"
compare history git "$repo"
echo "hello" >"$work/file.txt"
# A start is shorter than the clock of `time` can tell: a hundred in a row.
start() { for _ in $(seq 100); do "$work/$1" scan "$work/file.txt" >/dev/null 2>&1 || true; done; }
for _ in 1 2 3; do
    for name in all few plain; do
        begin=$(date +%s%N); start $name; end=$(date +%s%N)
        echo "start, $name: $(((end - begin) / 100000)) µs"
    done
done
