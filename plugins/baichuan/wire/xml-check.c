/* xml-check.c
 * Which XML documents may be given to a lenient parser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/xml-check.h>

#include <glib.h>
#include <string.h>

#include <baichuan/wire/xml-scan.h>

/* Reads attributes up to what ends a tag. False if there is anything else, or if there are too many; the end
 * of the text is no error. */
static bool
skip_xml_attributes(bc_xml_scan_t *scan)
{
    for (unsigned n = 0; n <= BC_XML_MAX_ATTRIBUTES; n++) {
        bc_xml_skip_space(scan);
        if (scan->at == scan->end || !bc_xml_is_name_char(*scan->at)) {
            return true;
        }
        bc_xml_skip_name(scan);
        bc_xml_skip_space(scan);
        if (scan->at == scan->end) {
            return true;
        }
        if (*scan->at++ != '=') {
            return false;
        }
        bc_xml_skip_space(scan);
        if (scan->at == scan->end) {
            return true;
        }
        const uint8_t quote = *scan->at++;
        if (quote != '"' && quote != '\'') {
            return false;
        }
        while (scan->at < scan->end && *scan->at != quote) {
            /* A backslash is an escape to Wireshark's parser and none to others. */
            if (*scan->at == '\\' || *scan->at == '<') {
                return false;
            }
            scan->at++;
        }
        if (scan->at < scan->end) {
            scan->at++;
        }
    }
    return false;
}

/* Behind "<?": a name, attributes, "?>". */
static bool
skip_xml_instruction(bc_xml_scan_t *scan)
{
    if (bc_xml_skip_name(scan) == 0 || !skip_xml_attributes(scan)) {
        return scan->at == scan->end;
    }
    if (scan->end - scan->at < 2) {
        scan->at = scan->end;
        return true;
    }
    if (!bc_xml_starts(scan, "?>")) {
        return false;
    }
    scan->at += 2;
    return true;
}

/* Behind "<" of an element or end tag. */
static bool
skip_xml_tag(bc_xml_scan_t *scan, unsigned *depth)
{
    const bool closing = *scan->at == '/';

    if (closing) {
        scan->at++;
    }
    if (bc_xml_skip_name(scan) == 0 || (!closing && !skip_xml_attributes(scan))) {
        return scan->at == scan->end;
    }
    bc_xml_skip_space(scan);
    if (scan->at == scan->end) {
        return true;
    }
    if (closing) {
        *depth -= (*depth > 0);
    } else if (*scan->at == '/') {
        if (++scan->at == scan->end) {
            return true;
        }
    } else {
        (*depth)++;
    }
    return *scan->at++ == '>';
}

/* The prolog's encoding, if it names one, must be a superset of ASCII in which no byte of a longer character
 * looks like a tag. */
static bool
encoding_is_harmless(const uint8_t *text, size_t len)
{
    static const char *const harmless[] = { "utf-8", "utf8", "us-ascii", "iso-8859-1", "gb2312", "gbk" };
    bc_xml_scan_t scan = { text, text + MIN(len, 256) };

    bc_xml_skip_behind(&scan, "encoding");
    bc_xml_skip_space(&scan);
    if (scan.at == scan.end || *scan.at++ != '=') {
        return true;
    }
    bc_xml_skip_space(&scan);
    if (scan.at < scan.end && (*scan.at == '"' || *scan.at == '\'')) {
        scan.at++;
    }
    const char *name = (const char *)scan.at;
    const size_t name_len = bc_xml_skip_name(&scan);
    for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++) {
        if (strlen(harmless[i]) == name_len && g_ascii_strncasecmp(harmless[i], name, name_len) == 0) {
            return true;
        }
    }
    return scan.at == text + len;
}

/* Behind "<" of what begins with "<!". */
static bc_xml_verdict_t
skip_xml_section(bc_xml_scan_t *scan)
{
    const size_t left = (size_t)(scan->end - scan->at);

    if (bc_xml_starts(scan, "!--")) {
        /* A comment without an end is none to Wireshark's parser. */
        return bc_xml_skip_behind(scan, "-->") ? BC_XML_OK : BC_XML_MALFORMED;
    }
    if (bc_xml_starts(scan, "![CDATA[")) {
        return bc_xml_skip_behind(scan, "]]>") ? BC_XML_OK : BC_XML_MALFORMED;
    }
    if ((left < 3 && memcmp(scan->at, "!--", left) == 0) ||
        (left < 8 && memcmp(scan->at, "![CDATA[", left) == 0)) {
        scan->at = scan->end; /* the end is cut off */
        return BC_XML_OK;
    }
    return BC_XML_DOCTYPE;
}

/* Behind any "<" but the last byte. */
static bc_xml_verdict_t
skip_xml_markup(bc_xml_scan_t *scan, unsigned *depth)
{
    if (*scan->at == '!') {
        return skip_xml_section(scan);
    }
    if (*scan->at == '?') {
        scan->at++;
        return skip_xml_instruction(scan) ? BC_XML_OK : BC_XML_MALFORMED;
    }
    return skip_xml_tag(scan, depth) ? BC_XML_OK : BC_XML_MALFORMED;
}

bc_xml_verdict_t
bc_xml_check(const uint8_t *text, size_t len)
{
    bc_xml_scan_t scan = { text, text + len };
    const bool usual = bc_xml_skip_usual_prolog(&scan);
    unsigned tags = usual; /* that have been looked at */
    unsigned depth = 0;

    if (len > BC_XML_MAX_LEN) {
        return BC_XML_TOO_LONG;
    }
    if (!usual && !encoding_is_harmless(text, len)) {
        return BC_XML_MALFORMED;
    }
    while (bc_xml_skip_to(&scan, '<') && ++scan.at < scan.end) {
        if (++tags > BC_XML_MAX_TAGS) {
            return BC_XML_TOO_LONG;
        }
        const bc_xml_verdict_t verdict = skip_xml_markup(&scan, &depth);
        if (verdict != BC_XML_OK) {
            return verdict;
        }
        if (depth > BC_XML_MAX_DEPTH) {
            return BC_XML_TOO_DEEP;
        }
    }
    return BC_XML_OK;
}
