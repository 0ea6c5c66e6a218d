/* Opens that were found ordinary a moment ago.
 *
 * Programs open the same files again and again. Once it was found that no rule wants the open of
 * a path, and that the path is the opened file's own, only two things can change the answer for
 * that path: the filter, or where the file is. So an open is remembered by the whole text that
 * was given, the filter's generation, the need that judged it, the name of the process where
 * that need asks for one, and a hash of the names that lead to the file, from itself to the top
 * of the mount namespace. The kernel keeps a hash of each name, salted with its directory, so
 * that this takes two loads for a name, and no comparison. A file that was moved meanwhile, or
 * is reached by a link, has other names. Where upper and lower case are one (vfat, folders of
 * ext4 that fold case), the file system makes the hash, and nothing is remembered.
 *
 * A table for each processor, so that nobody else writes in what is read.
 */
#pragma once

#include "sensor/bpf/lexical.h"

enum {
    KNOWN_OPENS = 512, /* of a processor, a power of two; who comes later replaces */
    KNOWN_WORDS = 8,   /* longer texts are not remembered */
    KNOWN_STEPS = 16,  /* names, and mounts crossed; deeper files are not remembered */
};

enum { PLACE_NONE = 0, PLACE_MISSING = 1 }; /* can't be told; nothing was opened */

struct known_open {
    uint64_t words[KNOWN_WORDS]; /* the text, with zeros behind it */
    uint64_t comm[2];            /* zeros where the need asks for no name */
    uint64_t place;
    uint32_t length, generation; /* of the filter; 0: nothing is remembered */
    uint32_t need;
    uint32_t reserved[3];
};

struct known_opens {
    struct known_open opens[KNOWN_OPENS];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1); /* times the processors, set before loading */
    __type(key, uint32_t);
    __type(value, struct known_opens);
} known_opens SEC(".maps");

static __always_inline uint64_t place_with(uint64_t place, uint64_t hash_length)
{
    place = (place ^ hash_length) * 0x9e3779b97f4a7c15ULL;
    return place ^ place >> 29;
}

/* `flags`: of one name of each file system on the way; all of it are alike. */
static __always_inline uint64_t place_if(uint64_t place, uint32_t flags)
{
    return place > PLACE_MISSING && !(flags & DCACHE_OP_HASH) ? place : PLACE_NONE;
}

static __always_inline uint64_t place_by_loads(address opened)
{
    struct file *file = CAST(file, opened);
    struct vfsmount *mount = file->f_path.mnt;
    struct dentry *dentry = file->f_path.dentry, *top = mount->mnt_root;
    uint32_t flags = dentry->d_flags;
    uint64_t place = 0;

    for (uint32_t i = 0; i < KNOWN_STEPS; i++) {
        struct mount *outer, *above;

        if (dentry != top) {
            place = place_with(place, dentry->d_name.hash_len);
            dentry = dentry->d_parent;
            continue;
        }
        outer = CAST(mount, (address)mount - bpf_core_field_offset(struct mount, mnt));
        above = outer->mnt_parent;
        if (above == outer)
            return place_if(place, flags);
        dentry = outer->mnt_mountpoint;
        flags |= dentry->d_flags;
        mount = &above->mnt;
        top = above->mnt.mnt_root;
    }
    return PLACE_NONE;
}

/* The same where each read is a call. */
static __always_inline uint64_t place_by_calls(address file)
{
    struct standing at = standing_of(file);
    address top = FOLLOW(vfsmount, at.mount, mnt_root);
    uint32_t flags = READ(dentry, at.dentry, d_flags);
    uint64_t place = 0;

    for (uint32_t i = 0; i < KNOWN_STEPS; i++) {
        if (at.dentry != top) {
            struct link link = link_of(at.dentry);

            place = place_with(place, link.hash_length);
            at.dentry = link.parent;
            continue;
        }
        if (!cross_mount(&at.mount, &at.dentry))
            return place_if(place, flags);
        flags |= READ(dentry, at.dentry, d_flags);
        top = FOLLOW(vfsmount, at.mount, mnt_root);
    }
    return PLACE_NONE;
}

/* Where the file is. The salt of names is an address in the kernel: nobody can choose names that
 * have the hash of others. */
static __always_inline uint64_t place_of(address file)
{
    return direct_reads ? place_by_loads(file) : place_by_calls(file);
}

/* What would be remembered of an open of the text in work->words. */
struct open_key {
    uint64_t comm[2], place;
    uint32_t generation, need;
};

static __always_inline bool may_be_known(const struct work *work)
{
    uint32_t length = length_anew(work);

    return length >= 8 && length <= 8 * KNOWN_WORDS;
}

/* Where it is remembered, if may_be_known(); never NULL, which only the verifier doubts. */
static __always_inline struct known_open *known_open_at(const struct work *work)
{
    uint32_t cpu = bpf_get_smp_processor_id(), at;
    uint32_t length = may_be_known(work) ? length_anew(work) : 8;
    struct known_opens *known = bpf_map_lookup_elem(&known_opens, &cpu);
    uint64_t hash;

    if (!known)
        return NULL;
    hash = (filter_tail(work->words, length) ^ length) * 0x9e3779b97f4a7c15ULL ^ work->words[1];
    at = (hash * 0xc2b2ae3d27d4eb4fULL) >> 40;
    return &known->opens[at & (KNOWN_OPENS - 1)];
}

static __always_inline bool is_known_open(const struct work *work, const struct known_open *known,
                                          const struct open_key *key)
{
    uint32_t length = length_anew(work);

    if (known->generation != key->generation || known->length != length ||
        known->need != key->need || known->place != key->place || known->comm[0] != key->comm[0] ||
        known->comm[1] != key->comm[1])
        return false;
    for (uint32_t i = 0; i < KNOWN_WORDS && 8 * i < length; i++)
        if (known->words[i] != work->words[i])
            return false;
    return true;
}

static __always_inline void remember_open(const struct work *work, struct known_open *known,
                                          const struct open_key *key)
{
    known->generation = 0;
    for (uint32_t i = 0; i < KNOWN_WORDS; i++)
        known->words[i] = work->words[i];
    known->length = length_anew(work);
    known->need = key->need;
    known->place = key->place;
    known->comm[0] = key->comm[0];
    known->comm[1] = key->comm[1];
    known->generation = key->generation;
}
