# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the command-line tests share: load helper
#
#   $DOCKWORTHY   the binary under test (tests/run sets it; by hand: DOCKWORTHY=build/dockworthy bats tests/cli)
#   image NAME    makes the preset image NAME once a file and prints its reference (tests/lib/make_image.py --list)
#   database      builds a small advisory database once a file and prints its path

bats_require_minimum_version 1.5.0

DOCKWORTHY_SOURCE=${DOCKWORTHY_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
DOCKWORTHY=${DOCKWORTHY:-$DOCKWORTHY_SOURCE/build/dockworthy}
case $DOCKWORTHY in /*) ;; *) DOCKWORTHY=$PWD/$DOCKWORTHY ;; esac
export DOCKWORTHY DOCKWORTHY_SOURCE
export LC_ALL=C.UTF-8 NO_COLOR=1
EXAMPLE=$DOCKWORTHY_SOURCE/examples/roi-service
NOW=2026-11-24T12:00:00Z

# Each file keeps its own cache, so that no run sees what another left.
export DOCKWORTHY_CACHE_DIR=$BATS_FILE_TMPDIR/cache

dockworthy() {
    "$DOCKWORTHY" "$@"
}

image() {
    local out=$BATS_FILE_TMPDIR/image-$1
    [ -d "$out" ] || "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --preset "$1" "$out" >/dev/null
    echo "oci:$out"
}

database() {
    local out=$BATS_FILE_TMPDIR/advisories.db
    [ -f "$out" ] || "$DOCKWORTHY" db build --from "$EXAMPLE/advisories" --output "$out" --now "$NOW" >/dev/null 2>&1
    echo "$out"
}

# Ends the test as skipped in the sanitizer build, where limits on memory are off.
needs_limits() {
    [ -z "${DOCKWORTHY_SANITIZED:-}" ] || skip "limits on memory and the sandbox are tested in the hardened build"
}

# contains TEXT: $output holds TEXT; on failure shows what it was.
contains() {
    [[ $output == *"$1"* ]] || {
        echo "expected to find: $1"
        echo "in: $output"
        return 1
    }
}

lacks() {
    [[ $output != *"$1"* ]] || {
        echo "expected not to find: $1"
        echo "in: $output"
        return 1
    }
}

exits() {
    [ "$status" -eq "$1" ] || {
        echo "expected exit $1, got $status"
        echo "output: $output"
        return 1
    }
}
