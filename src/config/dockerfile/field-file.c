#include "config/dockerfile/field.h"

DOCKERFILE_FIELD(file_path)
{
    (void)use;
    return dockerfile_text_or_none(e->path, scratch);
}

DOCKERFILE_FIELD(file_stages)
{
    (void)use;
    return values_number((int64_t)e->build->stage_count, NULL, scratch);
}

DOCKERFILE_FIELD(file_multistage)
{
    (void)use;
    return values_bool(e->build->stage_count > 1, NULL, scratch);
}

DOCKERFILE_FIELD(file_syntax)
{
    (void)use;
    return dockerfile_text_or_none(e->build->file->syntax, scratch);
}

DOCKERFILE_FIELD(file_dockerignore)
{
    (void)use;
    return values_bool(e->dockerignore, NULL, scratch);
}
