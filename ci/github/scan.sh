#!/usr/bin/env bash
# A step of the GitHub action: scans what the event brought, annotates, writes a summary and SARIF, and fails as it was asked to.
set -euo pipefail

fail() {
    echo "::error title=stanch::$1"
    exit 2
}

for name in STANCH_ANNOTATIONS STANCH_SUMMARY STANCH_FAIL; do
    [[ ${!name} == true || ${!name} == false ]] || fail "an input is neither true nor false (annotations, summary, fail)"
done

has() {
    git cat-file -e "$1^{commit}" 2>/dev/null
}

# Makes sure that a commit and the history before it are here. Checkouts are shallow unless fetch-depth is 0.
fetch() {
    if [[ $(git rev-parse --is-shallow-repository) == true ]]; then
        git fetch --quiet --no-tags --unshallow origin || fail "cannot fetch the history; check out with fetch-depth: 0"
    fi
    has "$1" || git fetch --quiet --no-tags origin "$1" 2>/dev/null || has "$1"
}

# The commits that the event brings, as a range; nothing when it brings none.
changes() {
    local zeros='^0+$'
    if [[ -z $STANCH_HEAD || $STANCH_HEAD =~ $zeros ]]; then
        return
    fi
    fetch "$STANCH_HEAD" || fail "the commit $STANCH_HEAD cannot be fetched"
    if [[ -n $STANCH_BASE && ! $STANCH_BASE =~ $zeros ]] && fetch "$STANCH_BASE"; then
        echo "$STANCH_BASE..$STANCH_HEAD"
        return
    fi
    # A new branch, or one whose former end is gone: what the default branch has not.
    local default="refs/remotes/origin/${STANCH_DEFAULT_BRANCH:-main}"
    git fetch --quiet --no-tags origin "+refs/heads/${STANCH_DEFAULT_BRANCH:-main}:$default" 2>/dev/null || true
    if has "$default" && [[ $(git rev-parse "$default") != "$STANCH_HEAD" ]]; then
        echo "$(git rev-parse "$default")..$STANCH_HEAD"
    fi
}

command=(git .)
if [[ -n $STANCH_RANGE ]]; then
    command+=("--range=$STANCH_RANGE")
else
    case "$STANCH_WHAT" in
        files) command=(scan .) ;;
        history) ;;
        changes)
            range=$(changes) || {
                echo "$range"
                exit 2
            }
            if [[ -n $range ]]; then
                command+=("--range=$range")
            fi
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
{
    echo "exit-code=$code"
    echo "sarif=$STANCH_SARIF"
    echo "found=$([[ $code == 1 ]] && echo true || echo false)"
} >>"$GITHUB_OUTPUT"
if [[ $code == 1 && $STANCH_FAIL == false ]]; then
    exit 0
fi
exit "$code"
