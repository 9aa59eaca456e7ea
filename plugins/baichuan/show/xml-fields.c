/* xml-fields.c
 * From the elements of a document to header fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <errno.h>

#include <common/epan/per-file.h>

#include <baichuan/show/xml-fields.h>
#include <baichuan/wire/xml-read.h>

#define MAX_VALUES 2000u /* of one document; a page of a recordings search has some hundreds */

static expert_field ei_baichuan_values = EI_INIT;

/* A value that was found. Nothing is added to the tree before libxml2 has done, since adding may throw. */
typedef struct {
    int hf;
    int offset;
    int len;
    const char *value;
} found_t;

typedef enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, TIME_PARTS } time_part_t;

typedef struct {
    packet_info *pinfo;
    const bc_xml_map_t *const *maps;
    size_t n_maps;
    int other;
    wmem_array_t *found;
    bool too_many;
    char time_parent[32]; /* whose parts these are */
    unsigned time_values[TIME_PARTS];
    unsigned time_seen; /* bit mask */
} collect_t;

static camshark_per_file_t *parser_of_file;

static void *
make_parser(void)
{
    return bc_xml_parser_new();
}

static void
release_parser(void *parser)
{
    bc_xml_parser_free(parser);
}

/* As g_ascii_strcasecmp(), which most pairs of names need not be given to. */
static int
order_of(const char *a, const char *b)
{
    const int first = (*a | 0x20) - (*b | 0x20); /* names begin with letters */

    return (first != 0) ? first : g_ascii_strcasecmp(a, b);
}

