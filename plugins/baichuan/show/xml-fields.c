/* xml-fields.c
 * From the elements of a document to header fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <common/epan/per-file.h>

#include <baichuan/show/xml-fields.h>
#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-read.h>

#define MAX_VALUES 2000u /* of one document; a page of a recordings search has some hundreds */
#define ITEM_DEPTH 2u    /* of the elements in a list: below the root and the list */

typedef enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, TIME_PARTS } time_part_t;

/* A number in two elements. */
typedef struct {
    const bc_xml_target_t *target; /* NULL if there is none */
    unsigned depth;                /* of the element that holds both */
    uint64_t halves[2];            /* low, high */
    int offset;
    int end;
} pair_t;

/* Nothing is added to the tree before libxml2 has done, since adding may throw. */
typedef struct {
    packet_info *pinfo;
    const bc_xml_map_t *map;
    int other;
    const char *around;      /* the element whose values come */
    const char *around_kept; /* the last such name that a value has got */
    wmem_array_t *found;     /* bc_xml_value_t */
    unsigned n_values;       /* of them, without items */
    bool too_many;
    bool has_values[BC_XML_MAX_DEPTH]; /* the element at this depth has some itself */
    pair_t pair;
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
    const unsigned seen = collect->time_seen;

    if (strncmp(collect->time_parent, element->name, sizeof collect->time_parent - 1) != 0) {
        return NULL;
    }
    collect->time_seen = 0;
    if ((seen & date) != date) {
        return NULL;
    }
    for (unsigned i = HOUR; i < TIME_PARTS; i++) {
        collect->time_values[i] = (seen & 1u << i) ? collect->time_values[i] : 0;
    }
    return wmem_strdup_printf(collect->pinfo->pool, "%04u-%02u-%02u %02u:%02u:%02u", t[YEAR], t[MONTH],
                              t[DAY], t[HOUR], t[MINUTE], t[SECOND]);
}

/* The name of the element whose values come, once for all of them. In packet scope. */
static const char *
keep_around(collect_t *collect)
{
    if (collect->around_kept == NULL || strcmp(collect->around_kept, collect->around) != 0) {
        collect->around_kept = wmem_strdup(collect->pinfo->pool, collect->around);
    }
    return collect->around_kept;
}

static void
keep_value(collect_t *collect, const bc_xml_value_t *value)
{
    collect->too_many = collect->n_values == MAX_VALUES;
    if (!collect->too_many) {
        collect->n_values++;
        bc_xml_value_t kept = *value;
        if (WSC_EK_KEY_BY_PARENT && value->depth <= ITEM_DEPTH) {
            kept.around = keep_around(collect);
        }
        collect->has_values[value->depth - MIN(value->depth, 1u)] = true;
        wmem_array_append_one(collect->found, kept);
    }
}

/* Values with commas between them. The last one may be cut where the text is. */
static void
keep_list(collect_t *collect, bc_xml_value_t value, const char *text)
{
    const bool cut = strlen(text) == BC_XML_VALUE_LEN - 1;
    char **parts = g_strsplit(text, ",", -1);

    for (unsigned i = 0; parts[i] != NULL && !(cut && parts[i + 1] == NULL); i++) {
        const char *part = g_strstrip(parts[i]);
        if (part[0] != '\0') {
            value.text = wmem_strdup(collect->pinfo->pool, part);
            keep_value(collect, &value);
        }
    }
    g_strfreev(parts);
}

static void
note_half(collect_t *collect, const bc_xml_element_t *element, const bc_xml_target_t *target)
{
    pair_t *pair = &collect->pair;
    const int end = (int)(element->offset + element->len);
    const unsigned depth = element->depth - MIN(element->depth, 1u);

    if (!g_ascii_isdigit(element->value[0])) {
        return;
    }
    if (pair->target == NULL || *pair->target->hf != *target->hf || pair->depth != depth) {
        *pair = (pair_t){ target, depth, { 0, 0 }, (int)element->offset, end };
    }
    pair->halves[target->kind == BC_XML_HIGH] = g_ascii_strtoull(element->value, NULL, 10) & UINT32_MAX;
    pair->end = end;
}

