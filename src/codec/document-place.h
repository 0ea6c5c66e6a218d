/* A walk through a text that knows line and column, for marks of documents.
 *
 * Lines end with LF, CRLF or CR; columns count code points. The walk goes in
 * either direction and costs the distance walked, so that marks asked for in
 * the order of the text cost one pass over it.
 */
#pragma once

#include "codec/document.h"

struct document_place {
    struct view text; /* UTF-8; broken bytes count as one code point each */
    size_t index;     /* code points walked from where the walk began */
    struct document_mark mark;
};

struct document_place document_place_at_start(struct view text);
void document_place_to_index(struct document_place *place, size_t index);
void document_place_to_offset(struct document_place *place, size_t offset);
