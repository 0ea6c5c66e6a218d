/* The memory that a job's owner and its worker share: request, note, error.
 *
 * One memfd per job. The owner writes the request before the worker exists;
 * the worker writes note and error, which the owner reads only after the
 * worker's end (or for a progress line) and treats as untrusted text.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "sandbox/sandbox.h"

struct job_page {
    char note[SANDBOX_NOTE_LIMIT];
    struct error error;
    uint64_t request_len;
    char request[];
};

/* Creates the page with the request in it; returns the memfd too. */
int job_page_new(struct view request, int *ret_fd, struct job_page **ret, struct error *err);
/* Maps the page of a memfd made by job_page_new(); stays mapped. */
int job_page_map(int fd, struct job_page **ret, struct error *err);
size_t job_page_size(struct view request);
void job_page_unmap(struct job_page *page, size_t size);
/* What the worker left, made safe to print. */
void job_page_error(const struct job_page *page, struct error *to);
void job_page_note(const struct job_page *page, char to[static SANDBOX_NOTE_LIMIT]);
