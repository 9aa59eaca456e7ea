/* xml-tree.c
 * Values of documents as header fields, and items of lists as trees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <errno.h>
#include <string.h>

#include <baichuan/show/xml-fields.h>
#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-read.h>

static int hf_baichuan_item = -1;
static int hf_baichuan_within = -1;
static int ett_baichuan_item = -1;
static int ett_baichuan_value = -1;
static expert_field ei_baichuan_values = EI_INIT;

static bool
parse_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;

    errno = 0;
    *out = g_ascii_strtoll(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *out >= min && *out <= max;
}

/* What is below a number: its bits. */
static void
add_bits(tvbuff_t *tvb, proto_item *item, const bc_xml_value_t *value, uint32_t number)
{
    int *const *bits = (value->target != NULL) ? value->target->bits : NULL;

    if (bits != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_baichuan_value);
        for (; *bits != NULL; bits++) {
            proto_tree_add_boolean(tree, **bits, tvb, value->offset, value->len, number);
        }
    }
}

/* Adds a value. Returns its item; NULL if its text is no value of its field. */
static proto_item *
add_value(tvbuff_t *tvb, proto_tree *tree, const bc_xml_value_t *value)
{
    proto_item *item;
    int64_t number;

    switch (proto_registrar_get_ftype(value->hf)) {
    case FT_UINT32:
        if (!parse_number(value->text, 0, UINT32_MAX, &number)) {
            return NULL;
        }
        item = proto_tree_add_uint(tree, value->hf, tvb, value->offset, value->len, (uint32_t)number);
        add_bits(tvb, item, value, (uint32_t)number);
        return item;
    case FT_INT32:
        return parse_number(value->text, INT32_MIN, INT32_MAX, &number)
                   ? proto_tree_add_int(tree, value->hf, tvb, value->offset, value->len, (int32_t)number)
                   : NULL;
    case FT_UINT64:
        return parse_number(value->text, 0, INT64_MAX, &number)
                   ? proto_tree_add_uint64(tree, value->hf, tvb, value->offset, value->len, (uint64_t)number)
                   : NULL;
    default:
        return proto_tree_add_string(tree, value->hf, tvb, value->offset, value->len, value->text);
    }
}

static void
add_within(tvbuff_t *tvb, proto_item *item, const bc_xml_value_t *value)
{
    if (item != NULL && value->within != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_baichuan_value);
        proto_item_append_text(item, " (%s)", value->within);
        proto_tree_add_string(tree, hf_baichuan_within, tvb, value->offset, value->len, value->within);
    }
}

/* For each value, the outermost item that begins with it, and for each item the next one inward that does; -1 for none.
 * Both are in packet scope. */
typedef struct {
    int *outermost;
    int *inward;
} beginnings_t;

static beginnings_t
find_beginnings(const bc_xml_values_t *values, packet_info *pinfo)
{
    beginnings_t begin = { wmem_alloc_array(pinfo->pool, int, values->n),
                           wmem_alloc_array(pinfo->pool, int, values->n) };

    for (unsigned i = 0; i < values->n; i++) {
        begin.outermost[i] = begin.inward[i] = -1;
        if (values->values[i].item) {
            const unsigned first = values->values[i].first;
            begin.inward[i] = begin.outermost[first];
            begin.outermost[first] = (int)i;
        }
    }
    return begin;
}

/* Where values are added: the items that are open, and what they lie in. */
typedef struct {
    tvbuff_t *tvb;
    proto_item *items[BC_XML_MAX_DEPTH];
    const char *names[BC_XML_MAX_DEPTH];
    proto_tree *trees[BC_XML_MAX_DEPTH + 1];
    unsigned depth;
    wmem_map_t *inside; /* fields that items have; NULL if that does not matter */
    const bc_xml_value_t
        *outside; /* the last value that got an item though it is in none; NULL if another came since, */
    proto_tree *outside_tree; /* and that item's tree */
} places_t;

