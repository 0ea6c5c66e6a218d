#include "analyse.h"

#include "inventory/ubuntu-pro.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_ubuntu_pro_source, "x.list", data, size);
    fuzz_analyser(&analyser_ubuntu_pro_source, "x.sources", data, size);
    fuzz_analyser(&analyser_ubuntu_pro_status, "status.json", data, size);
    return 0;
}
