#!/usr/bin/env bash
# The staged bar: five small changed files in a repository of 50,000 files.
#
#   benches/staged.sh [FILES] [RUNS]     FILES: 50000 by default; RUNS: 41
#
# Makes the repository with git (about a minute), and prints median and least wall times of whole runs, with what starting the process alone
# takes. On a loaded machine the least is nearer to what it costs.
set -euo pipefail
files=${1:-50000}
runs=${2:-41}
here=$(cd "$(dirname "$0")/.." && pwd)
stanch=${STANCH:-$here/target/release/stanch}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
git() { command git -c user.name=bench -c user.email=bench@example.org -C "$work/repo" "$@"; }

mkdir "$work/repo"
git init --quiet -b main
{
    echo "commit refs/heads/main"
    echo "committer bench <bench@example.org> 1700000000 +0000"
    printf 'data 4\nmany\n'
    awk -v files="$files" 'BEGIN {
        srand(7)
        for (n = 0; n < files; n++) {
            text = ""
            for (line = 0; line < 20; line++) text = text sprintf("let value_%d = %d;\n", line, rand() * 1e9)
            printf "M 100644 inline src/module_%03d/%ssource_file_%03d.rs\ndata %d\n%s\n", n / 100, n % 3 ? "" : "inner/", n % 100, length(text), text
        }
    }'
} | git fast-import --quiet
git reset --quiet --hard
git repack -adq
for n in 1 2 3 4 5; do
    file=$(git ls-files | sed -n "$((files * n / 6))p")
    printf 'let added = "%s";\n' "$n" >>"$work/repo/$file"
    git add "$file"
done

median() { sort -n | awk '{a[NR]=$1} END {printf "%.1f %.1f", a[int((NR+1)/2)] / 1000, a[1] / 1000}'; }
timed() { # NAME COMMAND…
    local name=$1; shift
    for _ in $(seq "$runs"); do
        local begin end; begin=$(date +%s%N); "$@" >/dev/null 2>&1; end=$(date +%s%N)
        echo $(((end - begin) / 1000))
    done | median | xargs printf '%-34s %s ms, least %s ms\n' "$name"
}
cd "$work/repo"
echo "$(git ls-files | wc -l) files, index of $(stat -c %s .git/index) bytes, $(git diff --cached --name-only | wc -l) staged"
timed "process start (stanch --version)" "$stanch" --version
timed "one small file (stanch scan)" "$stanch" scan "$(git diff --cached --name-only | head -n 1)"
timed "stanch git --staged" "$stanch" git --staged
timed "stanch hook run pre-commit" "$stanch" hook run pre-commit
timed "stanch git --work-tree" "$stanch" git --work-tree
timed "git diff --cached --stat" git diff --cached --stat
