/* SPDX-License-Identifier: Apache-2.0
 *
 * What kind of subject a file is: by its name, else by its content. */
#ifndef DW_CHECK_RECOGNISE_H
#define DW_CHECK_RECOGNISE_H

#include "document/document.h"
#include "model/subject.h"

/* No kind of file that is judged. */
#define DW_FILE_OTHER DW_SUBJECT_KIND_COUNT

/* By the last part of its path alone: Dockerfile, Dockerfile.*, *.dockerfile, Containerfile; compose.yaml, docker-compose.yml and
 * their like, overrides too. Else DW_FILE_OTHER. */
enum dw_subject_kind dw_recognise_name(struct dw_slice name);
/* Does the name end as YAML and JSON files do? */
bool dw_recognise_is_document(struct dw_slice name);
/* The file that Compose merges unasked: "compose.override.yaml" and its like. */
bool dw_recognise_is_override(struct dw_slice name);

/* By text, without parsing: YAML whose top has "apiVersion" and "kind" is Kubernetes, "services" with an image or build below is
 * Compose; JSON by the same keys anywhere; a first instruction FROM or ARG is a Dockerfile. For files that nobody named: what is
 * written in an unusual way is not found. */
enum dw_subject_kind dw_recognise_text(struct dw_slice text);
/* By the keys of its documents. */
enum dw_subject_kind dw_recognise_document(const struct dw_document *document);
/* Is TEXT a template that Helm makes YAML of ("{{ … }}")? */
bool dw_recognise_is_template(struct dw_slice text);

#endif
