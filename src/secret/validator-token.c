#include <ctype.h>

#include "secret/letters.h"
#include "secret/placeholder.h"
#include "secret/validators.h"

/* CRC-32 as zlib has it (ISO 3309), of the few bytes of a token. */
static uint32_t crc32_of(struct view bytes)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

/* prefix_, 30 letters, then their CRC-32 in six digits of base 62 (0-9A-Za-z):
 * GitHub's announcement of its token formats, and npm's. */
bool valid_github_checksum(const struct secret_candidate *c)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    enum { CHECKSUM = 6 };
    ptrdiff_t underscore = view_find(c->secret, '_');
    struct view body = view_sub(c->secret, (size_t)(underscore + 1), c->secret.len);
    uint32_t crc;

    if (underscore < 0 || body.len <= CHECKSUM)
        return false;
    crc = crc32_of(view_sub(body, 0, body.len - CHECKSUM));
    for (size_t i = 1; i <= CHECKSUM; i++, crc /= 62)
        if (body.ptr[body.len - i] != digits[crc % 62])
            return false;
    return true;
}

/* Behind the four letters stand ten bytes in base32 that begin with the account
 * number, 40 bits from the second bit on; ids from before 2019, which begin
 * with I or J, do not hold it. */
bool valid_aws_key_id(const struct secret_candidate *c)
{
    enum { PREFIX = 4, LETTERS = 10 };
    uint64_t bits = 0;

    if (c->secret.len < PREFIX + LETTERS)
        return false;
    for (size_t i = PREFIX; i < PREFIX + LETTERS; i++) {
        char letter = c->secret.ptr[i];
        int value = letter >= 'A' && letter <= 'Z'   ? letter - 'A'
                    : letter >= '2' && letter <= '7' ? letter - '2' + 26
                                                     : -1;

        if (value < 0)
            return false;
        bits = bits << 5 | (uint64_t)value;
    }
    if (c->secret.ptr[PREFIX] == 'I' || c->secret.ptr[PREFIX] == 'J')
        return true;
    /* 50 bits: the account number lies in the 40 behind the first. */
    return (bits >> 9 & ((UINT64_C(1) << 40) - 1)) <= UINT64_C(999999999999);
}

bool valid_azure_key(const struct secret_candidate *c)
{
    unsigned char key[80];

    return letters_decode_base64(c->secret, key, sizeof(key)) == 64;
}

bool valid_basic_auth(const struct secret_candidate *c)
{
    unsigned char text[512];
    ptrdiff_t len = letters_decode_base64(c->secret, text, sizeof(text));
    struct view decoded = view_from(text, len > 0 ? (size_t)len : 0);
    ptrdiff_t colon = view_find(decoded, ':');
    struct view password = view_sub(decoded, (size_t)(colon + 1), decoded.len);

    if (colon < 1 || password.len < 4 || placeholder_is(password))
        return false;
    for (size_t i = 0; i < decoded.len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return !view_eq_nocase(password, view_sub(decoded, 0, (size_t)colon)) &&
           !view_eq_nocase(password, VIEW("password")) && !view_eq_nocase(password, VIEW("pass"));
}

/* The part before the first dot is a number of 17 to 20 digits, Discord's id of
 * the bot, in base64. */
bool valid_discord_token(const struct secret_candidate *c)
{
    unsigned char id[32];
    struct view rest = c->secret;
    ptrdiff_t len = letters_decode_base64(view_cut(&rest, '.'), id, sizeof(id));

    for (ptrdiff_t i = 0; i < len; i++)
        if (!isdigit(id[i]))
            return false;
    return len >= 17 && len <= 20;
}

static bool is_json_object(struct view part, const char *member)
{
    unsigned char text[2048];
    ptrdiff_t len = letters_decode_base64(part, text, sizeof(text));
    struct view json = view_from(text, len > 0 ? (size_t)len : 0);

    return json.len > 2 && json.ptr[0] == '{' && json.ptr[json.len - 1] == '}' &&
           view_find_view(json, view_of(member)) >= 0;
}

/* RFC 7519: three parts in base64url; the first is a JSON object with "alg". */
bool valid_jwt(const struct secret_candidate *c)
{
    struct view rest = c->secret, header = view_cut(&rest, '.'), claims = view_cut(&rest, '.');

    /* jwt.io's own example: 1234567890, John Doe. */
    if (view_find_view(claims, VIEW("IxMjM0NTY3ODkwI")) >= 0)
        return false;
    return is_json_object(header, "\"alg\"") && is_json_object(claims, "\"") && rest.len > 0;
}

/* RFC 7517, RFC 7518 section 6: "d" is the private part of RSA, EC and OKP keys,
 * "k" is a symmetric key. */
bool valid_jwk_private(const struct secret_candidate *c)
{
    unsigned char key[2048];

    return letters_decode_base64(c->secret, key, sizeof(key)) >= 16;
}

/* The value of a Secret: in `data` base64, in `stringData` as it is. */
bool valid_kubernetes_secret(const struct secret_candidate *c)
{
    unsigned char text[4096];
    bool plain = view_find_view(c->match, VIEW("stringData")) >= 0;
    ptrdiff_t len = plain ? 0 : letters_decode_base64(c->secret, text, sizeof(text));
    struct view value = plain ? c->secret : view_from(text, len > 0 ? (size_t)len : 0);

    if (value.len < 4 || placeholder_is(value) || view_find_view(c->match, VIEW("\n---")) >= 0)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (strchr("<>{}$", value.ptr[i]))
            return false;
    return true;
}

/* ISO/IEC 7812-1, annex B. */
bool valid_luhn(const struct secret_candidate *c)
{
    unsigned sum = 0, count = 0;

    for (size_t i = c->secret.len; i-- > 0;) {
        unsigned digit = (unsigned)(c->secret.ptr[i] - '0');

        if (c->secret.ptr[i] == ' ' || c->secret.ptr[i] == '-')
            continue;
        if (digit > 9)
            return false;
        if (count++ % 2)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return count >= 12 && sum % 10 == 0;
}

/* "pypi-" and a macaroon, version 2: 2, then the location as type 1, length,
 * "pypi.org" or "test.pypi.org". */
bool valid_pypi_token(const struct secret_candidate *c)
{
    unsigned char bytes[1024];
    struct view body = view_sub(c->secret, 5, c->secret.len);
    ptrdiff_t len =
        letters_decode_base64(view_sub(body, 0, body.len / 4 * 4), bytes, sizeof(bytes));
    struct view macaroon = view_from(bytes, len > 0 ? (size_t)len : 0);

    return view_starts(macaroon, VIEW("\2\1\10pypi.org\2")) ||
           view_starts(macaroon, VIEW("\2\1\15test.pypi.org\2"));
}
