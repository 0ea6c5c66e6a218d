#include "cmd/cli/suggest.h"

#include <string.h>

enum { DISTANCE_LIMIT = 3 };

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Both words are at most SUGGEST_WORD_LIMIT long. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[SUGGEST_WORD_LIMIT + 1][SUGGEST_WORD_LIMIT + 1];
    size_t length_a = strlen(a), length_b = strlen(b);

    for (size_t i = 0; i <= length_a; i++)
        rows[i][0] = i;
    for (size_t k = 0; k <= length_b; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= length_a; i++) {
        for (size_t k = 1; k <= length_b; k++) {
            size_t replaced = rows[i - 1][k - 1] + (lower(a[i - 1]) != lower(b[k - 1]));
            size_t moved = min(rows[i - 1][k], rows[i][k - 1]) + 1;

            rows[i][k] = min(replaced, moved);
            if (i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) &&
                lower(a[i - 2]) == lower(b[k - 1]))
                rows[i][k] = min(rows[i][k], rows[i - 2][k - 2] + 1);
        }
    }
    return rows[length_a][length_b];
}

struct suggestion suggestion_for(const char *word)
{
    return (struct suggestion){word, NULL, min((strlen(word) + 2) / 3, DISTANCE_LIMIT) + 1};
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
    size_t steps;

    if (strlen(suggestion->word) > SUGGEST_WORD_LIMIT || strlen(candidate) > SUGGEST_WORD_LIMIT)
        return;
    steps = distance(suggestion->word, candidate);
    if (steps < suggestion->distance) {
        suggestion->distance = steps;
        suggestion->best = candidate;
    }
}
