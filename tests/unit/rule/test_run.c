/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about what RUN instructions run. */
#include "rule/chapters.h"
#include "rule_test.h"

static void fresh(void)
{
    rule_teardown(NULL);
    rule_setup(NULL);
}

static size_t count_findings(const char *rule)
{
    size_t count = 0;
    for (size_t i = 0; i < verdict->findings.len; i++)
        count += dw_slice_is(verdict->findings.at[i].rule, rule);
    return count;
}

/* Every example of these chapters: the bad file has a finding of its rule, the good one none. */
static void run_examples(const struct dw_rule *rules, size_t count, size_t *failed)
{
    for (size_t i = 0; i < count; i++) {
        assert_non_null(rules[i].examples);
        for (const struct dw_rule_example *example = rules[i].examples; example->file != NULL; example++) {
            fresh();
            judge_dockerfile(example->bad, NULL);
            if (count_findings(rules[i].id) == 0) {
                print_message("%s says nothing of its bad example:\n%s", rules[i].id, example->bad);
                ++*failed;
            }
            fresh();
            judge_dockerfile(example->good, NULL);
            if (count_findings(rules[i].id) > 0) {
                print_message("%s has something against its good example:\n%s", rules[i].id, example->good);
                ++*failed;
            }
        }
    }
}

static void test_examples(void **state)
{
    (void)state;
    size_t failed = 0;
    run_examples(dw_package_rules, dw_package_rule_count, &failed);
    run_examples(dw_command_rules, dw_command_rule_count, &failed);
    run_examples(dw_verification_rules, dw_verification_rule_count, &failed);
    run_examples(dw_build_secret_rules, dw_build_secret_rule_count, &failed);
    assert_int_equal(failed, 0);
}

