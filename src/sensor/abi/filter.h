/* The filter: what the kernel side decides before it sends an event.
 *
 * Tables, made from the loaded rules by detect/push-down and written into BPF
 * memory; the decision itself is abi/filter-decide.h, compiled
 * for the kernel and, for replay, tests and fuzzing, for user space: the same
 * code decides in both. The filter is one-sided: it may let pass what no rule
 * wants, it must never hold back what some rule matches.
 *
 * The decision of one finished system call, cheapest first:
 *
 *   1. `calls[number].wanted`: nobody asks for this call -> drop.
 *   2. A *profile* of cheap facts (struct filter_facts): failed or not, may be
 *      in a container or surely not, and five bits of detail that depend on
 *      the call's shape: of opens the access (read, write, create, truncate,
 *      executable mode), of calls on sockets the kind of the descriptor.
 *      `verdict[profile]` is FILTER_DROP, FILTER_SEND, or the index of a
 *      struct filter_need. `dropped` says the same of details that make the
 *      others needless to look at.
 *   3. A need lists *alternatives*; one must hold. Each is a set of literals
 *      bits that must all be found: bits stand for "the path (normalised,
 *      absolute) may match this group of literals", "the raw path argument
 *      may ...", "the process's name is in this group". Literals are found by
 *      hashes of cut prefixes and suffixes and by pairs of bytes
 *      (classification over-approximates: a found bit says maybe).
 *   4. The process: user space writes for each process a mask of the groups of
 *      rules of which none can match it, whatever the call's arguments (its program
 *      and arguments rule it out). Exec and fork forget it. A need names the group of
 *      the rules that it is made of; it is asked first.
 */
#pragma once

#include "sensor/abi/event.h"

enum {
    FILTER_CALLS = 512, /* system call numbers */
    FILTER_ROWS = 96,   /* calls that rules ask about */
    FILTER_PROFILES = 128,
    FILTER_NEEDS = 250,
    FILTER_ALTERNATIVES = 12,
    FILTER_CUTS = 6,       /* lengths at which prefixes, or suffixes, are cut */
    FILTER_CUT_LIMIT = 24, /* bytes of a cut prefix */
    FILTER_SUFFIX_LIMIT = 8,
    FILTER_SLOTS = 2048, /* of each hash table, a power of two */
    FILTER_PROBES = 4,
    FILTER_SEEN = 2048, /* bits */
    FILTER_PAIRS = 8,   /* pairs of bytes looked for anywhere, ... */
    FILTER_PAIRS_AT_ONCE = 4,
    FILTER_NAMES = 256, /* slots of process names */
    FILTER_TEXT = 256,  /* bytes of a path that are classified; longer ones pass */
};

enum filter_wanted {
    FILTER_IGNORE = 0,
    FILTER_FOR_STATE = 1 << 0, /* sent always, through the state ring */
    FILTER_FOR_RULES = 1 << 1, /* the row decides */
};

enum filter_verdict { FILTER_DROP = 0, FILTER_SEND = 255 }; /* else 1 + index of a need */

/* Bits of a profile. */
enum {
    PROFILE_FAILED = 1 << 0,
    PROFILE_CONTAINER = 1 << 1, /* may be; not set: surely not */
    PROFILE_DETAIL_SHIFT = 2,   /* five bits of detail */
};

/* Detail of calls that open. */
enum {
    OPEN_READS = 1 << 0,      /* evt.is_open_read */
    OPEN_WRITES = 1 << 1,     /* evt.is_open_write */
    OPEN_CREATES = 1 << 2,    /* O_CREAT is asked for */
    OPEN_TRUNCATES = 1 << 3,  /* O_TRUNC is asked for */
    OPEN_EXECUTABLE = 1 << 4, /* evt.is_open_exec: creates with a mode that may be executed */
};

/* Detail of calls on a descriptor: what it is. */
enum filter_descriptor {
    FILTER_FD_UNKNOWN,
    FILTER_FD_FILE,
    FILTER_FD_DIRECTORY,
    FILTER_FD_PIPE,
    FILTER_FD_OTHER,
    FILTER_FD_UNIX,
    FILTER_FD_SOCKET,   /* of another family */
    FILTER_FD_TCP4 = 8, /* + FILTER_FD_LOOPBACK: one end at least is 127.0.0.0/8 or ::1 */
    FILTER_FD_UDP4 = 10,
    FILTER_FD_IP4 = 12,
    FILTER_FD_TCP6 = 14,
    FILTER_FD_UDP6 = 16,
    FILTER_FD_IP6 = 18,
    FILTER_FD_LOOPBACK = 1,
    FILTER_FD_COUNT = 20,
};

enum filter_shape {
    SHAPE_PLAIN,      /* detail is 0 */
    SHAPE_OPEN,       /* detail is OPEN_* */
    SHAPE_DESCRIPTOR, /* detail is enum filter_descriptor */
};

