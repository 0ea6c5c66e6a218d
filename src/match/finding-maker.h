/* From a verdict to the finding that people read. */
#pragma once

#include "match/match.h"
#include "match/source-name.h"
#include "match/verdict.h"

struct finding_maker {
    const struct os_info *os;
    struct vulndb_reader *reader;
    const struct match_options *options;
    struct arena *arena;
};

/* `verdict` is affected and not safe. */
int finding_make(const struct finding_maker *maker, const struct package *package,
                 const struct verdict *verdict, struct finding *ret, struct error *err);

/* An update that waits in the security pocket. */
int finding_make_pending(const struct finding_maker *maker, const struct package *package,
                         struct view family, struct view source, struct view version,
                         struct finding *ret, struct error *err);