/* One RUN (or other text behind FROM), and how many findings the rule has of it; "ID.variant" counts that variant alone. */
static const struct {
    const char *rule, *text;
    size_t count;
} cases[] = {
    /* What is looked through. */
    {"PKG-001", "RUN sudo -E apt-get install -y curl", 1},
    {"PKG-001", "RUN sh -c 'apt-get install -y curl git=1'", 1},
    {"PKG-001", "RUN [\"sh\", \"-c\", \"apk add curl\"]", 1},
    {"PKG-001", "RUN [\"apk\", \"add\", \"curl\"]", 1},
    {"PKG-001", "RUN <<EOF\nset -e\napk add curl\nEOF", 1},
    {"PKG-001", "RUN if true; then apk add curl; fi", 1},
    {"PKG-001", "RUN echo apk add curl", 0},
    {"PKG-001", "RUN DEBIAN_FRONTEND=noninteractive apt-get install -y curl", 1},
    {"PKG-001", "RUN apt-get install -y curl=$V ./a.deb /tmp/b.deb", 0},
    {"PKG-001", "RUN apt-get install -y -t bookworm-backports curl", 0},
    {"PKG-001", "RUN apt-get install -y curl-", 0},
    {"PKG-001", "RUN npm ci && npm install && npm i -g typescript@latest", 1},
    {"PKG-001", "RUN yum install -y java-11-openjdk java-11-openjdk-11.0.1 @core https://example.com/a.rpm", 1},
    {"PKG-001", "RUN dnf install -y nginx-$VERSION 'kernel>=5'", 0},
    {"PKG-001", "RUN pip install -e . 'flask>=3' git+https://u@example.com/a.git@v1", 0},
    {"PKG-001", "RUN go install example.com/a@v1 && go build ./...", 0},
    {"PKG-001", "CMD apk add curl", 0},
    {"PKG-001", "ENV P=\"curl=1 git\"\nRUN apk add $P", 1},
    {"PKG-001", "ARG P=\"curl=1 git=2\"\nRUN apk add ${P}", 0},
    {"PKG-001", "RUN deps='curl git' && apk add --virtual .b $deps", 1},
    {"PKG-001", "RUN apk add $UNKNOWN", 0},
    {"PKG-002", "RUN yes | apt-get install curl=1", 0},
    {"PKG-002", "RUN apt-get -o APT::Get::Assume-Yes=true install curl=1", 0},
    {"PKG-002", "RUN zypper -n install curl=1", 0},
    {"PKG-003", "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*", 0},
    {"PKG-003", "RUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y a", 1},
    {"PKG-003", "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/{apt,dpkg}/", 0},
    {"PKG-003", "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/partial", 1},
    {"PKG-003", "RUN apt-get update && apt-get install -y a && find /var/lib/apt/lists -type f -delete", 0},
    {"PKG-003", "RUN apk add a && rm -rf /var/cache/apk/*", 0},
    {"PKG-003", "RUN pip install a && rm -rf ~/.cache/pip", 0},
    {"PKG-003", "RUN --mount=type=cache,target=/home/app/.cache/pip pip install a", 0},
    {"PKG-003", "ENV PIP_NO_CACHE_DIR 1\nRUN pip install a", 0},
    {"PKG-003", "RUN yarn", 1},
    {"PKG-003", "RUN yarn build", 0},
    {"PKG-003", "RUN yarn && yarn cache clean", 0},
    {"PKG-004", "RUN echo 'APT::Install-Recommends \"false\";' > /etc/apt/apt.conf.d/99x\nRUN apt-get install -y a", 0},
    {"PKG-004", "RUN aptitude -R install a", 0},
    {"PKG-005", "RUN --mount=type=cache,target=/var/lib/apt apt-get update", 0},
    {"PKG-005", "RUN apk update && apk add a", 0},
    {"PKG-005", "RUN apk update", 1},
    {"PKG-005", "RUN apt-get update && ./install-everything.sh && sh more.sh", 0},
    {"PKG-005", "RUN sh -c 'apt-get update'", 1},
    {"PKG-005", "RUN apt-get update && /bin/rm -f a", 1},
    {"PKG-006", "RUN apt-get update && apt-get upgrade -y", 1},
    {"PKG-006", "RUN apt-get upgrade -y openssl", 0},
    {"PKG-006", "RUN dnf -y upgrade && apk upgrade && yum -y update", 3},
    {"PKG-007", "RUN apt list --installed", 1},
    /* Commands. */
    {"DF-012", "RUN echo a && cd /b && c", 0},
    {"DF-012", "RUN (cd /b && c)", 1},
    {"DF-012", "RUN cd /b \\\n && c", 1},
    {"DF-018", "COPY a.tar.gz /b/\nRUN tar xzf /b/a.tar.gz", 1},
    {"DF-018", "COPY a.tar.gz /b/\nRUN tar czf /c/a.tar.gz d", 0},
    {"DF-018", "COPY a.tar.gz /b/\nRUN tar -tf /b/a.tar.gz", 0},
    {"DF-020", "RUN curl -fsSL x | bash", 1},
    {"DF-020", "RUN curl -fsSL x | sudo -E bash -", 1},
    {"DF-020", "RUN curl -fsSL x | bash -s -- --yes", 1},
    {"DF-020", "RUN wget -qO- x | gunzip | sh -ex", 1},
    {"DF-020", "RUN bash <(curl -s x)", 1},
    {"DF-020", "RUN . <(curl -s x)", 1},
    {"DF-020", "RUN sh -c \"$(curl -fsSL x)\"", 1},
    {"DF-020", "RUN eval \"$(curl -fsSL x)\"", 1},
    {"DF-020", "RUN eval `wget -qO- x`", 1},
    {"DF-020", "RUN curl x | python3 -", 1},
    {"DF-020", "RUN curl x | python", 1},
    {"DF-020", "RUN <<EOF\ncurl x | sh\nEOF", 1},
    {"DF-020", "RUN (curl x || wget -O- x) | sh", 1},
    {"DF-020", "RUN curl x | python -m json.tool", 0},
    {"DF-020", "RUN curl x | node -e 'a'", 0},
    {"DF-020", "RUN curl x | perl -pe 's/a/b/'", 0},
    {"DF-020", "RUN curl x | tar xz", 0},
    {"DF-020", "RUN curl x | sh ./known.sh", 0},
    {"DF-020", "RUN curl x | sh -c 'cat > f'", 0},
    {"DF-020", "RUN curl -o f x && sh g", 0},
    {"DF-020", "RUN V=$(curl x) sh g", 0},
    {"DF-020", "RUN echo \"$(curl x)\" && sh g", 0},
    {"DF-023", "RUN apt-get install -y sudo=1 && echo sudo", 0},
    {"DF-023", "RUN /usr/bin/sudo make", 1},
    {"DF-024", "RUN a | b", 1},
    {"DF-024", "RUN a || b", 0},
    {"DF-024", "RUN echo 'a | b'", 0},
    {"DF-024", "RUN set -o pipefail && a | b", 0},
    {"DF-024", "RUN set -euxo pipefail; a | b", 0},
    {"DF-024", "RUN if a | b; then c; fi", 0},
    {"DF-024", "RUN x=$(a | b)", 1},
    {"DF-024", "RUN bash -o pipefail -c 'a | b'", 0},
    {"DF-024", "RUN [\"bash\", \"-c\", \"a | b\"]", 1},
    {"DF-024", "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b", 0},
    {"DF-024", "SHELL [\"pwsh\", \"-c\"]\nRUN a | b", 0},
    {"DF-024", "RUN <<EOF\n#!/bin/bash -o pipefail\na | b\nEOF", 0},
    {"DF-026", "RUN killall a; mountpoint b", 0},
    {"DF-027", "RUN wget -q x\nRUN curl y\nRUN wget -q z", 1},
    {"DF-027", "RUN wget -q x\nRUN curl y\nFROM debian\nRUN wget -q z", 0},
    {"DF-028", "RUN wget -qO- x", 0},
    {"DF-028", "RUN wget -O q x", 1},
    {"DF-029", "RUN useradd -lu 65532 a", 0},
    {"DF-029", "RUN useradd --uid=65532 a", 1},
    {"DF-029", "RUN useradd -mu65532 a", 1},
    {"DF-029", "RUN useradd -u 1000 a", 0},
    {"DF-030", "RUN a\nRUN [\"b\"]", 1},
    {"DF-030", "RUN a\nUSER b\nRUN c", 0},
    {"DF-030", "RUN --network=none a\nRUN b", 0},
    {"DF-042", "CMD echo 'a", 1},
    {"DF-042", "HEALTHCHECK CMD if a; then b", 1},
    {"DF-042", "RUN bash -c 'a \"b'", 1},
    {"DF-042", "RUN [\"echo\", \"'\"]", 0},
    {"PKG-001", "RUN apk add a b c d e f g", 1},
    /* Verification. */
    {"DF-045.curl", "RUN curl -sSLk x; curl --insecure x; curl -o k x; curl -H -k x", 2},
    {"DF-045.curl", "RUN sudo curl -k x", 1},
    {"DF-045.wget", "RUN wget --no-check-certificate x", 1},
    {"DF-045.pip", "RUN pip install --trusted-host a b; pip config set global.trusted-host a", 2},
    {"DF-045.pip-env", "ENV PIP_TRUSTED_HOST=a\nRUN PIP_TRUSTED_HOST=b pip install c", 2},
    {"DF-045.python", "ARG PYTHONHTTPSVERIFY=0\nRUN export PYTHONHTTPSVERIFY=0", 2},
    {"DF-045.node", "ENV NODE_TLS_REJECT_UNAUTHORIZED=\"0\"\nENV NODE_TLS_REJECT_UNAUTHORIZED=1", 1},
    {"DF-045.npm", "RUN npm config set strict-ssl false && yarn config set strict-ssl false -g && npm i --strict-ssl=false && npm set "
                   "strict-ssl=true", 3},
    {"DF-045.npm-env", "ENV npm_config_strict_ssl=false", 1},
    {"DF-045.git", "ENV GIT_SSL_NO_VERIFY true\nRUN git config --global http.sslVerify false\nRUN sudo git -c http.sslverify=false clone x", 3},
    {"DF-045.git", "ENV GIT_SSL_NO_VERIFY=0\nRUN git config http.sslVerify true", 0},
    {"DF-045.yum", "RUN yum --setopt=sslverify=false install -y a\nRUN echo 'sslverify = 0' >> /etc/yum.conf\nRUN sudo dnf --setopt sslverify=0 "
                   "install b", 3},
    {"DF-046.apk", "RUN apk add --allow-untrusted a", 1},
    {"DF-046.apt", "RUN apt-get install -y --allow-unauthenticated a\nRUN apt-get -o APT::Get::AllowUnauthenticated=true install b\nRUN echo "
                   "'deb [trusted=yes] http://a b c' > /etc/apt/sources.list.d/a.list", 3},
    {"DF-046.apt", "RUN apt-get -o APT::Get::AllowUnauthenticated=false install b\nRUN echo trusted: yes", 0},
    {"DF-046.nogpgcheck", "RUN yum install -y --nogpgcheck a\nRUN zypper --no-gpg-checks in b\nRUN dnf --setopt=gpgcheck=0 install c\nRUN printf "
                          "'[a]\\ngpgcheck=0\\n' > /etc/yum.repos.d/a.repo", 4},
    {"DF-046.rpm", "RUN rpm -i --nosignature a.rpm", 1},
    {"DF-046.force-yes", "RUN apt-get install --force-yes a", 1},
    {"DF-046", "RUN ./own --allow-untrusted", 0},
    /* Secrets. */
    {"SEC-004", "ARG T\nRUN git clone https://$T@example.com/a.git", 1},
    {"SEC-004", "ARG T\nRUN pip install --index-url https://u:${T}@example.com/simple a==1", 1},
    {"SEC-004", "RUN git clone https://u:verysecret@example.com/a.git", 1},
    {"SEC-004", "RUN git clone ssh://git@example.com/a.git && git clone git@example.com:a.git", 0},
    {"SEC-004", "RUN curl ftp://anonymous:a@example.com/", 0},
    {"SEC-004", "ARG T\nRUN echo \"//registry.npmjs.org/:_authToken=$T\" > .npmrc", 1},
    {"SEC-004", "ARG T\nRUN echo '//registry.npmjs.org/:_authToken=${T}' > .npmrc", 1},
    {"SEC-004", "RUN echo '//registry.npmjs.org/:_authToken=${T}' > .npmrc", 0},
    {"SEC-004", "ENV T=a\nRUN curl -H \"Authorization: Bearer $T\" x", 1},
    {"SEC-004", "RUN curl -u user:password x", 1},
    {"SEC-004", "RUN curl -u user x", 0},
    {"SEC-004", "RUN --mount=type=secret,id=t,env=T curl -u u:$T x", 0},
    {"SEC-004", "ARG T\nRUN --mount=type=secret,id=t T=$(cat /run/secrets/t) && curl -u u:$T x", 0},
    {"SEC-004", "RUN --mount=type=secret,id=t curl -u u:$(cat /run/secrets/t) x", 0},
    {"SEC-004", "ARG P\nRUN sudo docker login -u a -p $P", 1},
    {"SEC-004", "ARG P\nRUN printf 'machine a login b password %s' $P > ~/.netrc", 1},
    {"SEC-004", "RUN a2enmod mod_auth_basic && ./configure --with_auth=x_auth y", 0},
    {"SEC-004", "RUN npm config set _auth=abc", 1},
    {"SEC-004", "ADD https://u:p@example.com/a /a", 1},
    {"SEC-004", "ADD https://example.com/a@b /a", 0},
    {"SEC-004", "RUN curl https://example.com/@scope/a?x=user:pass", 0},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true cat /run/secrets/t > /etc/t", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true cat /run/secrets/t > /etc/t && use && rm /etc/t", 0},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true use $(cat /run/secrets/t) > /dev/null", 0},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true cat /run/secrets/t", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true cat /run/secrets/t | use --password-stdin", 0},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true cat /run/secrets/t | tee /etc/t", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,env=T,required=true echo $T > /etc/t", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,env=T,required=true echo \"$T\"", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,env=T,required=true env > /etc/e", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,env=T,required=true printf %s \"$T\" | use", 0},
    {"SEC-005", "RUN --mount=type=secret,id=t,required=true T=$(cat /run/secrets/t) && echo \"x=$T\" >> /etc/t", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,env=T,required=true npm config set //a/:_authToken $T && npm ci", 1},
    {"SEC-005", "RUN --mount=type=secret,id=t,env=T,required=true npm config set //a/:_authToken $T && npm ci && rm -f ~/.npmrc", 0},
    {"SEC-005", "RUN --mount=type=secret,id=t,target=/k,required=true cp /k /etc/k", 2},
    {"SEC-005.required", "RUN --mount=type=secret,id=t use", 1},
    {"SEC-005.target", "RUN --mount=type=secret,id=t,target=/root/.npmrc,required use", 1},
    {"SEC-010", "RUN echo a:b | chpasswd; usermod -p x a; useradd --password=x a; passwd --stdin a; passwd -l a; useradd -m a", 4},
};

