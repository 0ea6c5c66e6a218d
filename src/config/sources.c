#include "config/sources.h"

#include "config/compose/event.h"
#include "config/dockerfile/event.h"
#include "config/image/event.h"
#include "config/kubernetes/source.h"
#include "rule/source/falco.h"

const struct rule_source *const config_sources[] = {
    &kubernetes_source,
    &dockerfile_source,
    &compose_source,
    &image_source,
    &rule_source_syscall,
    &rule_source_k8s_audit,
    &rule_source_aws_cloudtrail,
    &rule_source_gcp_auditlog,
};
const size_t config_source_count = sizeof(config_sources) / sizeof(config_sources[0]);

const struct rule_source *config_source_find(struct view name)
{
    for (size_t i = 0; i < config_source_count; i++)
        if (view_eq(name, view_of(config_sources[i]->name)))
            return config_sources[i];
    return NULL;
}
