/* Opening files of containers without waiting for what the container itself serves.
 *
 * Who may mount in a container can put a file system of user space (FUSE) where a file is
 * looked for, and never answer: whoever opens that stands still in the kernel, where no signal
 * reaches it. So only the root's own mount is looked into, and a file that is mounted by
 * itself, as runtimes mount /etc/passwd; and neither if its file system is served by a
 * program or another machine. Local file systems that rest on such a one (an overlay, a
 * loop device) are not told apart.
 *
 * The checks are of what is open, so nothing can change between them and the use.
 */
#pragma once

#include <stdint.h>

#include "base/error.h"

/* `root`: /proc/PID/root, O_PATH; `folder` and `name`: below it. A file, for reading; or a
 * negative kind. ERROR_UNSUPPORTED: it would be asked of somebody. */
int container_file_open(uint32_t pid, int root, const char *folder, const char *name, int *ret_fd,
                        struct error *err);