static size_t count_of(const char *rule)
{
    const char *dot = strchr(rule, '.');
    size_t count = 0, length = dot == NULL ? strlen(rule) : (size_t)(dot - rule);
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        count += dw_slice_equal(finding->rule, dw_slice_make(rule, length)) &&
                 (dot == NULL || dw_slice_is(finding->variant, dot + 1));
    }
    return count;
}

static void test_cases(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1024];
        snprintf(text, sizeof(text), "FROM debian:12.5\n%s\n", cases[i].text);
        fresh();
        judge_dockerfile(text, NULL);
        size_t count = count_of(cases[i].rule);
        if (count == cases[i].count)
            continue;
        print_message("%s: %zu findings, not %zu:\n  %s\n", cases[i].rule, count, cases[i].count, cases[i].text);
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* The file behind FROM after the first repair of the rule; NULL: none is offered. */
static const struct {
    const char *rule, *text, *expected;
} repairs[] = {
    {"PKG-002", "RUN apt-get install curl=1", "RUN apt-get install -y curl=1"},
    {"PKG-002", "RUN a && \\\n    sudo apt-get install \\\n    curl=1", "RUN a && \\\n    sudo apt-get install -y \\\n    curl=1"},
    {"PKG-002", "RUN [\"apt-get\", \"install\", \"curl=1\"]", NULL},
    {"PKG-002", "RUN [\"sh\", \"-c\", \"apt-get install curl=1\"]", "RUN [\"sh\", \"-c\", \"apt-get install -y curl=1\"]"},
    {"PKG-002", "RUN <<EOF\napt-get install curl=1\nEOF", "RUN <<EOF\napt-get install -y curl=1\nEOF"},
    {"PKG-002", "RUN bash -c \"apt-get install \\\"curl=1\\\"\"", NULL},
    {"PKG-003", "RUN apk add a=1", "RUN apk add --no-cache a=1"},
    {"PKG-003", "RUN pip install a==1", "RUN pip install --no-cache-dir a==1"},
    {"PKG-003", "RUN apt-get update && \\\n  apt-get install -y a=1  ", "RUN apt-get update && \\\n  apt-get install -y a=1 && rm -rf /var/lib/apt/lists/*  "},
    {"PKG-003", "RUN apt-get update # why", NULL},
    {"PKG-003", "RUN sudo apt-get update", NULL},
    {"PKG-004", "RUN apt-get install -y a=1", "RUN apt-get install --no-install-recommends -y a=1"},
    {"PKG-007", "RUN apt update", "RUN apt-get update"},
    {"PKG-007", "RUN apt list", NULL},
    {"DF-012", "RUN cd /a && b", "WORKDIR /a\nRUN b"},
    {"DF-012", "RUN --network=none cd /a && \\\n    b", "WORKDIR /a\nRUN --network=none b"},
    {"DF-012", "RUN cd /a; b", NULL},
    {"DF-012", "RUN cd $A && b", NULL},
    {"DF-024", "RUN a | b\nRUN c | d", "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\nRUN c | d"},
    {"DF-024", "FROM alpine:3.20\nRUN a | b", "FROM alpine:3.20\nSHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b"},
    {"DF-024", "FROM scratch\nRUN a | b", NULL},
    {"DF-018", "COPY a.tar.gz /tmp/\nRUN tar -xzf /tmp/a.tar.gz -C /opt && rm /tmp/a.tar.gz", "ADD a.tar.gz /opt/"},
    {"DF-018", "COPY a.tar.gz /tmp/\nRUN tar -xzf /tmp/a.tar.gz --strip-components=1 -C /opt", NULL},
    {"DF-018", "COPY a.tar.gz /tmp/\nRUN tar -xzf /tmp/a.tar.gz -C /opt && make", NULL},
    {"DF-028", "RUN sudo wget x", "RUN sudo wget -nv x"},
    {"DF-029", "RUN useradd -u 65532 a", "RUN useradd -l -u 65532 a"},
    {"DF-045", "RUN curl -sSLk x", "RUN curl -sSL x"},
    {"DF-045", "RUN curl -k x", "RUN curl x"},
    {"DF-045", "RUN curl --insecure \\\n  x", "RUN curl \\\n  x"},
    {"DF-045", "RUN wget -q \\\n  --no-check-certificate x", "RUN wget -q \\\n  x"},
    {"DF-045", "RUN pip install --trusted-host a b", "RUN pip install b"},
    {"DF-045", "RUN npm config set strict-ssl false", NULL},
    {"DF-046", "RUN apk add --no-cache --allow-untrusted a=1", "RUN apk add --no-cache a=1"},
    {"SEC-004", "ARG T\nRUN git clone https://$T@example.com/a", "RUN --mount=type=secret,id=T,env=T,required=true git clone https://$T@example.com/a"},
    {"SEC-004", "ENV T=a\nRUN git clone https://$T@example.com/a", NULL},
    {"SEC-005", "RUN --mount=type=secret,id=t a", "RUN --mount=type=secret,id=t,required=true a"},
    {"SEC-005", "RUN --mount=type=secret,id=tt,required --mount=type=secret,id=t a",
     "RUN --mount=type=secret,id=tt,required --mount=type=secret,id=t,required=true a"},
};

