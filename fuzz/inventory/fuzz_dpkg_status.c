#include "analyse.h"

#include "inventory/dpkg-status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_dpkg_status, "var/lib/dpkg/status", data, size);
    fuzz_analyser(&analyser_dpkg_status_directory, "var/lib/dpkg/status.d/x", data, size);
    return 0;
}
