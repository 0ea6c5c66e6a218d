/* An event of the source `compose`: the file, and of a service that. */
#pragma once

#include "config/compose/service.h"

struct compose_event {
    const struct document_node *file;
    const struct service *service;    /* NULL for the file */
    const struct document_node *port; /* of the subject port */
    const struct document_node *mount;
};

extern const struct rule_source compose_source;
