/* The parts of an image's name as a runtime shows it: "repo:tag@sha256:...".
 *
 * Kept as written, as Falco does: "alpine" is not completed to
 * docker.io/library/alpine. A name without tag and digest has the tag
 * "latest". Ids ("sha256:...", or 64 digits) are no names: every part is empty. Pure.
 */
#pragma once

#include "base/view.h"

struct image_name {
    struct view repository, tag, digest; /* views of the text; digest with its "sha256:" */
};

struct image_name image_name_split(struct view text);
/* "sha256:..." or 64 hexadecimal digits. */
bool image_name_is_id(struct view text);