/* The element that holds both halves of a number ends. */
static void
keep_pair(collect_t *collect, const bc_xml_element_t *element)
{
    pair_t *pair = &collect->pair;

    if (pair->target != NULL && pair->depth == element->depth) {
        const uint64_t number = pair->halves[0] | pair->halves[1] << 32;
        const bc_xml_value_t value = {
            .hf = *pair->target->hf,
            .target = pair->target,
            .offset = pair->offset,
            .len = pair->end - pair->offset,
            .depth = element->depth + 1,
            .text = wmem_strdup_printf(collect->pinfo->pool, "%" PRIu64, number),
        };
        pair->target = NULL;
        keep_value(collect, &value);
    }
}

/* An element ends that may be an item of a list. */
static void
keep_item(collect_t *collect, const bc_xml_element_t *element)
{
    const bc_xml_value_t *found = wmem_array_get_raw(collect->found);
    bc_xml_value_t item = {
        .hf = -1,
        .offset = (int)element->offset,
        .len = (int)element->len,
        .depth = element->depth,
        .item = true,
        .first = wmem_array_get_count(collect->found),
    };

    if (element->depth >= ITEM_DEPTH && collect->has_values[element->depth]) {
        while (item.first > 0 && found[item.first - 1].offset > item.offset) {
            item.first = found[item.first - 1].item ? found[item.first - 1].first : item.first - 1;
        }
        item.text = wmem_strdup(collect->pinfo->pool, element->name);
        wmem_array_append_one(collect->found, item);
    }
}

/* An element with a field. */
static void
keep_element(collect_t *collect, const bc_xml_element_t *element, const bc_xml_target_t *target)
{
    bc_xml_value_t value = {
        .hf = *target->hf,
        .target = target,
        .offset = (int)element->offset,
        .len = (int)element->len,
        .depth = element->depth,
    };

    switch (target->kind) {
    case BC_XML_LOW:
    case BC_XML_HIGH:
        note_half(collect, element, target);
        return;
    case BC_XML_LIST:
        keep_list(collect, value, element->value);
        return;
    case BC_XML_WITHIN:
        value.within = wmem_strdup(collect->pinfo->pool, element->parent);
        break;
    case BC_XML_VALUE:
        break;
    }
    value.text = wmem_strdup(collect->pinfo->pool, element->value);
    keep_value(collect, &value);
}

static void
keep_other(collect_t *collect, const bc_xml_element_t *element)
{
    if (collect->other >= 0 && element->value[0] != '\0') {
        const bc_xml_value_t value = {
            .hf = collect->other,
            .offset = (int)element->offset,
            .len = (int)element->len,
            .depth = element->depth,
            .text = wmem_strdup_printf(collect->pinfo->pool, "%s: %s", element->name, element->value),
        };
        keep_value(collect, &value);
    }
}

/* An element that has others in it. */
static void
collect_node(collect_t *collect, const bc_xml_element_t *element, const bc_xml_target_t *target)
{
    const char *moment = take_time(collect, element);

    collect->around = element->name;
    keep_pair(collect, element);
    collect->around = element->parent;
    if (target != NULL && moment != NULL) {
        const bc_xml_value_t value = {
            .hf = *target->hf,
            .target = target,
            .offset = (int)element->offset,
            .len = (int)element->len,
            .depth = element->depth,
            .text = moment,
        };
        keep_value(collect, &value);
    } else {
        keep_item(collect, element);
    }
}

static bool
collect_element(void *context, const bc_xml_element_t *element)
{
    collect_t *collect = context;
    const bc_xml_target_t *target = bc_xml_map_find(collect->map, element);

    collect->around = element->parent;
    if (!element->leaf) {
        collect_node(collect, element, target);
    } else {
        note_time(collect, element);
        if (target != NULL) {
            keep_element(collect, element, target);
        } else {
            keep_other(collect, element);
        }
    }
    collect->has_values[element->depth] = false;
    return !collect->too_many;
}

bc_xml_values_t
bc_xml_fields_read(tvbuff_t *tvb, packet_info *pinfo, const bc_xml_map_t *map, int other)
{
    const int len = (int)tvb_captured_length(tvb);
    const uint8_t *text = tvb_get_ptr(tvb, 0, len);
    collect_t collect = { .pinfo = pinfo, .map = map, .other = other };

    collect.found = wmem_array_sized_new(pinfo->pool, sizeof(bc_xml_value_t), 8);
    bc_xml_walk(camshark_per_file_get(parser_of_file), text, (size_t)len, collect_element, &collect);
    return (bc_xml_values_t){ wmem_array_get_raw(collect.found), wmem_array_get_count(collect.found),
                              collect.too_many };
}

void
bc_xml_fields_register(void)
{
    parser_of_file = camshark_per_file_new(make_parser, release_parser);
}
