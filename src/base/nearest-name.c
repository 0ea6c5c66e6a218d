#include "base/nearest-name.h"

enum { DISTANCE_LIMIT = 4 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Optimal string alignment; three rows are enough, as a swap looks back two. */
static size_t distance(struct view a, struct view b)
{
    size_t rows[3][NEAREST_NAME_LIMIT + 1];

    for (size_t k = 0; k <= b.len; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            char x = lower(a.ptr[i - 1]), y = lower(b.ptr[k - 1]);

            row[k] = smaller(above[k - 1] + (x != y), smaller(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && x == lower(b.ptr[k - 2]) && y == lower(a.ptr[i - 2]))
                row[k] = smaller(row[k], two_above[k - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

struct nearest_name nearest_name_for(struct view name)
{
    return (struct nearest_name){name, VIEW_EMPTY, smaller((name.len + 2) / 3, DISTANCE_LIMIT) + 1};
}

void nearest_name_offer(struct nearest_name *nearest, struct view candidate)
{
    size_t steps;

    if (nearest->name.len == 0 || nearest->name.len > NEAREST_NAME_LIMIT ||
        candidate.len > NEAREST_NAME_LIMIT)
        return;
    steps = distance(nearest->name, candidate);
    if (steps < nearest->distance) {
        nearest->distance = steps;
        nearest->best = candidate;
    }
}
