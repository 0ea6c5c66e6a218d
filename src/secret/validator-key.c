#include <ctype.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/cursor.h"
#include "secret/letters.h"
#include "secret/validators.h"

enum { KEY_LIMIT = 32 << 10 }; /* bytes of the text of a key */

/* ---- The body of an armoured key ---- */

/* Text between "-----BEGIN ...-----" and "-----END": base64 without its line
 * ends, which may be "\n" in two letters, in a string of some language. `headers`
 * gets the lines with a colon. */
static size_t body_of(struct view text, char *to, size_t room, bool *ret_encrypted)
{
    size_t len = 0;

    *ret_encrypted = false;
    while (text.len) {
        size_t end = 0;
        struct view line;

        while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\\')
            end++;
        line = view_trim(view_sub(text, 0, end));
        if (end < text.len && text.ptr[end] == '\\')
            end++; /* "\n", "\r" */
        text = view_sub(text, end + 1, text.len);
        if (view_find(line, ':') >= 0) {
            *ret_encrypted |= view_find_view(line, VIEW("ENCRYPTED")) >= 0;
            continue;
        }
        if (line.len && line.ptr[0] == '=')
            continue; /* OpenPGP's checksum */
        for (size_t i = 0; i < line.len && len < room; i++)
            if (isalnum((unsigned char)line.ptr[i]) || strchr("+/=", line.ptr[i]))
                to[len++] = line.ptr[i];
    }
    return len;
}

struct armoured {
    unsigned char *bytes;
    size_t len;
    bool encrypted; /* by RFC 1421's headers */
};

static void armoured_done(struct armoured *key)
{
    free(key->bytes);
}

/* The bytes of the block, none when it isn't one. */
static struct armoured decode(struct view block)
{
    struct armoured key = {malloc(KEY_LIMIT), 0, false};
    _cleanup_free_ char *letters = malloc(KEY_LIMIT);
    ptrdiff_t start = view_find_view(view_sub(block, 10, block.len), VIEW("-----"));
    struct view rest = view_sub(block, 10 + (size_t)(start < 0 ? 0 : start) + 5, block.len);
    ptrdiff_t end = view_find_view(rest, VIEW("-----END"));
    ptrdiff_t len;

    if (!key.bytes || !letters || start < 0)
        return key;
    rest = view_sub(rest, 0, end < 0 ? rest.len : (size_t)end);
    /* "\n" right behind the dashes. */
    if (view_starts(rest, VIEW("\\n")) || view_starts(rest, VIEW("\\r")))
        rest = view_sub(rest, 2, rest.len);
    len =
        letters_decode_base64(view_from(letters, body_of(rest, letters, KEY_LIMIT, &key.encrypted)),
                              key.bytes, KEY_LIMIT);
    key.len = len > 0 ? (size_t)len : 0;
    return key;
}

/* ---- DER (ITU-T X.690) ---- */

/* An element's contents; its tag. Fails the cursor for what does not fit. */
static struct view der_next(struct cursor *from, uint8_t *ret_tag)
{
    uint8_t first;
    size_t len = 0;

    *ret_tag = cursor_u8(from);
    first = cursor_u8(from);
    if (first < 0x80)
        return cursor_take(from, first);
    if ((first & 0x7f) > 3)
        cursor_fail(from);
    for (unsigned i = first & 0x7f; i && !from->failed; i--)
        len = len << 8 | cursor_u8(from);
    return cursor_take(from, len);
}

enum { DER_INTEGER = 2, DER_OCTETS = 4, DER_SEQUENCE = 0x30 };

/* PKCS #1 (RFC 8017 A.1.2): nine integers; DSA as OpenSSL has it: six; SEC 1
 * (RFC 5915): 1 and octets; PKCS #8 (RFC 5208): version, algorithm, octets. */
static bool is_private_der(struct view bytes)
{
    struct cursor outer = cursor_of(bytes), inner;
    uint8_t tags[9] = {0};
    size_t count = 0;
    struct view body = der_next(&outer, &tags[0]);

    if (outer.failed || tags[0] != DER_SEQUENCE)
        return false;
    inner = cursor_of(body);
    while (count < 9 && cursor_left(&inner)) {
        struct view part = der_next(&inner, &tags[count]);

        if (inner.failed || part.len == 0)
            return false;
        count++;
    }
    if (count < 2 || tags[0] != DER_INTEGER)
        return false;
    if (tags[1] == DER_OCTETS)
        return true;
    if (tags[1] == DER_SEQUENCE)
        return count >= 3 && tags[2] == DER_OCTETS;
    return count >= 6 && tags[1] == DER_INTEGER;
}

bool valid_pem_private(const struct secret_candidate *c)
{
    _cleanup_(armoured_done) struct armoured key = decode(c->secret);

    return !key.encrypted && is_private_der(view_from(key.bytes, key.len));
}

/* RFC 1421's headers, or PKCS #8's EncryptedPrivateKeyInfo (RFC 5208 section 6):
 * algorithm, octets. */
bool valid_pem_encrypted(const struct secret_candidate *c)
{
    _cleanup_(armoured_done) struct armoured key = decode(c->secret);
    struct cursor outer = cursor_of(view_from(key.bytes, key.len)), inner;
    uint8_t tag, first, second;

    if (key.encrypted)
        return key.len > 32;
    inner = cursor_of(der_next(&outer, &tag));
    der_next(&inner, &first);
    der_next(&inner, &second);
    return !outer.failed && !inner.failed && tag == DER_SEQUENCE && first == DER_SEQUENCE &&
           second == DER_OCTETS;
}

/* PROTOCOL.key of OpenSSH: magic, cipher, kdf, its options, number of keys, public
 * keys, private keys; texts have a big-endian length of 32 bits. */
bool valid_openssh_key(const struct secret_candidate *c)
{
    static const char magic[] = "openssh-key-v1";
    _cleanup_(armoured_done) struct armoured key = decode(c->secret);
    struct cursor from = cursor_of(view_from(key.bytes, key.len));
    struct view cipher;

    if (!view_eq(cursor_take(&from, sizeof(magic)), view_from(magic, sizeof(magic))))
        return false;
    cipher = cursor_take(&from, cursor_u32be(&from));
    cursor_skip(&from, cursor_u32be(&from));
    cursor_skip(&from, cursor_u32be(&from));
    if (cursor_u32be(&from) != 1)
        return false;
    cursor_skip(&from, cursor_u32be(&from));
    return cursor_u32be(&from) >= 32 && !from.failed && view_eq(cipher, VIEW("none"));
}

/* RFC 4880: the first packet is a secret key (tag 5), in old or new form. */
bool valid_pgp_private(const struct secret_candidate *c)
{
    _cleanup_(armoured_done) struct armoured key = decode(c->secret);
    unsigned char first = key.len ? key.bytes[0] : 0;

    return key.len > 64 && (first & 0x80) && ((first & 0x40 ? first & 0x3f : first >> 2 & 15) == 5);
}

/* PuTTY's appendix C: "Encryption: none" in a .ppk. */
bool valid_putty_plain(const struct secret_candidate *c)
{
    return view_find_view(c->match, VIEW("Encryption: none")) >= 0;
}
