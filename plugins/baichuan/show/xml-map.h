/* xml-map.h
 * Which element of a document is which header field.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A map is filled once, when the protocol registers, and an element is found in it by hash: it costs the same with one row
 * and with hundreds.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_XML_MAP_H
#define CAMSHARK_BAICHUAN_SHOW_XML_MAP_H

#include <epan/packet.h>

#include <baichuan/wire/xml-read.h>

/* How the text of an element becomes the value of its field. */
typedef enum {
    BC_XML_VALUE,  /* as it is */
    BC_XML_LOW,    /* it is the low 32 bits of a number, */
    BC_XML_HIGH,   /* and this the high ones, both in one element, whose end gives the value */
    BC_XML_LIST,   /* values with commas between them, each a field */
    BC_XML_WITHIN, /* as it is, and the name of the element around it is a field below it */
} bc_xml_kind_t;

/* A field, and how it gets its values. It may be a number (FT_UINT32, FT_INT32, FT_UINT64), which an element that holds no
 * such number does not get, or a string. An element with year, month, day, hour, minute and second in it becomes
 * "2026-09-20 10:00:00". */
typedef struct {
    int *hf;
    bc_xml_kind_t kind;
    int *const *bits; /* fields of single bits of a number, up to NULL; NULL if there are none */
} bc_xml_target_t;

/* An element and its field, with the value as it is. */
typedef struct {
    const char *name; /* upper and lower case are alike */
    const char *
        parents; /* names of elements around it, with blanks between them; // before one: any number of levels
                            up, to below the document's root. NULL for any element. One that names the parent goes before
                            one with //, and that before one for any */
    int *hf;
} bc_xml_row_t;

typedef struct bc_xml_map bc_xml_map_t;

/* An empty map, which stays until the program ends. */
bc_xml_map_t *bc_xml_map_new(void);

/* Adds an element, as a row has it. Texts have to stay as long. Two rows for one element in one place are a mistake of
 * ours, and stop Wireshark. */
void bc_xml_map_add(bc_xml_map_t *map, const char *name, const char *parents, const bc_xml_target_t *target);
void bc_xml_map_add_rows(bc_xml_map_t *map, const bc_xml_row_t *rows, size_t n);

/* What an element becomes; NULL if it is no field. */
const bc_xml_target_t *bc_xml_map_find(const bc_xml_map_t *map, const bc_xml_element_t *element);

/* Whether somebody looks at a field of the map: the tree is visible, or a filter, column or -e names it. */
bool bc_xml_map_is_wanted(const bc_xml_map_t *map, proto_tree *tree);

#endif
