#include "report/format.h"

#include "base/text.h"
#include "report/github.h"
#include "report/gitlab.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/table.h"

const struct report_format report_formats[] = {
    {"table", TR_KEY("aligned columns for people"), report_write_table},
    {"json", TR_KEY("plimsoll/report/1, for programs"), report_write_json},
    {"sarif", TR_KEY("SARIF 2.1.0, for code scanning"), report_write_sarif},
    {"junit", TR_KEY("JUnit XML, for Jenkins and GitLab"), report_write_junit},
    {"gitlab", TR_KEY("GitLab Code Quality"), report_write_gitlab},
    {"github", TR_KEY("annotations of GitHub Actions"), report_write_github},
};
const size_t report_format_count = sizeof(report_formats) / sizeof(report_formats[0]);

const struct report_format *report_format_find(struct view name)
{
    for (size_t i = 0; i < report_format_count; i++)
        if (view_eq(name, view_of(report_formats[i].name)))
            return &report_formats[i];
    return NULL;
}
