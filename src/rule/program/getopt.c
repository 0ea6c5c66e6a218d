#include "rule/program/getopt.h"

#include "rule/program/value-text.h"

struct reader {
    const struct rule_values *arguments;
    struct view letters;
    size_t at; /* the argument */
    struct arena *scratch;
    struct rule_value *items;
    size_t count;
};

static void add(struct reader *reader, struct view text)
{
    struct rule_value *item =
        arena_push(reader->scratch, &reader->items, &reader->count, sizeof(*item));

    if (item)
        *item = rule_value_of_text(text);
}

/* Is it a letter of ours, and does it take a value? */
static bool find_letter(struct view letters, char c, bool *ret_value)
{
    ptrdiff_t at = c == ':' ? -1 : view_find(letters, c);

    if (at < 0)
        return false;
    *ret_value = (size_t)at + 1 < letters.len && letters.ptr[at + 1] == ':';
    return true;
}

/* The value of a letter: the rest of its argument, or the next argument. */
static void add_value(struct reader *reader, struct view letter, struct view rest)
{
    if (!rest.len) {
        if (reader->at + 1 >= reader->arguments->count) {
            bool colon = reader->letters.len && reader->letters.ptr[0] == ':';

            add(reader, colon ? VIEW(":") : VIEW("?"));
            return;
        }
        rest = reader->arguments->items[++reader->at].text;
    }
    add(reader, letter);
    add(reader, rest);
}

/* The letters behind one "-". */
static void read_cluster(struct reader *reader, struct view cluster)
{
    for (size_t i = 0; i < cluster.len; i++) {
        bool value = false;

        if (!find_letter(reader->letters, cluster.ptr[i], &value)) {
            add(reader, VIEW("?"));
        } else if (value) {
            add_value(reader, view_sub(cluster, i, 1), view_sub(cluster, i + 1, cluster.len));
            return;
        } else {
            add(reader, view_sub(cluster, i, 1));
        }
    }
}

struct rule_values rule_getopt(const struct rule_values *arguments, struct view letters,
                               struct arena *scratch)
{
    struct reader reader = {arguments, letters, 0, scratch, NULL, 0};

    for (; reader.at < arguments->count; reader.at++) {
        struct view argument = arguments->items[reader.at].text;

        if (argument.len < 2 || argument.ptr[0] != '-' || view_eq(argument, VIEW("--")))
            break;
        if (argument.ptr[1] != '-')
            read_cluster(&reader, view_sub(argument, 1, argument.len));
    }
    return (struct rule_values){true, true, reader.items, reader.count, false};
}
