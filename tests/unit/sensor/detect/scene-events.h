/* Events that happen in a scene (scene.h), one a kind, and cases about their fields. */
#pragma once

#include "sensor/detect/scene.h"

typedef void scene_maker(struct scene *scene);

extern scene_maker relative_open, link_open, failed_open, failed_directory, open_how, tcp_connect,
    refused_connect, mapped_accept, v6_listen, v6_bind, udp_send, udp_receive, unix_connect,
    new_socket, pipe_dup, event_dup, other_dup, file_write, unlink_at, rename_two, symlink_at,
    mount_bind, set_uid, kill_as_thread, trace, load_program, change_mode, unshare_user,
    send_signal, map_memory, run_program, failed_run, new_process, end_of_process, new_name;

struct field_case {
    scene_maker *event;
    const char *field, *want; /* as outputs write it; "-": not there; " | ": a second reading */
};

/* Ended by a NULL event. */
extern const struct field_case event_field_cases[], descriptor_field_cases[], process_field_cases[];
