/* xml-read.h
 * Elements of XML documents with their places, by libxml2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents are untrusted. Offsets and lengths are bytes from the first byte of the text that was given,
 * white space before the prolog included.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_XML_READ_H
#define CAMSHARK_BAICHUAN_WIRE_XML_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BC_XML_VALUE_LEN 256u

/* An element, as bc_xml_walk() gives it at its end tag. Texts are valid during the call only. */
typedef struct {
    const char *name;
    const char *parent; /* name of the element around it; "" for the root */
    const char *top;    /* name of the root's child in which it lies; "" for the root and its children */
    unsigned depth;     /* elements around it: 0 for the root */
    size_t offset;      /* of its < */
    size_t len;         /* up to the > of its end tag */
    const char *value;  /* its own text, entities replaced, without white space around it, cut to
                           BC_XML_VALUE_LEN - 1 bytes; UTF-8 */
    bool leaf;          /* there is no element in it */
} bc_xml_element_t;

/* Gets one element after the other; false ends the walk. */
typedef bool (*bc_xml_visit_t)(void *context, const bc_xml_element_t *element);

/* What reads one document after the other, because making a parser takes longer than reading a short one.
 * Nothing of a document has an effect on the next. bc_xml_parser_new() gives one to be freed with
 * bc_xml_parser_free(). */
typedef struct bc_xml_parser bc_xml_parser_t;

bc_xml_parser_t *bc_xml_parser_new(void);
void bc_xml_parser_free(bc_xml_parser_t *parser);

/* Walks through a document once, in the order of end tags. parser may be NULL. Uses libxml2's SAX interface:
 * no network, no DTD, no entities, no state of the process. What precedes an error is given; a document that
 * bc_xml_check() refuses as too long or with a DOCTYPE gives nothing, nor does one that is not written in a
 * superset of ASCII. */
void bc_xml_walk(bc_xml_parser_t *parser, const uint8_t *text, size_t len, bc_xml_visit_t visit,
                 void *context);

/* An element to look for. */
typedef struct {
    const char *name;             /* upper and lower case are alike */
    bool found;                   /* the other members are valid */
    size_t offset;                /* of its < */
    size_t len;                   /* up to the > of its end tag */
    char value[BC_XML_VALUE_LEN]; /* its text, entities replaced, cut to this length; UTF-8 */
} bc_xml_field_t;

/* Finds the first element of each name, by bc_xml_walk(). Returns how many of the n fields were found. */
unsigned bc_xml_find(const uint8_t *text, size_t len, bc_xml_field_t *fields, size_t n);

/* The decimal number in a field that was looked for; max if it is greater, 0 if there is none. */
uint32_t bc_xml_number(const bc_xml_field_t *field, uint32_t max);

#endif
