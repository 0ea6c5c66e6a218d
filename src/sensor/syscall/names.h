/* Names of the values of arguments, as the kernel's headers have them. Each table ends
 * with a NULL name; flags are listed in the order in which they are written. */
#pragma once

#include "sensor/syscall/syscall.h"

extern const struct syscall_name syscall_open_flags[], syscall_mode_bits[], syscall_families[],
    syscall_socket_types[], syscall_socket_levels[], syscall_socket_options[],
    syscall_shutdown_ways[], syscall_ptrace_requests[], syscall_bpf_commands[],
    syscall_clone_flags[], syscall_mount_flags[], syscall_unmount_flags[], syscall_at_flags[],
    syscall_unlink_flags[], syscall_rename_flags[], syscall_prctl_options[], syscall_protections[],
    syscall_map_flags[], syscall_access_modes[], syscall_fcntl_commands[], syscall_seek_origins[],
    syscall_lock_operations[], syscall_futex_operations[], syscall_limits[], syscall_splice_flags[],
    syscall_memfd_flags[], syscall_module_flags[], syscall_userfault_flags[],
    syscall_seccomp_operations[], syscall_io_uring_flags[], syscall_io_uring_operations[],
    syscall_epoll_operations[], syscall_keyctl_operations[], syscall_pidfd_flags[],
    syscall_close_range_flags[], syscall_new_descriptor_flags[], syscall_lock_memory_flags[],
    syscall_fsconfig_commands[], syscall_reboot_commands[],
    /* enum sensor_process_flag */
    syscall_exe_flags[];
/* By number of the capability; flags of sets are 1 << number. */
extern const struct syscall_name syscall_capabilities[];
