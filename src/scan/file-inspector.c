#include "scan/file-inspector.h"

const struct file_inspector *const file_inspectors[] = {NULL};
const size_t file_inspector_count = 0;
