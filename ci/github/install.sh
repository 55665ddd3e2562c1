#!/usr/bin/env bash
# A step of the GitHub action: puts stanch on the PATH of the job. In order: the one that is there already, the released binary of
# this version (checked against its checksum), or one built from the action's own sources.
set -euo pipefail

version=${STANCH_VERSION:-}
if [[ -z $version ]] && command -v stanch >/dev/null; then
    stanch --version
    exit 0
fi

# Tags are releases. A branch or a commit has no binary of its own.
if [[ -z $version && ${STANCH_REF:-} == v[0-9]* ]]; then
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
fi
version=${version#v}
# A commit that a release's tag names is that release.
if [[ -z $version && ${STANCH_REF:-} =~ ^[0-9a-f]{40}$ && -n ${STANCH_REPOSITORY:-} ]]; then
    candidate=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
    tagged=$(git ls-remote "${GITHUB_SERVER_URL:-https://github.com}/$STANCH_REPOSITORY" "refs/tags/v$candidate" "refs/tags/v$candidate^{}" |
        tail -n 1 | cut -f 1) || tagged=""
    if [[ $tagged == "$STANCH_REF" ]]; then
        version=$candidate
    fi
fi

if [[ -z $version || -z ${STANCH_REPOSITORY:-} ]]; then
    echo "stanch: no released version is asked for; building this one from source"
    cargo install --locked --quiet --root "$RUNNER_TEMP/stanch" --path "$GITHUB_ACTION_PATH"
    echo "$RUNNER_TEMP/stanch/bin" >>"$GITHUB_PATH"
    exit 0
fi

case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64 | Windows-ARM64) target=x86_64-pc-windows-msvc ;;
    *)
        echo "::error title=stanch::there is no binary for $RUNNER_OS on $RUNNER_ARCH; install it in a step before this one"
        exit 2
        ;;
esac

name="stanch-$version-$target"
address="${GITHUB_SERVER_URL:-https://github.com}/$STANCH_REPOSITORY/releases/download/v$version"
mkdir -p "$RUNNER_TEMP/stanch/bin"
cd "$RUNNER_TEMP/stanch"
for file in "$name.tar.gz" "$name.tar.gz.sha256"; do
    if ! curl --fail --silent --show-error --location --retry 3 --output "$file" "$address/$file"; then
        echo "::error title=stanch::cannot download $address/$file"
        exit 2
    fi
done
if command -v sha256sum >/dev/null; then
    sha256sum --check "$name.tar.gz.sha256"
else
    shasum --algorithm 256 --check "$name.tar.gz.sha256"
fi
tar -xzf "$name.tar.gz" --strip-components 1 -C bin
echo "$RUNNER_TEMP/stanch/bin" >>"$GITHUB_PATH"
bin/stanch --version
