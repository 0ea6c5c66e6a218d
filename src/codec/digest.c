#include "codec/digest.h"

#include <openssl/evp.h>

static const char prefix[] = "sha256:";

/* A library context of its own: the default one reads OpenSSL's configuration
 * file when first used, which a worker without a file system cannot. */
struct digester {
    OSSL_LIB_CTX *library;
    EVP_MD *method;
    EVP_MD_CTX *context;
    bool failed;
};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_parse(struct view text, struct digest *ret)
{
    struct view hex = view_strip_prefix(text, view_of(prefix));
    struct digest digest;

    if (text.len != DIGEST_TEXT_SIZE || hex.len / 2 != DIGEST_SIZE)
        return false;
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = hex_value(hex.ptr[2 * i]), low = hex_value(hex.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        digest.bytes[i] = (unsigned char)(high << 4 | low);
    }
    *ret = digest;
    return true;
}

struct view digest_format(const struct digest *digest, char to[static DIGEST_TEXT_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";
    char *at = to + sizeof(prefix) - 1;

    memcpy(to, prefix, sizeof(prefix) - 1);
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        *at++ = digits[digest->bytes[i] >> 4];
        *at++ = digits[digest->bytes[i] & 0xf];
    }
    *at = '\0';
    return view_from(to, DIGEST_TEXT_SIZE);
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

static void start(struct digester *digester)
{
    digester->failed = EVP_DigestInit_ex2(digester->context, digester->method, NULL) != 1;
}

int digester_new(struct digester **ret, struct error *err)
{
    _cleanup_(digester_free_p) struct digester *digester = calloc(1, sizeof(*digester));

    if (!digester)
        return error_memory(err);
    digester->library = OSSL_LIB_CTX_new();
    if (!digester->library)
        return error_memory(err);
    digester->method = EVP_MD_fetch(digester->library, "SHA256", NULL);
    digester->context = EVP_MD_CTX_new();
    if (!digester->method || !digester->context)
        return error_memory(err);
    start(digester);
    if (digester->failed)
        return error_memory(err);
    *ret = take_ptr(&digester);
    return 0;
}

void digester_free(struct digester *digester)
{
    if (!digester)
        return;
    EVP_MD_CTX_free(digester->context);
    EVP_MD_free(digester->method);
    OSSL_LIB_CTX_free(digester->library);
    free(digester);
}

void digester_add(struct digester *digester, struct view bytes)
{
    if (bytes.len && EVP_DigestUpdate(digester->context, bytes.ptr, bytes.len) != 1)
        digester->failed = true;
}

struct digest digester_end(struct digester *digester)
{
    struct digest digest = {{0}};

    if (EVP_DigestFinal_ex(digester->context, digest.bytes, NULL) != 1 || digester->failed)
        digest = (struct digest){{0}};
    start(digester);
    return digest;
}

struct digest digest_of(struct view bytes)
{
    _cleanup_(digester_free_p) struct digester *digester = NULL;

    if (digester_new(&digester, NULL) < 0)
        return (struct digest){{0}};
    digester_add(digester, bytes);
    return digester_end(digester);
}
