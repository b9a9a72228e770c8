# SPDX-License-Identifier: Apache-2.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
}

@test "an unknown option is exit 2 with the nearest name" {
    run -2 dockworthy version-compare --explian npm 1 2
    contains "unknown option --explian; did you mean --explain?"
    run -2 dockworthy --ofline version
    contains "did you mean --offline?"
    run -2 dockworthy version --fromat json
    contains "did you mean --format?"
    run -2 dockworthy version --frobnicate
    contains "unknown option --frobnicate"
    lacks "did you mean"
    run -2 dockworthy version -Z
    contains "unknown option -Z"
}

@test "an unknown command is exit 2 with the nearest name" {
    run -2 dockworthy versoin
    contains 'there is no command "versoin"; did you mean "version"?'
    run -2 dockworthy help versoin
    contains 'did you mean "version"?'
    run -2 dockworthy frobnicate
    lacks "did you mean"
    for words in audit "verify image" "help doctor"; do
        # shellcheck disable=SC2086
        run dockworthy $words
        exits 2
        contains "is not part of this version"
    done
    run dockworthy db update
    exits 2
    contains 'the db command "update" is not part of this version'
}

@test "without a command the overview goes to standard error, exit 2" {
    run -2 --separate-stderr dockworthy
    [ "$output" = "" ]
    [[ $stderr == *"version-compare"* ]]
}

@test "values: after a space, after =, attached to a letter; -- ends options" {
    run -0 dockworthy version --format json
    contains '"schema": "dockworthy/version/1"'
    run -0 dockworthy version --format=json
    contains '"schema": "dockworthy/version/1"'
    run -0 dockworthy version -fjson
    contains '"schema": "dockworthy/version/1"'
    run -0 dockworthy -f json version
    contains '"schema": "dockworthy/version/1"'
    run -0 --separate-stderr dockworthy --quiet version-compare npm -- --a --b
    [ "$output" = "<" ]
    run -2 dockworthy version --format
    contains "--format needs a value"
    run -2 dockworthy version --format=
    contains "--format needs a value"
    run -2 dockworthy version --quiet=yes
    contains "--quiet takes no value"
    run -2 dockworthy version --now 2026-01-01 --now 2026-01-02
    contains "--now is given twice"
}

@test "wrong values are named" {
    run -2 dockworthy version --now yesterday
    contains "--now yesterday"
    run -2 dockworthy version --jobs 0
    contains "--jobs 0: give a number from 1"
    run -2 dockworthy version --jobs -1
    run -2 dockworthy version --jobs 4x
    run -2 dockworthy version --jobs 99999999999999999999999
    run -2 dockworthy version --color sometimes
    contains "auto, always, never"
    run -2 dockworthy version --limit layer=1
    contains 'there is no limit "layer"'
    run -2 dockworthy version --limit layer-byte=1
    contains 'did you mean "layer-bytes"?'
    run -2 dockworthy version --limit layer-bytes=lots
    run -2 dockworthy version --format yaml
    contains "text, json"
    run -0 dockworthy version --now 2026-01-01T00:00:00Z --jobs 3 --color never --limit layer-bytes=2G --limit layers=9
}

@test "an option that the command does not take is an error, before and behind the command" {
    run -2 dockworthy version-compare npm 1 2 --format json
    contains "unknown option --format"
    run -2 dockworthy --format json version-compare npm 1 2
    contains "takes no option --format"
}

@test "a command of two words" {
    run -2 dockworthy db
    contains "db: say what to do: build, status"
    run -2 dockworthy db biuld
    contains 'did you mean "build"?'
    run -0 dockworthy help db build
    contains "dockworthy db build: "
    run -2 dockworthy help db build more
    run -2 dockworthy help scan more
    contains "scan has no further commands"
}

@test "formats and outputs go in pairs" {
    run -0 dockworthy version --format json --output a.json --format text
    contains "sandbox"
    lacks "schema"
    grep -q dockworthy/version/1 a.json
    run -0 dockworthy version --output b.json --format json
    [ "$output" = "" ]
    grep -q dockworthy/version/1 b.json
    run -0 dockworthy version --format text --output c.txt --output d.json --format json
    grep -q sandbox c.txt
    grep -q dockworthy/version/1 d.json
    run -0 dockworthy version --output e.txt
    [ "$output" = "" ]
    grep -q "^sandbox" e.txt
    run -0 dockworthy version --format json --output -
    contains "dockworthy/version/1"
    run -2 dockworthy version --format json --format text
    contains "both go to standard output"
    run -2 dockworthy version --format json -o x --format text -o x
    contains "two formats go to x"
    [ ! -e x ]
    run -2 dockworthy version --format json -o x -o y
    contains "--output y has no --format of its own"
    run -3 dockworthy version --output missing/folder/f
    contains "missing/folder/f"
}

