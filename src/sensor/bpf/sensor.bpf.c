/* The kernel side of the sensor: all programs, in one object.
 *
 * Licence: helpers that read kernel memory are for programs under a licence
 * that the GPL allows; the programs are offered under either.
 */
#include "sensor/bpf/cgroup.bpf.h"
#include "sensor/bpf/connection.bpf.h"
#include "sensor/bpf/process.bpf.h"
#include "sensor/bpf/snapshot.bpf.h"
#include "sensor/bpf/syscall.bpf.h"
#include "sensor/bpf/uring.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
