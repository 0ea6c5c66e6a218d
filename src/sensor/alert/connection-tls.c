#include <errno.h>
#include <openssl/err.h>

#include "sensor/alert/connection.h"

/* What the system said of a file has no text of OpenSSL's. */
static int tls_error(struct error *err, const char *what)
{
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(code)) {
        errno = ERR_GET_REASON(code);
        return error_errno(err, "cannot open %s", what);
    }
    return error_set(err, ERROR_USAGE, "%s: %s", what, reason ? reason : "unknown");
}

static int use_certificate(SSL_CTX *tls, const char *certificate, const char *key,
                           struct error *err)
{
    if (!certificate)
        return 0;
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1)
        return tls_error(err, certificate);
    if (SSL_CTX_use_PrivateKey_file(tls, key ? key : certificate, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls) != 1)
        return tls_error(err, key ? key : certificate);
    return 0;
}

int connection_tls_new(const char *ca_file, const char *certificate_file, const char *key_file,
                       SSL_CTX **ret, struct error *err)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    int result = 0;

    if (!tls)
        return error_memory(err);
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (ca_file ? SSL_CTX_load_verify_file(tls, ca_file) != 1
                : SSL_CTX_set_default_verify_paths(tls) != 1)
        result = tls_error(err, ca_file ? ca_file : "CA certificates");
    if (result == 0)
        result = use_certificate(tls, certificate_file, key_file, err);
    if (result < 0) {
        SSL_CTX_free(tls);
        return result;
    }
    *ret = tls;
    return 0;
}
