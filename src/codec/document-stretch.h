/* A stretch of a text that YAML may hold: UTF-8 without the characters that
 * YAML forbids (YAML 1.1, section 4.1.1), up to the first that it may not.
 */
#pragma once

#include "codec/document.h"

enum document_stretch_stop {
    DOCUMENT_STOP_END,     /* of the text */
    DOCUMENT_STOP_BOM,     /* at the start of a line, where files were joined */
    DOCUMENT_STOP_UTF8,    /* what follows is not UTF-8 */
    DOCUMENT_STOP_CONTROL, /* what follows is a control character */
};

struct document_stretch {
    size_t end;
    bool ascii;
    enum document_stretch_stop stop;
};

struct document_stretch document_stretch_from(struct view text, size_t start);
/* The next line that starts a document ("---"), at or behind the start of a
 * line; SIZE_MAX: none. */
size_t document_stretch_next_document(struct view text, size_t line_start);
/* Behind the last byte of the line that holds `at`. */
size_t document_stretch_line_end(struct view text, size_t at);
