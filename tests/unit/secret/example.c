#include "example.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct generator {
    uint64_t state;
    struct buf *to;
};

static unsigned roll(struct generator *g, unsigned sides)
{
    g->state = g->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(g->state >> 33) % sides;
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct {
    struct view name;
    const char *letters;
} alphabets[] = {
    {VIEW("hex"), DIGITS "abcdef"},
    {VIEW("digits"), DIGITS},
    {VIEW("lower"), DIGITS LOWER},
    {VIEW("upper"), DIGITS UPPER},
    {VIEW("base62"), DIGITS UPPER LOWER},
    {VIEW("base64"), DIGITS UPPER LOWER "+/"},
    {VIEW("urlsafe"), DIGITS UPPER LOWER "_-"},
    {VIEW("letters"), LOWER},
    {VIEW("mixed"), UPPER LOWER},
    {VIEW("base32l"), LOWER "234567"},
    {VIEW("bech32"), "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"},
};

static void add_letters(struct generator *g, const char *letters, uint64_t count)
{
    size_t kinds = strlen(letters);

    /* The ends are letters, so that no boundary falls away. */
    for (uint64_t i = 0; i < count; i++) {
        char c;

        do
            c = letters[roll(g, (unsigned)kinds)];
        while ((i == 0 || i + 1 == count) && strchr("+/_-", c));
        buf_add_char(g->to, c);
    }
}

/* ---- Tokens with a structure ---- */

static void add_base64(struct view bytes, struct buf *to)
{
    char *at = buf_reserve(to, bytes.len / 3 * 4 + 5);

    assert_non_null(at);
    to->len += (size_t)EVP_EncodeBlock((unsigned char *)at, (const unsigned char *)bytes.ptr,
                                       (int)bytes.len);
}

static void add_base64url(struct view bytes, struct buf *to)
{
    size_t start = to->len;

    add_base64(bytes, to);
    while (to->len > start && to->ptr[to->len - 1] == '=')
        to->len--;
    for (size_t i = start; i < to->len; i++)
        to->ptr[i] = (char)(to->ptr[i] == '+' ? '-' : to->ptr[i] == '/' ? '_' : to->ptr[i]);
}

static uint32_t crc32_of(struct view bytes)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (UINT32_C(0xedb88320) & (0 - (crc & 1)));
    }
    return ~crc;
}

static void add_checksummed(struct generator *g, struct view prefix)
{
    static const char base62[] = DIGITS UPPER LOWER;
    char digits[6];
    uint32_t crc;

    buf_add(g->to, prefix);
    add_letters(g, base62, 30);
    crc = crc32_of(view_from(g->to->ptr + g->to->len - 30, 30));
    for (size_t i = 6; i-- > 0; crc /= 62)
        digits[i] = base62[crc % 62];
    buf_add(g->to, view_from(digits, 6));
}

/* The account 123456789012, in the 40 bits behind the first. */
static void add_aws(struct generator *g)
{
    static const char base32[] = UPPER "234567";
    uint64_t bits = UINT64_C(1) << 49 | UINT64_C(123456789012) << 9 | roll(g, 512);

    buf_add_str(g->to, "AK"
                       "IA");
    for (int i = 9; i >= 0; i--)
        buf_add_char(g->to, base32[bits >> (5 * i) & 31]);
    add_letters(g, base32, 6);
}

static void add_uuid(struct generator *g)
{
    static const int groups[] = {8, 4, 4, 4, 12};

    for (size_t i = 0; i < 5; i++) {
        if (i)
            buf_add_char(g->to, '-');
        add_letters(g, DIGITS "abcdef", (uint64_t)groups[i]);
    }
}