static void apply(const struct dw_finding *finding, const char *text, struct dw_buffer *out)
{
    size_t at = 0;
    for (size_t i = 0; i < finding->edit_count; i++) {
        const struct dw_edit *edit = &finding->edits[i];
        assert_true(edit->start >= at && edit->end >= edit->start && edit->end <= strlen(text));
        dw_buffer_append(out, dw_slice_make(text + at, edit->start - at));
        dw_buffer_append(out, edit->text);
        at = edit->end;
    }
    dw_buffer_append_string(out, text + at);
}

static void test_repairs(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++) {
        char text[1024], expected[1024];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
        snprintf(text, sizeof(text), "FROM debian:12.5\n%s\n", repairs[i].text);
        snprintf(expected, sizeof(expected), "FROM debian:12.5\n%s\n", repairs[i].expected == NULL ? repairs[i].text : repairs[i].expected);
        fresh();
        settings.repairs = true;
        judge_dockerfile(text, NULL);
        const struct dw_finding *finding = find_finding(repairs[i].rule);
        for (size_t j = 0; finding == NULL && j < verdict->findings.len; j++)
            if (dw_slice_is(verdict->findings.at[j].rule, repairs[i].rule))
                finding = &verdict->findings.at[j];
        assert_non_null(finding);
        apply(finding, text, &out);
        if (dw_slice_is(dw_buffer_slice(&out), expected) && (finding->edit_count > 0) == (repairs[i].expected != NULL))
            continue;
        print_message("%s of\n%s\nis mended to\n%.*s", repairs[i].rule, repairs[i].text, DW_SLICE_ARG(dw_buffer_slice(&out)));
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* A finding stands where its word stands, in whatever form of RUN. */
static void test_places(void **state)
{
    (void)state;
    judge_dockerfile("FROM debian:12.5\n"
                     "RUN true && \\\n"
                     "    # why\n"
                     "    curl -sk https://example.com\n"
                     "RUN <<EOF\n"
                     "set -e\n"
                     "  sudo ls\n"
                     "EOF\n",
                     NULL);
    const struct dw_finding *finding = find_finding("DF-045.curl");
    assert_non_null(finding);
    assert_int_equal(finding->place.line, 4);
    assert_int_equal(finding->place.column, 10);
    assert_int_equal(finding->end_column, 13);
    assert_true(dw_slice_is(finding->source_line, "    curl -sk https://example.com"));
    finding = find_finding("DF-023");
    assert_non_null(finding);
    assert_int_equal(finding->place.line, 7);
    assert_int_equal(finding->place.column, 3);
}

/* What is not understood is not passed. */
static void test_unknown(void **state)
{
    (void)state;
    judge_dockerfile("FROM debian:12.5\nRUN echo 'a\n", NULL);
    expect_result("DF-045", DW_STATUS_NOT_EVALUATED);
    expect_reason("DF-045", "Dockerfile:2: the shell code was not understood: a ' has no end");
    expect_result("PKG-001", DW_STATUS_NOT_EVALUATED);
    fresh();
    judge_dockerfile("FROM debian:12.5\nSHELL [\"pwsh\", \"-c\"]\nRUN Get-Item\n", NULL);
    expect_result("DF-020", DW_STATUS_NOT_EVALUATED);
    expect_reason("DF-020", "PowerShell code is not read");
    fresh();
    judge_dockerfile("FROM debian:12.5\nRUN apt-get install -y $PACKAGES\n", NULL);
    expect_result("PKG-001", DW_STATUS_NOT_EVALUATED);
    fresh();
    judge_dockerfile("FROM debian:12.5\nRUN apk add a b=1 c d e f g h\n", NULL);
    expect_finding("PKG-001.apk", 2, "a, c, d, e, f and 2 more are installed without a version");
    fresh();
    judge_dockerfile("FROM debian:12.5\nRUN true\n", NULL);
    expect_result("DF-045", DW_STATUS_PASS);
    expect_result("PKG-001", DW_STATUS_PASS);
    expect_result("SEC-005", DW_STATUS_NOT_APPLICABLE);
    fresh();
    judge_dockerfile("FROM debian:12.5\nUSER 65532\n", NULL);
    expect_result("PKG-001", DW_STATUS_NOT_APPLICABLE);
}

/* Values of secrets are in no message. */
static void test_silence(void **state)
{
    (void)state;
    judge_dockerfile("FROM debian:12.5\n"
                     "RUN git clone https://user:hunter2hunter2@example.com/a.git\n"
                     "RUN curl -H 'Authorization: Bearer hunter2hunter2' x\n"
                     "RUN echo app:hunter2hunter2 | chpasswd\n",
                     NULL);
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        assert_true(dw_slice_find_slice(finding->message, DW_SLICE("hunter2")) == SIZE_MAX);
        assert_true(dw_slice_find_slice(finding->fix, DW_SLICE("hunter2")) == SIZE_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_examples, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(test_cases, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(test_repairs, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(test_places, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(test_unknown, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(test_silence, rule_setup, rule_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
