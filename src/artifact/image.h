/* Images, wherever they are kept: archives, OCI layouts, registries and the
 * engines of this machine, behind one interface.
 *
 * image_open() resolves a reference and reads manifest and config; the layers
 * are then streamed to a sink, from several threads where the source can give
 * several at once. Nothing is copied to disk. This code never parses bytes of
 * an image itself: manifests, configs and outer archives go through the
 * sandbox (artifact_ops), layers are handed on as descriptors. What is
 * trusted and done here is fetching and hashing.
 *
 * References:
 *   FILE              a docker save or OCI archive, compressed or not; a file of
 *                     that name wins over an image of that name
 *   FILE@NAME         one of several images in it: "app.tar@alpine:3.20", by tag,
 *                     by name or by digest
 *   DIR               a directory with an OCI layout, or an unpacked archive
 *   -                 an archive on standard input
 *   oci:DIR[:TAG]     TAG: a tag or a name, also behind "@" as in FILE@NAME
 *   docker:NAME, podman:NAME, containerd:NAME, registry:NAME
 *   NAME              asks docker, containerd, podman, then the registry
 * A prefix wins over an image of its name: the image `registry` is
 * "library/registry:2".
 *
 * Files are read in place, layers in parallel, when they are uncompressed. A
 * compressed archive is read twice: for its JSON, then for the layers that are
 * wanted. Standard input is read once, while layers are read: see
 * image_manifest().
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "model/image.h"
#include "sandbox/sandbox.h"

struct image;

struct image_options {
    struct platform platform;  /* empty fields: this machine's */
    bool offline;              /* never ask a registry */
    bool insecure_http;        /* plain http for registries besides localhost */
    bool insecure_tls;         /* don't verify certificates */
    const char *ca_file;       /* PEM, besides the system's; NULL: none */
    const char *docker_config; /* directory with config.json; NULL: $DOCKER_CONFIG given by the
                                  caller, or none */
    const char *docker_host;   /* unix:// or tcp:// of the engine; NULL: the default socket */
    const char *podman_host, *containerd_address, *containerd_namespace;
    const char *home;        /* for ~/.docker and rootless sockets; NULL: none */
    const char *runtime_dir; /* $XDG_RUNTIME_DIR of the user; NULL: none */
    size_t jobs;             /* layers at once, at least 1 */
    /* Called from any thread: bytes fetched so far, and their sum (0 unknown). May be NULL. */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
};

/* The strings of `options` and the sandbox must outlive the image. */
int image_open(const char *reference, const struct image_options *options, struct sandbox *sandbox,
               struct image **ret, struct error *err);
void image_free(struct image *image);
DEFINE_CLEANUP(struct image, image_free)

/* Lives as long as the image. NULL for standard input until its layers were
 * read: there the manifest may come last. It is then set before the first
 * done() or failed(), and all layers have to be wanted (NULL). */
const struct image_manifest *image_manifest(const struct image *image);
const char *image_source_name(const struct image *image); /* "docker", "registry", "oci", ... */

/* One layer's stored bytes, to be consumed once: `fd` from `offset` (pread)
 * for `length` bytes, or as a pipe when offset is -1 (`length` is then -1 too, or
 * a hint). The descriptor is shared: no read(2) or lseek(2) when it has an
 * offset. What isn't read of a pipe is thrown away. Owned by the source. */
struct layer_bytes {
    int fd;
    int64_t offset, length;
    enum image_media media;
};

/* How the identity of a layer's bytes is known, once they were consumed. */
enum layer_proof {
    LAYER_PROOF_DIFF_ID, /* we hashed the uncompressed bytes: they are diff_id */
    LAYER_PROOF_DIGEST,  /* we hashed the stored bytes: they are `digest` */
};

struct layer_sink {
    void *ctx;
    /* Reads the layer; called on some thread, at most `jobs` at a time. The
     * result is provisional until done() or failed() is called with it. A
     * failure here is the sink's own business: it returns a result that says so. */
    void *(*consume)(void *ctx, const struct layer_bytes *bytes);
    /* The bytes were what the image says they are. Exactly one of done() and
     * failed() is called for each wanted layer, on any thread. Layers with equal
     * bytes are consumed once: done() or failed() is then called with the one
     * result for each of them, one after the other. */
    void (*done)(void *ctx, size_t layer, void *result, enum layer_proof proof);
    /* They could not be had, or were something else; `result` may be NULL. */
    void (*failed)(void *ctx, size_t layer, void *result, const struct error *err);
    /* A result that belongs to no wanted layer. */
    void (*drop)(void *ctx, void *result);
};

/* Streams the layers i with wanted[i] to the sink, NULL: all. Fails only when
 * nothing can be read at all; a layer's own failure goes to failed(). May be
 * called again, but for standard input, whose layers then all go to failed(). */
int image_read_layers(struct image *image, const bool *wanted, const struct layer_sink *sink,
                      struct error *err);

/* The sandbox operations this folder needs in the program's table. */
extern const struct sandbox_op artifact_ops[];
extern const size_t artifact_op_count;
