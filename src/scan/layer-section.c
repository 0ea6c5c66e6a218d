#include "scan/layer-section.h"

#include <stdio.h>

#include "hygiene/census.h"
#include "inventory/analyser.h"
#include "scan/file-inspector.h"

unsigned layer_sections_of(unsigned scanners)
{
    unsigned sections = scanners & (LAYER_SECTION_BIT(LAYER_SECTION_COUNT) - 1);

    /* Checks of an image ask for its packages and its system, too; a secret in a
     * file is told apart by who brought the file. */
    if (scanners & (SCAN_CONFIG | SCAN_SECRETS))
        sections |= LAYER_SECTION_BIT(LAYER_SECTION_FACTS);
    /* A finding in a file says whether a later layer hides the file. */
    if (scanners & (SCAN_SECRETS | SCAN_MALWARE))
        sections |= LAYER_SECTION_BIT(LAYER_SECTION_CENSUS);
    return sections;
}

static uint64_t generation_of(enum layer_section section, const struct scan_rules *rules)
{
    if (section == LAYER_SECTION_FACTS)
        return analyser_fingerprint();
    if (section == LAYER_SECTION_CENSUS)
        return census_generation();
    for (size_t i = 0; i < file_inspector_count; i++)
        if (file_inspectors[i]->section == section)
            return file_inspectors[i]->generation(rules) * 31 + file_inspectors[i]->version;
    return 0;
}

struct view layer_section_generation(enum layer_section section, const struct scan_rules *rules,
                                     char to[static LAYER_GENERATION_SIZE])
{
    int len = snprintf(to, LAYER_GENERATION_SIZE, "%d-%016llx", (int)section,
                       (unsigned long long)generation_of(section, rules));

    return view_from(to, (size_t)len);
}

bool layer_sections_read(struct view reply, struct view ret[static LAYER_SECTION_COUNT])
{
    struct view sections[LAYER_SECTION_COUNT] = {{0}};
    struct cursor c = cursor_of(reply);

    while (cursor_left(&c)) {
        unsigned section = cursor_u8(&c);
        uint64_t len = cursor_u64(&c);

        if (section >= LAYER_SECTION_COUNT || sections[section].ptr || len > cursor_left(&c))
            return false;
        sections[section] = cursor_take(&c, (size_t)len);
    }
    if (c.failed)
        return false;
    memcpy(ret, sections, sizeof(sections));
    return true;
}
