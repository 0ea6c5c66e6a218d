/* Lines of files and settings as reports may show them: with the secrets in
 * them masked, as the secret rules know them.
 *
 * Runs in workers, on bytes from outside. One thread.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "secret/secret.h"

enum { TEXT_MASKER_SPANS = 64 /* secrets of one text; with more, nothing of it is shown */ };

struct text_masker;

int text_masker_new(const struct secret_rules *rules, struct text_masker **ret, struct error *err);
void text_masker_free(struct text_masker *masker);
DEFINE_CLEANUP(struct text_masker, text_masker_free)

/* Appends the text as it may be shown; true when there is a secret in it. */
bool text_masker_run(struct text_masker *masker, struct view text, struct buf *to);
