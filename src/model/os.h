/* The operating system of an image, a tree or a host. */
#pragma once

#include "base/view.h"

struct os_info {
    struct view id;          /* os-release ID: "debian", "alpine", "rhel", ...; empty: none found */
    struct view version_id;  /* VERSION_ID: "12", "3.18.9", "9.4" */
    struct view codename;    /* VERSION_CODENAME: "bookworm" */
    struct view pretty_name; /* PRETTY_NAME */
    struct view id_like;     /* ID_LIKE, blank separated */
    struct view path;        /* the file that told */
    bool ubuntu_pro;         /* an esm/pro pocket is attached: its fixes apply */
};
