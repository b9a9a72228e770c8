# SPDX-License-Identifier: Apache-2.0
# Kubernetes manifests: facts, errors with their place, what has to be rendered first, rules of the policy's own.
load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
    cat >pod.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: app
          image: shop:1.4
          env: [{name: DB_PASSWORD, value: hunter2}]
END
}

@test "show prints pods with their containers as they will run, and no values of variables" {
    run --separate-stderr "$DOCKWORTHY" show pod.yaml
    exits 0
    [ "$(jq -c '[.schema, .kind, .pods[0].kind, .pods[0].containers[0].images[0].reference]' <<<"$output")" = \
        '["dockworthy/kubernetes/1","kubernetes","Deployment","shop:1.4"]' ]
    [[ $output != *hunter2* ]]
}

@test "no output shows a secret of the file" {
    for format in table json sarif; do
        run "$DOCKWORTHY" lint --format "$format" pod.yaml
        contains SEC-008
        [[ $output != *hunter2* ]]
    done
}

@test "a value of another type is an error with its place and field" {
    printf 'apiVersion: v1\nkind: Pod\nspec:\n  hostNetwork: "true"\n  containers: [{name: a, image: a}]\n' >bad.yaml
    run "$DOCKWORTHY" lint bad.yaml
    exits 3
    contains 'bad.yaml:4:16: spec.hostNetwork: must be true or false, but is the text "true"'
}

@test "a chart's template and a kustomization are not judged as they stand" {
    printf 'apiVersion: v1\nkind: Pod\nspec:\n{{- if .Values.x }}\n  hostPID: true\n{{- end }}\n' >template.yaml
    run "$DOCKWORTHY" lint template.yaml
    exits 4
    contains "template.yaml:4: a template"
    contains "dockworthy lint -"
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{path: p.yaml}]\n' >kustomization.yaml
    run "$DOCKWORTHY" lint kustomization.yaml
    exits 4
    contains "kustomize build ."
}

@test "what was rendered is judged from standard input" {
    run "$DOCKWORTHY" lint --pod-security baseline - <pod.yaml
    exits 0
    run "$DOCKWORTHY" lint --pod-security restricted:v1.30 - <pod.yaml
    exits 1
    contains "RT-002.capabilities_res"
}

@test "a custom rule sees the facts of manifests" {
    cat >rules.jq <<'END'
select(.schema == "dockworthy/kubernetes/1") | .pods[] | select(.service_account == null)
| {id: "ACME-001", severity: "medium", message: "\(.kind) \(.name) has no service account", path, line, column}
END
    printf 'version: 1\nfiles: {kubernetes: [pod.yaml]}\ncustom-rules: [rules.jq]\n' >dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --format json
    [ "$(jq -r '.findings[] | select(.rule == "ACME-001") | "\(.message) \(.location.line)"' <<<"$output")" = \
        "Deployment shop has no service account 7" ]
}