static void add_jwt(struct generator *g)
{
    add_base64url(VIEW("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), g->to);
    buf_add_char(g->to, '.');
    add_base64url(VIEW("{\"sub\":\"4711\",\"name\":\"deploy robot\",\"admin\":true}"), g->to);
    buf_add_char(g->to, '.');
    add_letters(g, DIGITS UPPER LOWER, 43);
}

static void add_pypi(struct generator *g)
{
    char macaroon[90] = "\2\1\10pypi.org\2\44";

    for (size_t i = 13; i < sizeof(macaroon); i++)
        macaroon[i] = (char)roll(g, 256);
    buf_add_str(g->to, "py"
                       "pi-");
    add_base64url(view_from(macaroon, sizeof(macaroon)), g->to);
}

static void add_discord(struct generator *g)
{
    char id[19];

    for (size_t i = 0; i < sizeof(id); i++)
        id[i] = (char)('1' + roll(g, 9));
    add_base64url(view_from(id, sizeof(id)), g->to);
    buf_add_char(g->to, '.');
    add_letters(g, DIGITS UPPER LOWER, 6);
    buf_add_char(g->to, '.');
    add_letters(g, DIGITS UPPER LOWER, 38);
}

static void add_azure_key(struct generator *g)
{
    char key[64];

    for (size_t i = 0; i < sizeof(key); i++)
        key[i] = (char)roll(g, 256);
    add_base64(view_from(key, sizeof(key)), g->to);
}

static void add_password(struct generator *g)
{
    add_letters(g, UPPER, 1);
    add_letters(g, LOWER, 3);
    add_letters(g, DIGITS, 2);
    buf_add_char(g->to, '!');
    add_letters(g, LOWER DIGITS, 6);
}

static void add_putty(struct generator *g)
{
    buf_add_str(g->to, "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: web\n"
                       "Public-Lines: 1\n");
    add_letters(g, DIGITS UPPER LOWER, 64);
    buf_add_str(g->to, "\nPrivate-Lines: 1\n");
    add_letters(g, DIGITS UPPER LOWER, 64);
    buf_add_str(g->to, "\nPrivate-MAC: 00\n");
}

/* ---- Keys ---- */

static void add_armour(struct buf *to, const char *label, struct view bytes)
{
    struct buf text = BUF_INIT(1 << 20);

    add_base64(bytes, &text);
    buf_addf(to, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < text.len; i += 64)
        buf_addf(to, "%.*s\n", VIEW_ARG(view_sub(buf_view(&text), i, 64)));
    buf_addf(to, "-----END %s-----\n", label);
    buf_done(&text);
}

static void add_bio(BIO *bio, struct buf *to)
{
    char *text;
    long len = BIO_get_mem_data(bio, &text);

    buf_add(to, view_from(text, (size_t)len));
    BIO_free(bio);
}

static void add_openssl(struct view kind, struct buf *to)
{
    bool ec = view_starts(kind, VIEW("ec"));
    EVP_PKEY *key = ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(1024);
    BIO *bio = BIO_new(BIO_s_mem());
    const EVP_CIPHER *cipher = view_ends(kind, VIEW("-encrypted")) ? EVP_aes_128_cbc() : NULL;

    assert_non_null(key);
    if (view_eq(kind, VIEW("public")))
        assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
    else if (view_starts(kind, VIEW("pkcs8")))
        assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, "plum", 4, NULL, NULL), 1);
    else
        assert_int_equal(PEM_write_bio_PrivateKey_traditional(
                             bio, key, cipher, (const unsigned char *)"plum", 4, NULL, NULL),
                         1);
    EVP_PKEY_free(key);
    add_bio(bio, to);
}

/* As OpenSSL writes it: six integers. */
static void add_dsa(struct generator *g, struct buf *to)
{
    struct buf der = BUF_INIT(4096);
    static const size_t sizes[] = {1, 120, 20, 120, 120, 20};

    buf_add_str(&der, "\x30\x82");
    buf_add_char(&der, (char)((401 + 2 * 6) >> 8));
    buf_add_char(&der, (char)((401 + 2 * 6) & 255));
    for (size_t i = 0; i < 6; i++) {
        buf_add_char(&der, 2);
        buf_add_char(&der, (char)sizes[i]);
        for (size_t j = 0; j < sizes[i]; j++)
            buf_add_char(&der, (char)(i ? 1 + roll(g, 120) : 0));
    }
    add_armour(to, "DSA PRIVATE KEY", buf_view(&der));
    buf_done(&der);
}

static void add_string(struct buf *to, struct view text)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_char(to, (char)(text.len >> shift));
    buf_add(to, text);
}

/* PROTOCOL.key of OpenSSH. */
static void add_openssh(struct generator *g, bool encrypted, struct buf *to)
{
    struct buf key = BUF_INIT(4096);
    char bytes[200];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)roll(g, 256);
    buf_add(&key, view_from("openssh-key-v1", 15));
    add_string(&key, encrypted ? VIEW("aes256-ctr") : VIEW("none"));
    add_string(&key, encrypted ? VIEW("bcrypt") : VIEW("none"));
    add_string(&key, encrypted ? view_from(bytes, 24) : VIEW_EMPTY);
    buf_add(&key, view_from("\0\0\0\1", 4));
    add_string(&key, view_from(bytes, 51));
    add_string(&key, view_from(bytes, 136));
    add_armour(to, "OPENSSH PRIVATE KEY", buf_view(&key));
    buf_done(&key);
}