@test "every option is an environment variable, and the command line wins" {
    DOCKWORTHY_FORMAT=json run -0 dockworthy version
    contains "dockworthy/version/1"
    DOCKWORTHY_FORMAT=json run -0 dockworthy version --format text
    lacks "dockworthy/version/1"
    DOCKWORTHY_FORMAT=json DOCKWORTHY_OUTPUT=env.json run -0 dockworthy version
    [ "$output" = "" ]
    grep -q dockworthy/version/1 env.json
    DOCKWORTHY_JOBS=many run -2 dockworthy version
    contains "--jobs many"
    DOCKWORTHY_JOBS=many run -0 dockworthy version --jobs 2
    DOCKWORTHY_LIMIT=layers=1,layer-byte=2 run -2 dockworthy version
    contains "layer-byte"
    DOCKWORTHY_QUIET=1 run -0 --separate-stderr dockworthy version-compare npm latest 1
    [ "$stderr" = "" ]
    DOCKWORTHY_QUIET=0 run -0 --separate-stderr dockworthy version-compare npm latest 1
    [ "$stderr" != "" ]
    DOCKWORTHY_QUIET=perhaps run -2 dockworthy version
    contains "DOCKWORTHY_QUIET=perhaps"
    # A variable of an option that the command does not take concerns others.
    DOCKWORTHY_PLATFORM=linux/arm64 DOCKWORTHY_FORMAT=sarif run -0 dockworthy version-compare npm 1 2
}

@test "help for each command, as text and as a manual page" {
    command -v scdoc >/dev/null || skip "no scdoc"
    dockworthy help --names >names
    grep -qx version-compare names
    while read -r -a words; do
        dockworthy help "${words[@]}" >help.txt
        grep -q "^dockworthy ${words[*]}: " help.txt
        grep -q "^Options of every command" help.txt
        dockworthy "${words[@]}" --help >same.txt
        cmp help.txt same.txt
        dockworthy help --man "${words[@]}" | scdoc >page.1
        grep -q "^.SH SYNOPSIS" page.1
    done <names
    dockworthy help --man | scdoc >page.1
    dockworthy help limits | grep -q layer-bytes
    dockworthy help environment | grep -q SOURCE_DATE_EPOCH
    dockworthy --help >one
    dockworthy help >two
    cmp one two
}

@test "completion scripts mention each command and are sound" {
    dockworthy help --names | grep -v ' ' >names
    for shell in bash zsh fish; do
        dockworthy completion "$shell" >"script.$shell"
        while read -r name; do
            grep -q -- "$name" "script.$shell"
        done <names
        grep -q -- "cache-dir" "script.$shell"
        ! command -v "$shell" >/dev/null || "$shell" -n "script.$shell"
    done
    run -2 dockworthy completion tcsh
    contains "bash, zsh or fish"
}

@test "bash completion completes commands, options and values" {
    complete_words() {
        COMP_WORDS=("$@")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _dockworthy
        printf '%s\n' "${COMPREPLY[@]}"
    }
    source <(dockworthy completion bash)
    complete_words dockworthy version-c | grep -qx version-compare
    complete_words dockworthy version-compare --exp | grep -qx -- --explain
    complete_words dockworthy version --format j | grep -qx json
    complete_words dockworthy --quiet completion f | grep -qx fish
    complete_words dockworthy db st | grep -qx status
    complete_words dockworthy db build --fr | grep -qx -- --from
    complete_words dockworthy scan --fail-on cr | grep -qx critical
    touch some-file && mkdir some-folder
    complete_words dockworthy check --policy some-fi | grep -qx some-file
    complete_words dockworthy db build --from some | grep -qx some-folder
    [ "$(complete_words dockworthy db status --from)" = "" ]
    [ "$(complete_words dockworthy version --exp)" = "" ]
}

@test "version in text and JSON, and as --version" {
    run -0 dockworthy version
    contains "dockworthy 0."
    contains "sandbox"
    contains "libarchive"
    dockworthy version --format json | jq -e '.name == "dockworthy" and (.libraries | has("openssl") and has("jansson") and has("libyaml") and has("libarchive")) and .sandbox != ""'
    run -0 dockworthy --version
    contains "dockworthy 0."
}

@test "colour only where it is wanted" {
    unset NO_COLOR
    run -2 dockworthy versoin
    lacks $'\e['
}

@test "a full disk on standard output is an error, a reader that has gone is not" {
    [ -e /dev/full ] || skip "no /dev/full"
    run -3 bash -c '"$DOCKWORTHY" version >/dev/full'
    contains "standard output cannot be written"
    run -0 bash -c 'set -o pipefail; for i in 1 2 3 4 5; do "$DOCKWORTHY" help || exit; done | true; exit 0'
    lacks "cannot be written"
}

@test "explain knows the rules that decide controls, whether or not this version judges them" {
    run dockworthy explain EXC-001
    exits 0
    contains "control 2.2"
    contains "control 7.3"
    run dockworthy explain RT-001
    exits 0
    contains "control 4.2"
}
