/* xml-fields.h
 * From the elements of a document to header fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A map says which element is which field. However many maps there are, a document is read once, and only if
 * somebody looks at one of their fields: the tree is visible, or a filter, column or -e names it.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_XML_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_XML_FIELDS_H

#include <epan/packet.h>

/* An element and its field. The field may be a number (FT_UINT32, FT_INT32), which an element that holds no
 * such number does not get, or a string. An element with year, month, day, hour, minute and second in it
 * becomes "2026-09-20 10:00:00". */
typedef struct {
    const char *name;   /* upper and lower case are alike */
    const char *parent; /* name of the element around it; NULL for any, after all rows with a parent */
    int *hf;
} bc_xml_row_t;

/* Rows sorted by name. */
typedef struct {
    const bc_xml_row_t *rows;
    size_t n;
} bc_xml_map_t;

/* Adds the fields of the document that is all of tvb, in the order of its end tags; each highlights its
 * element. other  field (FT_STRING) that gets "name: text" of each element with a text that no map knows; -1
 * for none */
void bc_xml_fields_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const bc_xml_map_t *const maps[],
                        size_t n_maps, int other);

/* Registers the expert item of this file. */
void bc_xml_fields_register(int proto);

/* Stops Wireshark if the rows of a map are not sorted: a mistake of ours. To be called once. */
void bc_xml_map_check(const bc_xml_map_t *map);

#endif
