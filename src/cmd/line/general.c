#include "cmd/line/general.h"

#include "base/text.h"

#define AT(member) .offset = offsetof(struct general_settings, member)

static bool language_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {
        [LANGUAGE_AUTO] = {"auto", TR_KEY("as LC_ALL, LC_MESSAGES or LANG say")},
        [LANGUAGE_EN] = {"en", TR_KEY("English")},
        [LANGUAGE_ZH] = {"zh", TR_KEY("Chinese")},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static bool color_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {
        [COLOR_AUTO] = {"auto", TR_KEY("on a terminal")},
        [COLOR_ALWAYS] = {"always", NULL},
        [COLOR_NEVER] = {"never", NULL},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static const struct option general[] = {
    {.name = "help", .letter = 'h', AT(help), .doc = TR_KEY("show help for the command")},
    {.name = "quiet",
     .letter = 'q',
     AT(quiet),
     .doc = TR_KEY("no progress and no notes on standard error, only errors")},
    {.name = "no-progress", AT(no_progress), .doc = TR_KEY("no progress line")},
    {.name = "debug",
     AT(debug),
     .variable = "PLIMSOLL_DEBUG",
     .doc = TR_KEY("tell on standard error what is done")},
    {.name = "color",
     .type = OPTION_CHOICE,
     .argument = "WHEN",
     AT(color),
     .initial = "auto",
     .word = color_word,
     .doc = TR_KEY("colour in tables")},
    {.name = "lang",
     .type = OPTION_CHOICE,
     .argument = "LANG",
     AT(language),
     .initial = "auto",
     .variable = "PLIMSOLL_LANG",
     .word = language_word,
     .doc = TR_KEY("language of messages")},
};
const struct option_group options_general = OPTION_GROUP(TR_KEY("General"), general);

static const struct option pages[] = {
    {.name = "man", AT(man), .doc = TR_KEY("write the man page (roff)")},
    {.name = "markdown", AT(markdown), .doc = TR_KEY("write the options as Markdown")},
};
const struct option_group options_pages = OPTION_GROUP(TR_KEY("Form"), pages);
