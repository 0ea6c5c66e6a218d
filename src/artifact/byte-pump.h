/* Bytes pushed in at one end, hashed, and read at the other end of a pipe by a
 * function on a thread of its own.
 *
 * A reader that ends early harms nobody: the pump then throws the rest away,
 * so that the writer neither blocks nor is hit by SIGPIPE, and the hash covers
 * every byte.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "codec/digest.h"

enum { BYTE_PUMP_PIPE_SIZE = 1 << 20 }; /* asked for; less only costs speed */

struct byte_pump;

/* `read` gets the pipe's end, which stays the pump's. */
int byte_pump_start(void (*read)(void *ctx, int fd), void *ctx, struct byte_pump **ret,
                    struct error *err);
/* Waits while the reader is slow. */
int byte_pump_write(struct byte_pump *pump, struct view bytes, struct error *err);
/* Ends the stream, waits for the reader, frees the pump: the digest of all bytes. */
struct digest byte_pump_finish(struct byte_pump *pump);
