/* Whether what listens on a socket speaks as a container runtime does.
 *
 * It is greeted, and a few bytes of its answer are looked at: Docker and Podman
 * speak HTTP/1.1 (RFC 9112), containerd and CRI-O HTTP/2 (RFC 9113, section 3.4),
 * where a server begins with a frame of settings. Nothing is asked about containers.
 */
#pragma once

enum { RUNTIME_GREETING_SECONDS = 5 }; /* a service that is started by the connection takes some */

enum runtime_language {
    RUNTIME_HTTP1,
    RUNTIME_HTTP2,
};

enum runtime_greeting {
    RUNTIME_NOBODY,  /* there is no socket, or nobody takes connections */
    RUNTIME_SILENT,  /* no answer in time */
    RUNTIME_STRANGE, /* another language, or it hung up */
    RUNTIME_ANSWERS,
};

enum runtime_greeting runtime_greet(const char *path, enum runtime_language language);