/* One secret key packet, in the old form with a length of two bytes. */
static void add_pgp(struct generator *g, struct buf *to)
{
    char packet[300] = {(char)0x95, 1, 41, 4};

    for (size_t i = 4; i < sizeof(packet); i++)
        packet[i] = (char)roll(g, 256);
    add_armour(to, "PGP PRIVATE KEY BLOCK", view_from(packet, sizeof(packet)));
}

static void add_garbage(struct generator *g, struct buf *to)
{
    char bytes[400];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)roll(g, 256);
    bytes[0] = 0x31;
    add_armour(to, "RSA PRIVATE KEY", view_from(bytes, sizeof(bytes)));
}

static void add_pem(struct generator *g, struct view kind, struct buf *to)
{
    if (view_eq(kind, VIEW("dsa")))
        add_dsa(g, to);
    else if (view_starts(kind, VIEW("openssh")))
        add_openssh(g, view_ends(kind, VIEW("-encrypted")), to);
    else if (view_eq(kind, VIEW("pgp")))
        add_pgp(g, to);
    else if (view_eq(kind, VIEW("garbage")))
        add_garbage(g, to);
    else
        add_openssl(kind, to);
}

/* With "\n" in two letters, as in a JSON string. */
static void add_pem_json(struct generator *g, struct view kind)
{
    struct buf pem = BUF_INIT(1 << 20);

    add_pem(g, kind, &pem);
    for (size_t i = 0; i < pem.len; i++)
        if (pem.ptr[i] == '\n')
            buf_add_str(g->to, "\\n");
        else
            buf_add_char(g->to, pem.ptr[i]);
    buf_done(&pem);
}

/* ---- Placeholders ---- */

static void add_encoded(struct generator *g, struct view text, bool pem)
{
    struct buf plain = BUF_INIT(1 << 20);

    if (pem)
        add_pem(g, text, &plain);
    else
        example_fill(text, g->state, &plain);
    add_base64(buf_view(&plain), g->to);
    buf_done(&plain);
}

static void fill(struct generator *g, struct view name, struct view argument)
{
    static const struct {
        struct view name;
        void (*add)(struct generator *g);
    } plain[] = {
        {VIEW("uuid"), add_uuid},         {VIEW("aws"), add_aws},
        {VIEW("jwt"), add_jwt},           {VIEW("pypi"), add_pypi},
        {VIEW("discord"), add_discord},   {VIEW("azurekey"), add_azure_key},
        {VIEW("password"), add_password}, {VIEW("putty"), add_putty},
    };
    uint64_t count;

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (view_eq(name, plain[i].name)) {
            plain[i].add(g);
            return;
        }
    for (size_t i = 0; i < sizeof(alphabets) / sizeof(alphabets[0]); i++)
        if (view_eq(name, alphabets[i].name) && view_to_u64(argument, &count)) {
            add_letters(g, alphabets[i].letters, count);
            return;
        }
    if (view_eq(name, VIEW("checksum")))
        add_checksummed(g, argument);
    else if (view_eq(name, VIEW("b64")))
        add_encoded(g, argument, false);
    else if (view_eq(name, VIEW("b64pem")))
        add_encoded(g, argument, true);
    else if (view_eq(name, VIEW("pem")))
        add_pem(g, argument, g->to);
    else if (view_eq(name, VIEW("pem-json")))
        add_pem_json(g, argument);
    else
        fail_msg("no placeholder %.*s:%.*s", VIEW_ARG(name), VIEW_ARG(argument));
}

/* The offset of the "}" that closes what begins at `at`. */
static size_t closing(struct view text, size_t at)
{
    size_t depth = 1;

    for (; at < text.len; at++) {
        depth += text.ptr[at] == '{';
        depth -= text.ptr[at] == '}';
        if (depth == 0)
            return at;
    }
    fail_msg("a placeholder has no end: %.*s", VIEW_ARG(text));
    return text.len;
}

void example_fill(struct view example, uint64_t seed, struct buf *to)
{
    struct generator g = {seed, to};

    while (example.len) {
        ptrdiff_t at = view_find_view(example, VIEW("%{"));
        struct view inner, name;
        size_t end;

        if (at < 0)
            break;
        buf_add(to, view_sub(example, 0, (size_t)at));
        end = closing(example, (size_t)at + 2);
        inner = view_sub(example, (size_t)at + 2, end - (size_t)at - 2);
        name = view_cut(&inner, ':');
        fill(&g, name, inner);
        example = view_sub(example, end + 1, example.len);
    }
    buf_add(to, example);
    assert_false(to->failed);
}
