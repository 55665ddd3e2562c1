#!/bin/sh
# stanch hook @KIND@
# Written by @WRITTEN@.
# Runs the hook that was here before, then stops a @SUBJECT@ that brings a secret. Changes made here are lost.

say() { printf 'stanch: %s\n' "$1" >&2; }
stop() {
    say "$1, so nothing was checked and this @SUBJECT@ is stopped."
    shift
    for line in "$@"@SKIP@; do say "$line"; done
    exit 1
}

@BEFORE@
@KEEP@if [ -n "$before" ] && [ -x "$before" ]; then
    @FEED@"$before" "$@" || exit
fi

program=@PROGRAM@
[ -x "$program" ] || program=$(command -v stanch) || program=
if [ -z "$program" ]; then
    @AWAY@
    stop "the program is not@PLACE@ on the PATH" "Install it again, or take this hook away: $away"
fi
@FEED@"$program" hook run @KIND@ "$@"
status=$?
case $status in
    0) exit 0 ;;
    1 | 2 | 3 | 130) exit 1 ;; # It said why.
esac
stop "the check ended unexpectedly (exit code $status)"
