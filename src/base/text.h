/* The language of the process: English keys, looked up in a catalogue.
 *
 * The keys are the English texts themselves, as in gettext. The catalogue is
 * content/lang/zh.po, compiled into a sorted table at build time; gettext's
 * own runtime is not used because it needs an installed system locale, which
 * minimal containers lack. A key without a translation is shown in English.
 *
 * The language is set once, before threads and workers start; it and the log
 * level are the only process-wide state. tr_in() is for callers that answer
 * several people at once.
 */
#pragma once

#include "base/view.h"

enum text_language {
    TEXT_ENGLISH,
    TEXT_CHINESE,
};

void text_set_language(enum text_language language);
enum text_language text_language(void);
/* "en", "zh", "zh_CN.UTF-8", "zh-Hans", ...; false for an unknown one. */
bool text_language_parse(struct view name, enum text_language *ret);

const char *tr(const char *english) __attribute__((format_arg(1)));
const char *tr_in(enum text_language language, const char *english) __attribute__((format_arg(2)));

/* The columns a terminal needs for UTF-8 text: wide characters count two,
 * combining ones none. */
size_t text_width(struct view text);
/* The longest prefix that needs at most `columns`. */
struct view text_prefix(struct view text, size_t columns);

/* Marks a literal in a table as a key that tr() is asked for later, so that
 * tools/check-messages finds it. */
#define TR_KEY(literal) literal
