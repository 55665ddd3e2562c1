#!/usr/bin/env bash
# A step of the GitHub action: scans what the event brought, annotates, writes a summary and SARIF, and fails as it was asked to.
# `stanch git --ci` decides which commits count; this makes sure that they are here.
set -euo pipefail

fail() {
    echo "::error title=stanch::$1"
    exit 2
}

for name in STANCH_ANNOTATIONS STANCH_SUMMARY STANCH_FAIL; do
    [[ ${!name} == true || ${!name} == false ]] || fail "an input is neither true nor false (annotations, summary, fail)"
done

# In a job's container the checkout belongs to another user, and git refuses it (https://github.com/actions/checkout/issues/2031).
trust() {
    local here=$PWD others=("${GIT_CONFIG_GLOBAL:-}" "${XDG_CONFIG_HOME:-${HOME:-}/.config}/git/config" "${HOME:-}/.gitconfig")
    {
        for other in "${others[@]}"; do
            if [[ -f $other ]]; then printf '[include]\n\tpath = "%s"\n' "$other"; fi
            if [[ -n ${GIT_CONFIG_GLOBAL:-} ]]; then break; fi
        done
        printf '[safe]\n\tdirectory = "%s"\n' "${here//\\/\\\\}"
    } >"$RUNNER_TEMP/stanch-gitconfig"
    export GIT_CONFIG_GLOBAL="$RUNNER_TEMP/stanch-gitconfig"
}

has() {
    git cat-file -e "$1^{commit}" 2>/dev/null
}

# Makes sure that the commits of the event and the history before them are here. Checkouts are shallow unless fetch-depth is 0.
fetch() {
    local zeros='^0*$' target="${GITHUB_BASE_REF:-${STANCH_DEFAULT_BRANCH:-main}}"
    if [[ $STANCH_HEAD =~ $zeros ]]; then
        return
    fi
    if [[ $(git rev-parse --is-shallow-repository) == true ]]; then
        git fetch --quiet --no-tags --unshallow origin || fail "this is a shallow clone, and the history cannot be fetched; check out with fetch-depth: 0"
    fi
    has "$STANCH_HEAD" || git fetch --quiet --no-tags origin "$STANCH_HEAD" 2>/dev/null || has "$STANCH_HEAD" ||
        fail "the commit $STANCH_HEAD cannot be fetched"
    # A force push has thrown the one before away: then the default branch says what is new.
    [[ $STANCH_BASE =~ $zeros ]] || has "$STANCH_BASE" || git fetch --quiet --no-tags origin "$STANCH_BASE" 2>/dev/null || true
    git fetch --quiet --no-tags origin "+refs/heads/$target:refs/remotes/origin/$target" 2>/dev/null || true
    # What runs workflows elsewhere may not say which branch was pushed: the first push of a repository is told from a branch without commits.
    if [[ -z ${GITHUB_REF:-} && $STANCH_BASE =~ $zeros ]]; then
        GITHUB_REF=$(git ls-remote --heads origin 2>/dev/null | awk -v head="$STANCH_HEAD" -v main="refs/heads/$target" \
            '$1 == head && $2 != main { other = $2 } $1 == head && $2 == main { own = $2 } END { print (other ? other : own) }') || GITHUB_REF=""
        export GITHUB_REF
    fi
}

trust
command=(git .)
if [[ -n $STANCH_RANGE ]]; then
    command+=("--range=$STANCH_RANGE")
else
    case "$STANCH_WHAT" in
        files) command=(scan .) ;;
        history) ;;
        changes)
            fetch
            command+=(--ci)
            ;;
        *) fail "the input \`what\` is none of changes, history, files" ;;
    esac
fi

while IFS= read -r argument; do
    if [[ -n $argument ]]; then
        command+=("$argument")
    fi
done <<<"$STANCH_ARGS"
command+=("--report=sarif=$STANCH_SARIF")
# Whether something was found is not told by the exit code, which `--exit-code` and stanch.toml set.
counts="$RUNNER_TEMP/stanch-counts.json"
rm -f "$counts"
command+=("--report=json=$counts")
if [[ $STANCH_ANNOTATIONS == true ]]; then
    command+=("--report=github=-")
fi
summary="$RUNNER_TEMP/stanch-summary.md"
if [[ $STANCH_SUMMARY == true ]]; then
    command+=("--report=markdown=$summary")
fi

echo "stanch ${command[*]}"
code=0
stanch "${command[@]}" || code=$?

if [[ $STANCH_SUMMARY == true && -f $summary ]]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
found=false
complete=true
if [[ -f $counts ]]; then
    if grep -q '^    "secrets": [1-9]' "$counts"; then found=true; fi
    if grep -q '^    "complete": false' "$counts"; then complete=false; fi
fi
{
    echo "exit-code=$code"
    echo "sarif=$STANCH_SARIF"
    echo "found=$found"
} >>"$GITHUB_OUTPUT"
# What did not begin, did not end or could not read everything always fails.
if [[ $found == true && $STANCH_FAIL == false && $code != 2 && $code != 130 ]]; then
    if [[ $complete == true ]]; then exit 0; fi
    exit 3
fi
exit "$code"
