/* The functions that read fields, by subject; `how` says which of a family is meant. */
#pragma once

#include "sensor/detect/field-value.h"

/* field-event.c */
field_read field_event_number, field_event_time, field_event_raw_time, field_event_relative,
    field_event_direction, field_event_is_async, field_event_type, field_event_type_is,
    field_syscall_type, field_event_category, field_event_cpu, field_event_buffer,
    field_event_buffer_length, field_event_result, field_event_raw_result, field_event_failed,
    field_event_io, field_event_io_direction, field_event_waits, field_event_is_syslog,
    field_event_count, field_event_open, field_event_host_name, field_event_source, field_missing;
enum { TIME_OF_DAY, TIME_OF_DAY_SECONDS, TIME_ISO, TIME_DATE, TIME_DATE_SECONDS };
enum { RAW_TIME, RAW_TIME_SECONDS, RAW_TIME_REST };
enum { SINCE_FIRST, SINCE_PREVIOUS = 4 }; /* + RAW_TIME_* */
enum { IO_ANY, IO_READS, IO_WRITES };

/* Another field of the event, by its name (fields.c). */
struct rule_values fields_read(const struct reading *r, const char *name);

/* field-argument.c */
field_read field_arguments, field_argument, field_raw_argument;

/* field-path.c */
field_read field_absolute_path, field_path;
enum { PATH_ONLY = 0, PATH_SOURCE = 2, PATH_TARGET = 4, PATH_RAW = 1 };

/* field-descriptor.c */
field_read field_fd_number, field_fd_type, field_fd_letter, field_fd_name, field_fd_raw_name,
    field_fd_name_changed, field_fd_folder, field_fd_leaf, field_fd_uid, field_fd_in_container,
    field_fd_device, field_fd_inode, field_fd_types, field_fd_layer;
enum { DEVICE_WHOLE, DEVICE_MAJOR, DEVICE_MINOR };
enum { IN_CONTAINER_NAME, IN_CONTAINER_FOLDER };

/* field-socket.c */
field_read field_fd_address, field_fd_port, field_fd_service, field_fd_l4proto,
    field_fd_sock_family, field_fd_is_server, field_fd_connected, field_fd_domain;
enum { END_EITHER, END_CLIENT, END_SERVER, END_LOCAL, END_REMOTE };

/* field-process.c */
field_read field_process_text, field_process_number, field_process_depth, field_process_leader,
    field_process_is_leader, field_process_is_group_leader, field_process_arguments,
    field_process_command_line, field_process_exe_line, field_process_argument_count,
    field_process_argument_length, field_process_time, field_process_duration,
    field_process_exe_flag, field_process_exe_inode, field_process_exe_time,
    field_process_login_shell, field_process_parent, field_process_ancestor,
    field_process_namespace_start, field_thread_capabilities, field_thread_number,
    field_thread_is_main, field_process_memory;
enum process_text {
    PROCESS_NAME,
    PROCESS_EXE,
    PROCESS_EXE_PATH,
    PROCESS_CWD,
    PROCESS_COMMAND_LINE
};
enum {
    PROCESS_PID,
    PROCESS_PARENT,
    PROCESS_VPID,
    PROCESS_PARENT_VPID,
    PROCESS_SID,
    PROCESS_VPGID,
    PROCESS_PGID,
    PROCESS_TTY,
    PROCESS_THREADS,
    PROCESS_CHILDREN,
    PROCESS_DESCRIPTOR_LIMIT,
};
enum { LEADER_SESSION, LEADER_GROUP = 16 }; /* + enum process_text */
enum { OWN, OF_PARENT };
enum { ANCESTOR_PID = 16 };
enum { EXE_CTIME, EXE_MTIME, EXE_SINCE_START, EXE_SINCE_NAMESPACE };
enum { SET_INHERITABLE, SET_PERMITTED, SET_EFFECTIVE };
enum { MEMORY_SIZE, MEMORY_RESIDENT, MEMORY_SWAPPED };
enum { THREAD_ID, THREAD_ID_WITHIN };

/* field-proc.c: what /proc tells of processes that live */
field_read field_process_environment, field_ancestor_environment, field_process_descriptors,
    field_process_stdio, field_process_fd_name, field_thread_cgroups, field_thread_cgroup;
enum { DESCRIPTOR_COUNT, DESCRIPTOR_LIMIT, DESCRIPTOR_USAGE };
enum { STDIO_TYPE = 0, STDIO_NAME = 4 }; /* + number */

/* field-user.c */
field_read field_user_id, field_user_text, field_group_name;
enum { USER_EFFECTIVE, USER_REAL, USER_LOGIN, USER_GROUP };
enum { USER_NAME, USER_HOME, USER_SHELL, USER_LOGIN_NAME };

/* field-container.c */
field_read field_container_id, field_container_text, field_container_bool, field_container_mounts,
    field_container_mount, field_container_exe_mounted, field_container_probe,
    field_container_label, field_container_labels, field_container_start, field_container_duration,
    field_container_info, field_container_type, field_pod_text;
enum { CONTAINER_SHORT_ID, CONTAINER_FULL_ID };
enum {
    MOUNT_WHOLE,
    MOUNT_SOURCE,
    MOUNT_DESTINATION,
    MOUNT_MODE,
    MOUNT_WRITABLE,
    MOUNT_PROPAGATION
};
