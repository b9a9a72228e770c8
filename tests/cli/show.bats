# SPDX-License-Identifier: Apache-2.0
# show: Dockerfiles as JSON.
load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf 'FROM a AS b\nRUN <<EOF cat\nhi $x\nEOF\nONBUILD COPY --link c d\nUSER 7\n' >Dockerfile
}

@test "the parse tree of a Dockerfile" {
    run --separate-stderr "$DOCKWORTHY" show --tree Dockerfile
    [ "$status" -eq 0 ]
    [ "$(jq -c 'keys' <<<"$output")" = '["escape","instructions","stages","warnings"]' ]
    [ "$(jq -c '.instructions[1] | [.name, .arguments, .lines, .heredocs[0].text]' <<<"$output")" = '["RUN",["<<EOF cat"],[2,4],"hi $x\n"]' ]
    [ "$(jq -c '.instructions[2].onbuild | [.name, .flags, .arguments]' <<<"$output")" = '["COPY",["--link"],["c","d"]]' ]
    [ "$(jq -c '.stages' <<<"$output")" = '["b"]' ]
}

@test "standard input, and other names by content" {
    run --separate-stderr "$DOCKWORTHY" show --tree - <Dockerfile
    [ "$status" -eq 0 ]
    cp Dockerfile odd.txt
    run --separate-stderr "$DOCKWORTHY" show odd.txt
    [ "$status" -eq 0 ]
    [ "$(jq -c '[.schema, .kind, .stages[0].user.value]' <<<"$output")" = '["dockworthy/dockerfile/1","dockerfile","7"]' ]
}

@test "what the builder refuses ends with 3" {
    printf 'FRMO a\n' >Dockerfile
    run --separate-stderr "$DOCKWORTHY" show --tree Dockerfile
    [ "$status" -eq 3 ]
    [[ "$stderr" == *'Dockerfile:1: unknown instruction "FRMO" (did you mean FROM?)'* ]]
    run --separate-stderr "$DOCKWORTHY" show Dockerfile
    [ "$status" -eq 3 ]
    run --separate-stderr "$DOCKWORTHY" show --tree missing
    [ "$status" -eq 3 ]
}

@test "a Compose file as its services will run, with the override file, and no values of variables" {
    printf 'services:\n  web:\n    image: a:1\n    environment: {TOKEN: hunter2}\n' >compose.yaml
    printf 'services:\n  web:\n    read_only: true\n' >compose.override.yaml
    run --separate-stderr "$DOCKWORTHY" show compose.yaml
    exits 0
    [ "$(jq -c '[.schema, (.files | length), .services[0].read_only, .services[0].environment[0].name]' <<<"$output")" = \
        '["dockworthy/compose/1",2,true,"TOKEN"]' ]
    [[ $output != *hunter2* ]]
    [ "$(jq -c '.project.services.web | [.image, .read_only, .environment]' <<<"$output")" = '["a:1",true,{"TOKEN":"***"}]' ]
    run --separate-stderr "$DOCKWORTHY" show - <compose.yaml
    exits 0
    [ "$(jq -c '[.name, (.files | length)]' <<<"$output")" = '["compose.yaml",1]' ]
}
