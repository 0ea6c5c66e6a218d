/* Lines of an image's history, as builders write them.
 *
 * The classic builder writes "/bin/sh -c #(nop) COPY file:... in /app" for
 * what runs nothing and "/bin/sh -c apt-get update" for RUN, with build
 * arguments in front ("|2 A=1 B=2 /bin/sh -c ..."); BuildKit writes
 * "RUN |2 A=1 B=2 /bin/sh -c ... # buildkit" and "COPY . /app # buildkit";
 * others (kaniko, buildah) keep close to one of them. Values of arguments with
 * blanks are not quoted there, so where one ends is a guess: at the next
 * "NAME=" or at the shell.
 */
#pragma once

#include "config/image/image-subject.h"

enum { HISTORY_ARGUMENTS_LIMIT = 64 };

void history_parse(struct view created_by, struct arena *arena, struct image_subject_history *ret);
