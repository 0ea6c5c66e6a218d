/* Cleanup attributes: an owned local names its destructor where it is
 * declared, and is handed over explicitly with take_ptr() or take_fd().
 *
 *     _cleanup_(buf_done) struct buf text = BUF_INIT(LIMIT);
 *     _cleanup_close_ int fd = open(...);
 *     *ret_fd = take_fd(&fd);
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

/* Defines `name_p(type **)` for a destructor `name(type *)` that takes NULL. */
#define DEFINE_CLEANUP(type, name)                                                                 \
    static inline void name##_p(type **owned)                                                      \
    {                                                                                              \
        if (*owned)                                                                                \
            name(*owned);                                                                          \
    }

static inline void free_p(void *owned)
{
    free(*(void **)owned);
}

static inline void close_p(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void fclose_p(FILE **file)
{
    if (*file)
        fclose(*file);
}

#define _cleanup_free_ _cleanup_(free_p)
#define _cleanup_close_ _cleanup_(close_p)
#define _cleanup_fclose_ _cleanup_(fclose_p)

#define take_ptr(owner)                                                                            \
    ({                                                                                             \
        __typeof__(*(owner)) taken_ = *(owner);                                                    \
        *(owner) = NULL;                                                                           \
        taken_;                                                                                    \
    })

static inline int take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}
