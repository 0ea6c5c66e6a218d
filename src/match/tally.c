#include "match/tally.h"

#include "base/text.h"

const struct diagnostic *match_tally_tell(const struct match_tally *tally, struct arena *arena,
                                          size_t *ret_count)
{
    const struct {
        size_t count;
        const char *code, *message, *hint; /* hint may be NULL */
    } notes[] = {
        {tally->foreign, "packages-foreign",
         TR_KEY("packages of other repositories are listed but not matched"),
         TR_KEY("their vendors publish advisories of their own")},
        {tally->versionless, "packages-versionless",
         TR_KEY("packages without a version are not matched"), NULL},
        {tally->kernel, "kernel-headers",
         TR_KEY("kernel vulnerabilities of packages without kernel code (headers, "
                "documentation, tools) are left out"),
         NULL},
        {tally->for_subscribers, "fixes-for-subscribers",
         TR_KEY("vulnerabilities are fixed only in Ubuntu Pro, which is not attached here"),
         TR_KEY("see https://ubuntu.com/pro, or move to a release in standard support")},
    };
    struct diagnostic *list = NULL;

    *ret_count = 0;
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        struct diagnostic *d;

        if (notes[i].count == 0)
            continue;
        d = arena_push(arena, &list, ret_count, sizeof(*d));
        if (!d)
            break;
        d->level = DIAGNOSTIC_NOTE;
        d->code = view_of(notes[i].code);
        d->message = arena_printf(arena, "%zu %s", notes[i].count, tr(notes[i].message));
        if (notes[i].hint)
            d->hint = view_of(tr(notes[i].hint));
    }
    return list;
}
