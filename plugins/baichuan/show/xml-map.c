/* xml-map.c
 * Which element of a document is which header field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <string.h>

#include <baichuan/show/xml-map.h>

#define BUCKETS 1024u /* several times the rows there are; a power of two */
#define NONE    (-1)

/* How near to an element the place is that a row names. */
typedef enum { NOWHERE, ANYWHERE, BELOW, INSIDE } nearness_t;

/* An element in one of its places. */
typedef struct {
    const char *name;
    bc_xml_target_t target;
    const char *place; /* without the //; NULL for any */
    nearness_t nearness;
    unsigned hash;
    int next; /* in its bucket */
} map_entry_t;

struct bc_xml_map {
    GArray *entries;   /* map_entry_t */
    GPtrArray *fields; /* the hf of each, once */
    int first[BUCKETS];
};

/* Upper and lower case are alike. */
static unsigned
hash_of_name(const char *name)
{
    unsigned hash = 2166136261u;

    for (; *name != '\0'; name++) {
        hash = (hash ^ ((unsigned char)*name | 0x20)) * 16777619u;
    }
    return hash;
}

/* Most names are written as the table has them, and strcmp() is quick; most others differ in their first letter. */
static inline bool
is_same_name(const char *one, const char *other)
{
    return ((*one ^ *other) & ~0x20) == 0 && (strcmp(one, other) == 0 || g_ascii_strcasecmp(one, other) == 0);
}

static bool
is_same_place(const map_entry_t *one, const map_entry_t *other)
{
    return one->nearness == other->nearness && g_ascii_strcasecmp(one->name, other->name) == 0 &&
           (one->place == NULL || g_ascii_strcasecmp(one->place, other->place) == 0);
}

static void
add_entry(bc_xml_map_t *map, const char *name, const char *place, const bc_xml_target_t *target)
{
    const bool below = place != NULL && g_str_has_prefix(place, "//");
    const unsigned hash = hash_of_name(name);
    const map_entry_t entry = {
        .name = name,
        .target = *target,
        .place = (place == NULL) ? NULL : g_intern_string(place + (below ? strlen("//") : 0)),
        .nearness = (place == NULL) ? ANYWHERE
                    : below         ? BELOW
                                    : INSIDE,
        .hash = hash,
        .next = map->first[hash % BUCKETS],
    };

    for (int i = entry.next; i != NONE; i = g_array_index(map->entries, map_entry_t, i).next) {
        DISSECTOR_ASSERT_HINT(!is_same_place(&entry, &g_array_index(map->entries, map_entry_t, i)), name);
    }
    map->first[hash % BUCKETS] = (int)map->entries->len;
    g_array_append_val(map->entries, entry);
}

static void
add_field(bc_xml_map_t *map, int *hf)
{
    if (!g_ptr_array_find(map->fields, hf, NULL)) {
        g_ptr_array_add(map->fields, hf);
    }
}

bc_xml_map_t *
bc_xml_map_new(void)
{
    bc_xml_map_t *map = wmem_new(wmem_epan_scope(), bc_xml_map_t);

    map->entries = g_array_new(FALSE, FALSE, sizeof(map_entry_t));
    map->fields = g_ptr_array_new();
    for (unsigned i = 0; i < BUCKETS; i++) {
        map->first[i] = NONE;
    }
    return map;
}

void
bc_xml_map_add(bc_xml_map_t *map, const char *name, const char *parents, const bc_xml_target_t *target)
{
    add_field(map, target->hf);
    for (unsigned i = 0; target->bits != NULL && target->bits[i] != NULL; i++) {
        add_field(map, target->bits[i]);
    }
    if (parents == NULL) {
        add_entry(map, name, NULL, target);
        return;
    }
    char **places = g_strsplit(parents, " ", -1);
    for (unsigned i = 0; places[i] != NULL; i++) {
        add_entry(map, name, places[i], target);
    }
    g_strfreev(places);
}

void
bc_xml_map_add_rows(bc_xml_map_t *map, const bc_xml_row_t *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bc_xml_target_t target = { .hf = rows[i].hf };
        bc_xml_map_add(map, rows[i].name, rows[i].parents, &target);
    }
}

static nearness_t
nearness_of(const map_entry_t *entry, const bc_xml_element_t *element)
{
    const char *place = (entry->nearness == BELOW) ? element->top : element->parent;

    return (entry->nearness == ANYWHERE || is_same_name(entry->place, place)) ? entry->nearness : NOWHERE;
}

const bc_xml_target_t *
bc_xml_map_find(const bc_xml_map_t *map, const bc_xml_element_t *element)
{
    const unsigned hash = hash_of_name(element->name);
    const bc_xml_target_t *found = NULL;
    nearness_t best = NOWHERE;

    for (int i = map->first[hash % BUCKETS]; i != NONE;) {
        const map_entry_t *entry = &g_array_index(map->entries, map_entry_t, i);
        if (entry->hash == hash && entry->nearness > best && is_same_name(entry->name, element->name) &&
            nearness_of(entry, element) > best) {
            best = entry->nearness;
            found = &entry->target;
        }
        i = entry->next;
    }
    return found;
}

bool
bc_xml_map_is_wanted(const bc_xml_map_t *map, proto_tree *tree)
{
    for (unsigned i = 0; tree != NULL && i < map->fields->len; i++) {
        const int *hf = g_ptr_array_index(map->fields, i);
        if (proto_field_is_referenced(tree, *hf)) {
            return true;
        }
    }
    return false;
}
