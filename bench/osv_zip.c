/* Reading an OSV zip: members a core inflates, parses, and reads fields of,
 * in MB of JSON a second of processor time.
 *
 *     bench-osv-zip FILE.zip
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "codec/json.h"
#include "codec/zip.h"

enum { ROUNDS = 5, MEMBER_LIMIT = 64 << 20 };

enum step { STEP_INFLATE, STEP_PARSE, STEP_FIELDS, STEPS };
static const char *const step_names[STEPS] = {"inflate", "parse too", "read fields too"};

/* The fields that an importer asks for. */
static size_t read_fields(struct json_value root)
{
    size_t sum = json_get_string(root, VIEW("id")).len +
                 json_get_string(root, VIEW("summary")).len +
                 json_get_string(root, VIEW("modified")).len;

    for (struct json_iter a = json_iter(json_get(root, VIEW("affected"))); json_next(&a);) {
        sum += json_string(json_path(a.value, "package", "name", NULL)).len;
        for (struct json_iter r = json_iter(json_get(a.value, VIEW("ranges"))); json_next(&r);)
            for (struct json_iter e = json_iter(json_get(r.value, VIEW("events"))); json_next(&e);)
                sum += json_get_string(e.value, VIEW("introduced")).len +
                       json_get_string(e.value, VIEW("fixed")).len;
        for (struct json_iter v = json_iter(json_get(a.value, VIEW("versions"))); json_next(&v);)
            sum += json_string(v.value).len;
    }
    for (struct json_iter r = json_iter(json_get(root, VIEW("references"))); json_next(&r);)
        sum += json_get_string(r.value, VIEW("url")).len;
    return sum;
}

static int run(struct view bytes, enum step last, size_t *bytes_out, size_t *sum, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(MEMBER_LIMIT);
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    struct zip_entry entry;
    int r = zip_open(bytes, &zip, err);

    if (r >= 0)
        r = json_parser_new(&parser, err);
    while (r >= 0 && (r = zip_next(zip, &entry, err)) > 0) {
        struct json_value root;

        buf_reset(&text);
        r = zip_read(zip, &entry, &text, err);
        if (r >= 0 && last >= STEP_PARSE)
            r = json_parse(parser, buf_view(&text), &root, err);
        if (r >= 0 && last >= STEP_FIELDS)
            *sum += read_fields(root);
        *bytes_out += text.len;
    }
    return r;
}

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    _cleanup_close_ int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    double best[STEPS] = {0};
    struct stat st;
    void *bytes;
    size_t sum = 0;

    if (fd < 0 || fstat(fd, &st) < 0) {
        fprintf(stderr, "usage: %s FILE.zip\n", argv[0]);
        return 2;
    }
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED)
        return 1;
    for (int i = 0; i < ROUNDS * STEPS; i++) {
        double start = cpu_seconds(), speed;
        size_t out = 0;
        struct error err = ERROR_INIT;

        if (run(view_from(bytes, (size_t)st.st_size), (enum step)(i % STEPS), &out, &sum, &err) <
            0) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        speed = (double)out / 1e6 / (cpu_seconds() - start);
        if (speed > best[i % STEPS])
            best[i % STEPS] = speed;
    }
    for (int i = 0; i < STEPS; i++)
        printf("%-15s %5.0f MB/s\n", step_names[i], best[i]);
    printf("parse alone     %5.0f MB/s\n", 1 / (1 / best[STEP_PARSE] - 1 / best[STEP_INFLATE]));
    printf("fields alone    %5.0f MB/s\n", 1 / (1 / best[STEP_FIELDS] - 1 / best[STEP_PARSE]));
    return sum == 0;
}
