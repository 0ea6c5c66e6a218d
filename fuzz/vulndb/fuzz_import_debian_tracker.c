#include "import-target.h"

FUZZ_IMPORTER(importer_debian_tracker)
