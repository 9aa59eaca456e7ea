/* xml-scan.h
 * Going through the bytes of an XML document that nobody has checked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What xml-check, xml-read and xml-secrets have in common, and nobody else needs. Any bytes are survived; no
 * function looks back, so a walk through a document costs its length.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_XML_SCAN_H
#define CAMSHARK_BAICHUAN_WIRE_XML_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

/* Attributes of one tag. libxml2 compares each with all before it. */
#define BC_XML_MAX_ATTRIBUTES 64u

/* A place in a text. */
typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} bc_xml_scan_t;

static inline bool
bc_xml_is_name_char(uint8_t c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':';
}

static inline bool
bc_xml_is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether the text goes on like this. */
static inline bool
bc_xml_starts(const bc_xml_scan_t *scan, const char *text)
{
    const size_t len = strlen(text);

    return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, text, len) == 0;
}

static inline void
bc_xml_skip_space(bc_xml_scan_t *scan)
{
    const uint8_t *at = scan->at;

    while (at < scan->end && bc_xml_is_space(*at)) {
        at++;
    }
    scan->at = at;
}

/* Goes behind the name that may stand here. Returns its length. */
static inline size_t
bc_xml_skip_name(bc_xml_scan_t *scan)
{
    const uint8_t *begin = scan->at, *at = begin;

    while (at < scan->end && bc_xml_is_name_char(*at)) {
        at++;
    }
    scan->at = at;
    return (size_t)(at - begin);
}

/* Goes behind white space, and behind the prolog that devices write, if it is what follows. Returns whether it is. */
static inline bool
bc_xml_skip_usual_prolog(bc_xml_scan_t *scan)
{
    static const char prolog[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>";

    bc_xml_skip_space(scan);
    if (!bc_xml_starts(scan, prolog)) {
        return false;
    }
    scan->at += strlen(prolog);
    return true;
}

/* Goes to the next such byte; to the end, and false, if there is none. */
static inline bool
bc_xml_skip_to(bc_xml_scan_t *scan, char c)
{
    const uint8_t *next = memchr(scan->at, c, (size_t)(scan->end - scan->at));

    scan->at = (next != NULL) ? next : scan->end;
    return next != NULL;
}

/* Goes behind the next occurrence of text; to the end, and false, if there is none. */
static inline bool
bc_xml_skip_behind(bc_xml_scan_t *scan, const char *text)
{
    while (bc_xml_skip_to(scan, text[0])) {
        if (bc_xml_starts(scan, text)) {
            scan->at += strlen(text);
            return true;
        }
        scan->at++;
    }
    return false;
}

#endif
