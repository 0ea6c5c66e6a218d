#include "scan/file-inspector.h"

const struct file_inspector *const file_inspectors[] = {&malware_inspector,
                                                         &secret_inspector};
const size_t file_inspector_count = sizeof(file_inspectors) / sizeof(file_inspectors[0]);
