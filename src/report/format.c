#include "report/format.h"

#include "base/text.h"
#include "report/json.h"
#include "report/table.h"

const struct report_format report_formats[] = {
    {"table", TR_KEY("aligned columns for people"), report_write_table},
    {"json", TR_KEY("plimsoll/report/1, for programs"), report_write_json},
};
const size_t report_format_count = sizeof(report_formats) / sizeof(report_formats[0]);

const struct report_format *report_format_find(struct view name)
{
    for (size_t i = 0; i < report_format_count; i++)
        if (view_eq(name, view_of(report_formats[i].name)))
            return &report_formats[i];
    return NULL;
}