/* How the kernel side captures an argument. The table is made from
 * sensor/syscall. */
enum capture_argument {
    CAPTURE_NONE,       /* the raw number is enough */
    CAPTURE_PATH,       /* path; relative to the directory argument before it, or to the cwd */
    CAPTURE_PATH_CWD,   /* path; always relative to the cwd */
    CAPTURE_PATH_RAW,   /* text of a path that is not looked up (symlink's target) */
    CAPTURE_DIRFD,      /* descriptor that the next path is relative to */
    CAPTURE_DESCRIPTOR, /* descriptor: what it is */
    CAPTURE_ADDRESS,    /* sockaddr, with its length in the next argument */
    CAPTURE_DATA,       /* buffer, with its length in the next argument */
    CAPTURE_MESSAGE,    /* struct msghdr: name and first buffer */
    CAPTURE_TEXT,       /* other text */
    CAPTURE_OPEN_HOW,   /* struct open_how: FLAGS and MODE */
    CAPTURE_CLONE_ARGS, /* struct clone_args: FLAGS */
};

enum capture_result {
    CAPTURE_RESULT_NONE,
    CAPTURE_RESULT_DESCRIPTOR,  /* what the returned descriptor is: its file or socket */
    CAPTURE_RESULT_CREDENTIALS, /* the credentials after the call */
    CAPTURE_RESULT_CWD,         /* the current (or root) directory after the call */
    CAPTURE_RESULT_PROCESS,     /* process ids, namespaces after the call */
};

/* Where a call's descriptor is: the argument's index, or ... */
enum filter_place { FILTER_PLACE_RESULT = 6, FILTER_PLACE_NONE = 0xff };

struct filter_call {
    uint8_t wanted;       /* enum filter_wanted */
    uint8_t row;          /* into `rows` when it is FILTER_FOR_RULES */
    uint8_t shape;        /* enum filter_shape */
    uint8_t class;        /* enum sensor_class */
    uint8_t arguments[6]; /* enum capture_argument */
    uint8_t result;       /* enum capture_result */
    uint8_t descriptor;   /* enum filter_place: what SHAPE_DESCRIPTOR is about */
    uint32_t dropped; /* of FILTER_FOR_RULES: a bit for each detail with which no rule wants it */
};

struct filter_row {
    uint8_t verdict[FILTER_PROFILES];
};

struct filter_need {
    uint64_t any; /* the union of the alternatives: nothing of it found -> drop; 0: no text is
                     asked for, only the process counts */
    uint32_t count;
    uint32_t uses_name; /* some alternative asks for the process's name */
    uint32_t group;     /* bit of the process mask: processes with it are dropped; 0xff: none */
    uint32_t reserved;
    uint64_t all[FILTER_ALTERNATIVES];
};

struct filter_slot {
    uint64_t key; /* hash of the cut text; 0: free */
    uint64_t bits;
};

/* Literals of one kind of text: the absolute path, or the raw argument. */
struct filter_text {
    uint32_t prefix_cut_count, suffix_cut_count;
    uint8_t prefix_cut[FILTER_CUTS]; /* ascending; a literal is cut at the longest that fits */
    uint8_t suffix_cut[FILTER_CUTS];
    uint8_t pair[FILTER_PAIRS][2];
    uint32_t pair_count;
    uint64_t pair_bits[FILTER_PAIRS];
    uint64_t pair_any;                      /* their union */
    uint64_t top_bits;                      /* of texts with no slash but at the beginning */
    uint64_t always;                        /* bits that can't be decided here */
    uint64_t every;                         /* all bits of this text: what an unknown one may be */
    uint64_t prefix_seen[FILTER_SEEN / 64]; /* asked before the tables: a bit for the first 8 */
    uint64_t suffix_seen[FILTER_SEEN / 64]; /* bytes of each cut prefix, and for each suffix */
    struct filter_slot prefix[FILTER_SLOTS], suffix[FILTER_SLOTS];
};

struct filter_name {
    uint64_t comm[2]; /* its 16 bytes, zeros behind the end */
    uint64_t bits;
};

struct filter {
    uint32_t generation; /* which one it is, of those that a probe was given; from 1 on */
    uint32_t off;        /* send everything that is wanted: for measuring and proving */
    struct filter_call calls[FILTER_CALLS];
    struct filter_row rows[FILTER_ROWS];
    struct filter_need needs[FILTER_NEEDS];
    struct filter_text path, raw;
    uint64_t name_always;
    struct filter_name names[FILTER_NAMES];
};

/* What is known of one call when it is decided. */
struct filter_facts {
    uint32_t number;
    int64_t result;
    uint32_t container; /* may be in one */
    uint32_t detail;
};
