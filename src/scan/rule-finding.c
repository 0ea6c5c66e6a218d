#include "scan/rule-finding.h"

static struct view in_language(const struct rule_text *text)
{
    return text->in[text_language()].len ? text->in[text_language()] : text->in[TEXT_ENGLISH];
}

void rule_finding_describe(struct finding *f, const struct rule *rule)
{
    f->kind = view_of(finding_kind_name(FINDING_MISCONFIGURATION));
    f->id = rule->id;
    f->severity = rule_priority_severity(rule->priority);
    f->severity_source = VIEW("plimsoll");
    f->title = in_language(&rule->title);
    if (f->title.len == 0)
        f->title = rule->name;
    f->description = in_language(&rule->desc);
    f->remediation = in_language(&rule->remediation);
    f->tags = rule->tags;
    f->tag_count = rule->tag_count;
    f->references = rule->references;
    f->reference_count = rule->reference_count;
}
