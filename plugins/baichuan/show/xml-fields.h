/* xml-fields.h
 * From the elements of a document to header fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A document is read once, whoever wants what is in it: fields, or words for the Info column.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_XML_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_XML_FIELDS_H

#include <epan/packet.h>

#include <baichuan/show/xml-map.h>

/* A value of a document, or an item of a list: an element that lies two levels or more below the root and has values
 * itself. In packet scope, like all that hangs on it. */
typedef struct {
    int hf;                        /* of a value; -1 of an item */
    const bc_xml_target_t *target; /* NULL of an item, and of what the map does not know */
    int offset;                    /* of the element in the document, */
    int len;                       /* and its bytes */
    unsigned depth;                /* elements around it */
    const char *text;              /* the value, or the name of the item */
    const char *within;            /* name of the element around a BC_XML_WITHIN; else NULL */
    const char *around; /* name of the element around a value that is in no item; NULL of all others */
    bool item;
    unsigned first; /* of an item: the first of its values; the last is the one before the item */
} bc_xml_value_t;

/* What a document holds, in the order of end tags: what is in an item precedes it without a gap. */
typedef struct {
    bc_xml_value_t *values;
    unsigned n;
    bool too_many; /* there are more than the 2000 values that are kept */
} bc_xml_values_t;

/* Whether somebody looks at a field of the map, or at what bc_xml_fields_add() adds besides: the tree is visible, or a
 * filter, column or -e names it. */
bool bc_xml_fields_are_wanted(const bc_xml_map_t *map, proto_tree *tree);

/* Reads the document that is all of tvb, in plain text.
 *   other  field (FT_STRING) that gets "name: text" of each element with a text that the map does not know; -1 for
 *          none */
bc_xml_values_t bc_xml_fields_read(tvbuff_t *tvb, packet_info *pinfo, const bc_xml_map_t *map, int other);

/* Adds them as fields, each of which highlights its element, and items as trees of their own. Where -T ek would have a key
 * twice of an item in an item, the inner one follows the outer one, whose name is behind its own; and a value in no item
 * whose field others have in theirs is in one that is called after the element around it.
 *   channel  field that an item is called after; -1 for none */
void bc_xml_fields_add(const bc_xml_values_t *values, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                       int channel);

/* Both, if somebody looks at what comes out. */
void bc_xml_fields_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const bc_xml_map_t *map);

/* Keeps the parser that is used for one document after the other. */
void bc_xml_fields_register(void);

/* Registers what is shown besides. */
void bc_xml_tree_register(int proto);

#endif
