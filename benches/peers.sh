#!/usr/bin/env bash
# stanch beside the scanners on the PATH, over the same tree and the same history, network checks off.
#
#   benches/peers.sh DIR [REPO]      DIR: source trees; REPO: a repository with packs
#
# Prints wall seconds and peak resident KiB of one warm run each. A scanner that is not installed is named and left out.
set -euo pipefail
dir=${1:?usage: benches/peers.sh DIR [REPO]}
repo=${2:-}
stanch=${STANCH:-$(dirname "$0")/../target/release/stanch}
[ -x /usr/bin/time ] || { echo "benches/peers.sh: needs GNU time (apt-get install time)" >&2; exit 2; }

run() {
    local name=$1; shift
    if ! command -v "$1" >/dev/null; then echo "$name: not installed"; return; fi
    /usr/bin/time -f "$name: %e s, %M KiB" "$@" 2>&1 >/dev/null | tail -n 1
}
echo "tree $dir"
run stanch "$stanch" scan "$dir"
run kingfisher kingfisher scan --no-validate --no-update-check "$dir"
run gitleaks gitleaks dir --no-banner "$dir"
run trufflehog trufflehog filesystem --no-verification --no-update "$dir"
run detect-secrets detect-secrets scan --all-files --no-verify "$dir"
if [ -n "$repo" ]; then
    echo "history $repo"
    run stanch "$stanch" git "$repo"
    run kingfisher kingfisher scan --no-validate --no-update-check --git-history full "$repo"
    run gitleaks gitleaks git --no-banner "$repo"
    run trufflehog trufflehog git --no-verification --no-update "file://$repo"
fi
