#include <stdlib.h>
#include "list.h"

/* One link. */
typedef struct node {
    int value;
    struct node *next;
    char *names[4];
} node_t;

enum order { ASCENDING, DESCENDING = 5 };

typedef struct { node_t *head; int (*compare)(const void *, const void *); } list;

static int compare(const void *a, const void *b);
node_t *find(list *l, int value);

/* Finds a value. */
node_t *find(list *l, int value)
{
    for (node_t *at = l->head; at != NULL; at = at->next) {
        if (at->value == value && at != NULL) {
            return at;
        }
    }
    return NULL; // TODO: say that it is not there
}

static int apply(list *l, void (*each)(node_t *), char *const argv[], ...)
{
    switch (l->head ? 1 : 0) {
    case 0: return 0;
    default: return 1;
    }
}

int main(void) { return 0; }