static const bc_xml_row_t *
find_row(const bc_xml_map_t *map, const bc_xml_element_t *element)
{
    size_t low = 0;
    size_t high = map->n;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (order_of(map->rows[middle].name, element->name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < map->n && order_of(map->rows[low].name, element->name) == 0; low++) {
        const char *parent = map->rows[low].parent;
        if (parent == NULL || order_of(parent, element->parent) == 0) {
            return &map->rows[low];
        }
    }
    return NULL;
}

static void
note_time(collect_t *collect, const bc_xml_element_t *element)
{
    static const char *const names[TIME_PARTS] = { "year", "month", "day", "hour", "minute", "second" };

    if (!g_ascii_isdigit(element->value[0])) {
        return;
    }
    for (unsigned i = 0; i < TIME_PARTS; i++) {
        if (order_of(names[i], element->name) != 0) {
            continue;
        }
        if (strncmp(collect->time_parent, element->parent, sizeof collect->time_parent - 1) != 0) {
            g_strlcpy(collect->time_parent, element->parent, sizeof collect->time_parent);
            collect->time_seen = 0;
        }
        collect->time_values[i] = (unsigned)MIN(g_ascii_strtoull(element->value, NULL, 10), 9999);
        collect->time_seen |= 1u << i;
        return;
    }
}

/* The time whose parts were the children of this element; NULL if it had no such children. */
static const char *
take_time(collect_t *collect, const bc_xml_element_t *element)
{
    const unsigned *t = collect->time_values;
    const unsigned date = 1u << YEAR | 1u << MONTH | 1u << DAY;
    const bool ok = (collect->time_seen & date) == date &&
                    strncmp(collect->time_parent, element->name, sizeof collect->time_parent - 1) == 0;

    if (ok) {
        for (unsigned i = HOUR; i < TIME_PARTS; i++) {
            collect->time_values[i] = (collect->time_seen & 1u << i) ? collect->time_values[i] : 0;
        }
    }
    collect->time_seen = 0;
    return ok ? wmem_strdup_printf(collect->pinfo->pool, "%04u-%02u-%02u %02u:%02u:%02u", t[YEAR], t[MONTH],
                                   t[DAY], t[HOUR], t[MINUTE], t[SECOND])
              : NULL;
}

static bool
collect_element(void *context, const bc_xml_element_t *element)
{
    collect_t *collect = context;
    const bc_xml_row_t *row = NULL;
    found_t found = { .hf = collect->other, .offset = (int)element->offset, .len = (int)element->len };

    for (size_t i = 0; i < collect->n_maps && row == NULL; i++) {
        row = find_row(collect->maps[i], element);
    }
    if (element->leaf) {
        note_time(collect, element);
    }
    if (row != NULL) {
        found.hf = *row->hf;
        found.value =
            element->leaf ? wmem_strdup(collect->pinfo->pool, element->value) : take_time(collect, element);
    } else if (found.hf >= 0 && element->leaf && element->value[0] != '\0') {
        found.value = wmem_strdup_printf(collect->pinfo->pool, "%s: %s", element->name, element->value);
    }
    if (found.value == NULL) {
        return true;
    }
    collect->too_many = wmem_array_get_count(collect->found) == MAX_VALUES;
    if (!collect->too_many) {
        wmem_array_append_one(collect->found, found);
    }
    return !collect->too_many;
}

static bool
parse_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;

    errno = 0;
    *out = g_ascii_strtoll(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *out >= min && *out <= max;
}

static void
add(tvbuff_t *tvb, proto_tree *tree, const found_t *found)
{
    int64_t number;

    switch (proto_registrar_get_ftype(found->hf)) {
    case FT_UINT32:
        if (parse_number(found->value, 0, UINT32_MAX, &number)) {
            proto_tree_add_uint(tree, found->hf, tvb, found->offset, found->len, (uint32_t)number);
        }
        break;
    case FT_INT32:
        if (parse_number(found->value, INT32_MIN, INT32_MAX, &number)) {
            proto_tree_add_int(tree, found->hf, tvb, found->offset, found->len, (int32_t)number);
        }
        break;
    default:
        proto_tree_add_string(tree, found->hf, tvb, found->offset, found->len, found->value);
        break;
    }
}

static bool
is_wanted(proto_tree *tree, const bc_xml_map_t *const maps[], size_t n_maps, int other)
{
    if (other >= 0 && proto_field_is_referenced(tree, other)) {
        return true;
    }
    for (size_t i = 0; i < n_maps; i++) {
        for (size_t k = 0; k < maps[i]->n; k++) {
            if (proto_field_is_referenced(tree, *maps[i]->rows[k].hf)) {
                return true;
            }
        }
    }
    return false;
}

void
bc_xml_fields_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const bc_xml_map_t *const maps[],
                   size_t n_maps, int other)
{
    if (!is_wanted(tree, maps, n_maps, other)) {
        return;
    }

    const int len = (int)tvb_captured_length(tvb);
    const uint8_t *text = tvb_get_ptr(tvb, 0, len);
    collect_t collect = { .pinfo = pinfo, .maps = maps, .n_maps = n_maps, .other = other };
    collect.found = wmem_array_new(pinfo->pool, sizeof(found_t));
    bc_xml_walk(camshark_per_file_get(parser_of_file), text, (size_t)len, collect_element, &collect);

    for (unsigned i = 0; i < wmem_array_get_count(collect.found); i++) {
        add(tvb, tree, wmem_array_index(collect.found, i));
    }
    if (collect.too_many) {
        proto_tree_add_expert(tree, pinfo, &ei_baichuan_values, tvb, 0, len);
    }
}

void
bc_xml_map_check(const bc_xml_map_t *map)
{
    for (size_t i = 1; i < map->n; i++) {
        const int order = order_of(map->rows[i - 1].name, map->rows[i].name);
        /* The name of a row that is not in its place in the alphabet. */
        DISSECTOR_ASSERT_HINT(order < 0 || (order == 0 && map->rows[i - 1].parent != NULL),
                              map->rows[i].name);
    }
}

void
bc_xml_fields_register(int proto)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_baichuan_values,
          { "baichuan.expert.many_values", PI_PROTOCOL, PI_NOTE,
            "Only the first 2000 values of this document are fields of their own; the document itself is whole",
            EXPFILL } },
    };
    /* clang-format on */

    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
    parser_of_file = camshark_per_file_new(make_parser, release_parser);
}
