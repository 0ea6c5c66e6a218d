#include "sandbox/job-page.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int map(int fd, size_t size, struct job_page **ret, struct error *err)
{
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (page == MAP_FAILED)
        return error_errno(err, "cannot map a worker's page");
    *ret = page;
    return 0;
}

int job_page_new(struct view request, int *ret_fd, struct job_page **ret, struct error *err)
{
    size_t size = job_page_size(request);
    _cleanup_close_ int fd = -1;
    struct job_page *page = NULL;
    int r;

    if (request.len > SANDBOX_REQUEST_LIMIT)
        return error_set(err, ERROR_LIMIT, "a request is larger than %d bytes",
                         SANDBOX_REQUEST_LIMIT);
    fd = memfd_create("plimsoll-job", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
        return error_errno(err, "cannot create a worker's page");
    r = map(fd, size, &page, err);
    if (r < 0)
        return r;
    page->request_len = request.len;
    if (request.len)
        memcpy(page->request, request.ptr, request.len);
    *ret_fd = take_fd(&fd);
    *ret = page;
    return 0;
}

int job_page_map(int fd, struct job_page **ret, struct error *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return error_errno(err, "cannot map a worker's page");
    return map(fd, (size_t)st.st_size, ret, err);
}

size_t job_page_size(struct view request)
{
    return sizeof(struct job_page) + request.len;
}

void job_page_unmap(struct job_page *page, size_t size)
{
    if (page)
        munmap(page, size);
}

void job_page_error(const struct job_page *page, struct error *to)
{
    memcpy(to, &page->error, sizeof(*to));
    to->message[sizeof(to->message) - 1] = '\0';
    to->hint[sizeof(to->hint) - 1] = '\0';
    error_make_printable(to->message);
    error_make_printable(to->hint);
    if (to->kind > 0 || to->kind < ERROR_INTERNAL)
        to->kind = ERROR_INTERNAL;
}

void job_page_note(const struct job_page *page, char to[static SANDBOX_NOTE_LIMIT])
{
    memcpy(to, page->note, SANDBOX_NOTE_LIMIT);
    to[SANDBOX_NOTE_LIMIT - 1] = '\0';
    error_make_printable(to);
}
