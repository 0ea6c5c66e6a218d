#include "analyse.h"

#include "inventory/dpkg-license.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_dpkg_license, "usr/share/doc/x/copyright", data, size);
    return 0;
}
