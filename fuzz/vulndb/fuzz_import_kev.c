#include "import-target.h"

FUZZ_IMPORTER(importer_kev)
