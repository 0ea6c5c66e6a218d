/* What a YAML scalar means: YAML 1.1 as sigs.k8s.io/yaml (go-yaml v2) reads it.
 *
 * Differences to the letter of YAML 1.1, which are go-yaml's: numbers of base
 * 60 are strings, "0o17" is octal beside "017", "08" is a float, timestamps
 * stay strings, a number too large for 64 bits is a float. !!binary is decoded.
 * Source: https://yaml.org/type/ and go-yaml's documented choices.
 */
#pragma once

#include "codec/document.h"

enum { DOCUMENT_NUMBER_LENGTH_LIMIT = 1024 }; /* a longer scalar is a string */

/* Sets kind and value of `node`, whose text, tag and style are set. `plain`:
 * neither quoted nor tagged, so that the text decides. */
int document_scalar_resolve(struct document_node *node, bool plain, struct arena *arena,
                            struct error *err);
