#include "analyse.h"

#include "inventory/rpm-sqlite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_rpm_sqlite, "var/lib/rpm/rpmdb.sqlite", data, size);
    fuzz_analyser(&analyser_rpm_sqlite_journal, "var/lib/rpm/rpmdb.sqlite-wal", data, size);
    return 0;
}
