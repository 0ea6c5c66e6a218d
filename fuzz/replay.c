/* Runs a fuzz target over every file of its corpus folder. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CORPUS_FILE_LIMIT = 16 << 20 };

static int replay(const char *folder, const char *name)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(CORPUS_FILE_LIMIT);
    _cleanup_free_ char *path = NULL;
    struct error err = ERROR_INIT;

    if (asprintf(&path, "%s/%s", folder, name) < 0 || fd_read_file(path, &bytes, &err) < 0) {
        fprintf(stderr, "%s/%s: %s\n", folder, name, err.message);
        return 1;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
    return 0;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    int failed = 0, count = 0;

    if (!folder) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER (it must exist)\n", argv[0]);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        failed |= replay(argv[1], entry->d_name);
        count++;
    }
    closedir(folder);
    printf("%d inputs\n", count);
    return failed || count == 0;
}