/* The fields that items of a document have; NULL if it has no items. */
static wmem_map_t *
fields_of_items(const bc_xml_values_t *values, packet_info *pinfo)
{
    wmem_map_t *inside = NULL;

    for (unsigned i = 0; i < values->n; i++) {
        for (unsigned k = values->values[i].first; values->values[i].item && k < i; k++) {
            if (inside == NULL) {
                inside = wmem_map_new(pinfo->pool, g_direct_hash, g_direct_equal);
            }
            wmem_map_insert(inside, GINT_TO_POINTER(values->values[k].hf), (void *)&values->values[k]);
        }
    }
    return inside;
}

static void
open_item(places_t *places, const bc_xml_value_t *item)
{
    const unsigned depth = places->depth++;
    proto_tree *around = places->trees[WSC_EK_KEY_BY_PARENT ? 0 : depth];

    places->items[depth] =
        proto_tree_add_string(around, hf_baichuan_item, places->tvb, item->offset, item->len, item->text);
    places->names[depth] = item->text;
    places->trees[depth + 1] = proto_item_add_subtree(places->items[depth], ett_baichuan_item);
    if (WSC_EK_KEY_BY_PARENT && depth > 0) {
        proto_item_append_text(places->items[depth], ", in %s", places->names[depth - 1]);
    }
}

/* The tree that a value is added to. */
static proto_tree *
tree_of_value(places_t *places, const bc_xml_value_t *value)
{
    if (places->depth > 0 || places->inside == NULL || value->around == NULL ||
        !wmem_map_contains(places->inside, GINT_TO_POINTER(value->hf))) {
        places->outside = NULL;
        return places->trees[places->depth];
    }
    if (places->outside == NULL || strcmp(places->outside->around, value->around) != 0) {
        proto_item *item = proto_tree_add_string(places->trees[0], hf_baichuan_item, places->tvb,
                                                 value->offset, value->len, value->around);
        places->outside_tree = proto_item_add_subtree(item, ett_baichuan_item);
    }
    places->outside = value;
    return places->outside_tree;
}

void
bc_xml_fields_add(const bc_xml_values_t *values, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                  int channel)
{
    const beginnings_t begin = find_beginnings(values, pinfo);
    places_t places = { .tvb = tvb, .trees = { tree } };

    if (WSC_EK_KEY_BY_PARENT) {
        places.inside = fields_of_items(values, pinfo);
    }
    for (unsigned i = 0; i < values->n; i++) {
        const bc_xml_value_t *value = &values->values[i];
        for (int k = begin.outermost[i]; k >= 0; k = begin.inward[k]) {
            open_item(&places, &values->values[k]);
        }
        if (value->item) {
            places.depth--;
            continue;
        }
        proto_item *added = add_value(tvb, tree_of_value(&places, value), value);
        add_within(tvb, added, value);
        if (places.depth > 0 && added != NULL && value->hf == channel) {
            proto_item_append_text(places.items[places.depth - 1], ", channel %s", value->text);
        }
    }
    if (values->too_many) {
        proto_tree_add_expert(tree, pinfo, &ei_baichuan_values, tvb, 0, (int)tvb_captured_length(tvb));
    }
}

bool
bc_xml_fields_are_wanted(const bc_xml_map_t *map, proto_tree *tree)
{
    return bc_xml_map_is_wanted(map, tree) || proto_field_is_referenced(tree, hf_baichuan_item) ||
           proto_field_is_referenced(tree, hf_baichuan_within);
}

void
bc_xml_fields_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const bc_xml_map_t *map)
{
    if (bc_xml_fields_are_wanted(map, tree)) {
        const bc_xml_values_t values = bc_xml_fields_read(tvb, pinfo, map, -1);
        bc_xml_fields_add(&values, tvb, pinfo, tree, -1);
    }
}

void
bc_xml_tree_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_item,
          { "Item", "baichuan.item", FT_STRING, BASE_NONE, NULL, 0,
            "Element of a list in a document; the values below it are those of this item", HFILL } },
        { &hf_baichuan_within,
          { "Of", "baichuan.enable.element", FT_STRING, BASE_NONE, NULL, 0,
            "Element of the document that is switched on or off, such as RtspPort", HFILL } },
    };
    static int *ett[] = { &ett_baichuan_item, &ett_baichuan_value };
    static ei_register_info ei[] = {
        { &ei_baichuan_values,
          { "baichuan.expert.many_values", PI_PROTOCOL, PI_NOTE,
            "Only the first 2000 values of this document are fields of their own; the document itself is whole",
            EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
