/* What every command of every program takes. A program's own settings begin
 * with a struct general_settings, so that these options find theirs. */
#pragma once

#include "cmd/line/option.h"

enum general_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum general_language { LANGUAGE_AUTO, LANGUAGE_EN, LANGUAGE_ZH };

struct general_settings {
    bool help, quiet, no_progress, debug;
    int language, color;
    bool man, markdown; /* of the help command */
};

extern const struct option_group options_general;
extern const struct option_group options_pages; /* the forms of help */
