#include "analyse.h"

#include "inventory/apk-installed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_apk_installed, "lib/apk/db/installed", data, size);
    return 0;
}
