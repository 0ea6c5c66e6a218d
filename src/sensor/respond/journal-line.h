/* One line of a journal, as JSON. */
#pragma once

#include "codec/json.h"
#include "sensor/respond/journal.h"

/* With its line feed. An intent has all, what follows only what is new. */
void journal_line_write(const struct journal_entry *entry, int64_t now, struct buf *to);
/* Texts in the arena. False: it is no line of a journal. */
bool journal_line_read(struct json_parser *parser, struct view line, struct arena *arena,
                       struct journal_entry *ret);
