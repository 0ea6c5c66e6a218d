#include "analyse.h"

#include "inventory/dpkg-files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_dpkg_list, "var/lib/dpkg/info/x.list", data, size);
    fuzz_analyser(&analyser_dpkg_md5sums, "var/lib/dpkg/status.d/x.md5sums", data, size);
    return 0;
}
