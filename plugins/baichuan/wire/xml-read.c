/* xml-read.c
 * Elements of XML documents with their places, by libxml2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/xml-read.h>

#include <glib.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-scan.h>

/* A parser keeps the names that it has read, up to a limit behind which libxml2 refuses documents. */
#define MAX_BYTES_A_PARSER 0x400000u

/* With fewer bytes left than these, its INPUT_CHUNK, libxml2 tries to get more before it reads anything: so blanks follow
 * a document, most of which are short. */
#define BLANKS_BEHIND 250u

/* Declarations of name spaces in a document, which have no meaning in BC. libxml2 looks through those of all
 * open elements for each prefix. */
#define MAX_NAMESPACES 64u

struct bc_xml_parser {
    xmlParserCtxtPtr context; /* NULL until the first document */
    size_t bytes;             /* of all documents that it has read */
};

/* An element whose end tag is still to come. */
typedef struct {
    const xmlChar *name; /* libxml2's own copy, which lives as long as the parser */
    size_t offset;
    size_t value_len;
    bool leaf;
    char value[BC_XML_VALUE_LEN];
} open_element_t;

typedef struct {
    xmlParserCtxtPtr parser;
    const uint8_t *text;
    size_t len;
    size_t shift; /* bytes in front, which libxml2 does not see */
    bc_xml_visit_t visit;
    void *context;
    bool stopped; /* libxml2 may still report what it had read */
    unsigned namespaces;
    unsigned depth;
    open_element_t open[BC_XML_MAX_DEPTH];
} xml_reader_t;

/* Where the parser stands in the text; never behind its end. */
static size_t
xml_parser_offset(const xml_reader_t *reader)
{
    unsigned long consumed = 0;

#if LIBXML_VERSION >= 21500
    xmlCtxtGetInputPosition(reader->parser, 0, NULL, NULL, NULL, &consumed);
#else
    const long known = xmlByteConsumed(reader->parser); /* deprecated since */
    consumed = (known > 0) ? (unsigned long)known : 0;
#endif
    return MIN(reader->shift + consumed, reader->len);
}

static void
stop_xml_parser(xml_reader_t *reader)
{
    reader->stopped = true;
    xmlStopParser(reader->parser);
}

static void
on_xml_start(void *data, const xmlChar *name, const xmlChar *prefix G_GNUC_UNUSED,
             const xmlChar *uri G_GNUC_UNUSED, int n_namespaces, const xmlChar **namespaces G_GNUC_UNUSED,
             int n_attributes G_GNUC_UNUSED, int n_defaulted G_GNUC_UNUSED,
             const xmlChar **attributes G_GNUC_UNUSED)
{
    xml_reader_t *reader = data;

    if (reader->stopped) {
        return;
    }
    reader->namespaces += (unsigned)n_namespaces;
    if (reader->depth == BC_XML_MAX_DEPTH || reader->namespaces > MAX_NAMESPACES) {
        stop_xml_parser(reader);
        return;
    }
    if (reader->depth > 0) {
        reader->open[reader->depth - 1].leaf = false;
    }
    open_element_t *open = &reader->open[reader->depth++];
    open->name = name;
    open->value_len = 0;
    open->leaf = true;
    /* The parser stands behind the tag's attributes; a < can not occur inside them. */
    const uint8_t *begin = reader->text + MIN(xml_parser_offset(reader), reader->len - 1);
    while (begin > reader->text && *begin != '<') {
        begin--;
    }
    open->offset = (size_t)(begin - reader->text);
}

/* An element's own text without white space around it. */
static const char *
trimmed_xml_value(open_element_t *open)
{
    const char *value = open->value;
    size_t end = open->value_len;

    if (end == sizeof open->value - 1) {
        while (end > 0 && ((uint8_t)open->value[end - 1] & 0xc0) == 0x80) {
            end--; /* the last character may be cut */
        }
        end -= (end > 0 && (uint8_t)open->value[end - 1] >= 0xc0);
    }
    while (end > 0 && g_ascii_isspace(open->value[end - 1])) {
        end--;
    }
    open->value[end] = '\0';
    while (g_ascii_isspace(*value)) {
        value++;
    }
    return value;
}

static void
on_xml_end(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *prefix G_GNUC_UNUSED,
           const xmlChar *uri G_GNUC_UNUSED)
{
    xml_reader_t *reader = data;

    if (reader->stopped || reader->depth == 0) {
        return;
    }
    open_element_t *open = &reader->open[--reader->depth];
    const size_t end = xml_parser_offset(reader);
    const char *value = trimmed_xml_value(open);
    const bc_xml_element_t element = {
        .name = (const char *)open->name,
        .parent = (reader->depth > 0) ? (const char *)reader->open[reader->depth - 1].name : "",
        .top = (reader->depth > 1) ? (const char *)reader->open[1].name : "",
        .depth = reader->depth,
        .offset = open->offset,
        .len = (end > open->offset) ? end - open->offset : 0,
        .value = value,
        .leaf = open->leaf,
    };
    if (!reader->visit(reader->context, &element) || reader->depth == 0) {
        stop_xml_parser(reader); /* nothing follows the root */
    }
}

static void
on_xml_text(void *data, const xmlChar *text, int len)
{
    xml_reader_t *reader = data;

    if (reader->stopped || reader->depth == 0 || len <= 0) {
        return;
    }
    open_element_t *open = &reader->open[reader->depth - 1];
    const size_t taken = MIN((size_t)len, sizeof open->value - 1 - open->value_len);
    memcpy(open->value + open->value_len, text, taken);
    open->value_len += taken;
}

/* Whether libxml2 is not to see a document: for its length, for its tags, or because there is a <! with a
 * word behind it, as of a DOCTYPE, wherever it stands. Costs less than bc_xml_check(). */
static bool
is_too_much_xml(const uint8_t *text, size_t len)
{
    bc_xml_scan_t scan = { text, text + len };
    unsigned tags = 0;

    if (len > BC_XML_MAX_LEN) {
        return true;
    }
    while (bc_xml_skip_behind(&scan, "!")) {
        if (scan.at - text >= 2 && scan.at[-2] == '<' && scan.at < scan.end && g_ascii_isalpha(*scan.at)) {
            return true;
        }
    }
    scan.at = text;
    while (len > BC_XML_MAX_TAGS && bc_xml_skip_behind(&scan, "<")) {
        if (++tags > BC_XML_MAX_TAGS) {
            return true;
        }
    }
    return false;
}

/* A document type: its declarations are not even read. Where bytes mean other characters than
 * is_too_much_xml() takes them for, this is the only guard. */
static void
on_xml_doctype(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *public_id G_GNUC_UNUSED,
               const xmlChar *system_id G_GNUC_UNUSED)
{
    stop_xml_parser(data);
}

/* A handler of our own keeps libxml2 from printing on stderr; what is wrong shows by what is not found. */
static void
on_xml_error(void *data G_GNUC_UNUSED, const char *message G_GNUC_UNUSED, ...)
{
}

/* Bytes in front of the first tag that may have too many attributes. A > may be part of one, a < may not. */
static size_t
len_without_crowds(const uint8_t *text, size_t len)
{
    bc_xml_scan_t scan = { text, text + len };
    const uint8_t *tag = text, *found, *equals;
    unsigned attributes = 0;

    while ((equals = memchr(scan.at, '=', (size_t)(scan.end - scan.at))) != NULL) {
        while ((found = memchr(scan.at, '<', (size_t)(equals - scan.at))) != NULL) {
            tag = found;
            attributes = 0;
            scan.at = found + 1;
        }
        scan.at = equals + 1;
        bc_xml_skip_space(&scan);
        const bool value = scan.at < scan.end && (*scan.at == '"' || *scan.at == '\'');
        if (value && ++attributes > BC_XML_MAX_ATTRIBUTES) {
            return (size_t)(tag - text);
        }
    }
    return len;
}

/* Whether libxml2 takes text for what it is, a superset of ASCII, and does not guess other encodings by its
 * first bytes: their places would cost it a look at all that is behind them. */
static bool
begins_in_ascii(const uint8_t *text, size_t len)
{
    return len >= 2 && text[0] == '<' && text[1] != '\0';
}

bc_xml_parser_t *
bc_xml_parser_new(void)
{
    return g_new0(bc_xml_parser_t, 1);
}

void
bc_xml_parser_free(bc_xml_parser_t *parser)
{
    xmlFreeParserCtxt(parser->context);
    g_free(parser);
}

/* What libxml2 is to call, and in which form. Nothing of it is libxml2's own: that would build a tree. */
static void
set_xml_handler(xmlSAXHandler *handler)
{
    memset(handler, 0, sizeof *handler);
    handler->initialized = XML_SAX2_MAGIC;
    handler->internalSubset = on_xml_doctype;
    handler->startElementNs = on_xml_start;
    handler->endElementNs = on_xml_end;
    handler->characters = on_xml_text;
    handler->ignorableWhitespace = on_xml_text; /* so that libxml2 need not find out which it is */
    handler->cdataBlock = on_xml_text;
    handler->warning = on_xml_error;
    handler->error = on_xml_error;
    handler->fatalError = on_xml_error;
}

/* Makes a parser ready for a document of so many bytes. Returns false if there is no memory. */
static bool
make_xml_parser_ready(bc_xml_parser_t *parser, size_t len)
{
    parser->bytes += len;
    if (parser->bytes > MAX_BYTES_A_PARSER) {
        xmlFreeParserCtxt(parser->context);
        parser->context = NULL;
        parser->bytes = len;
    }
    if (parser->context == NULL && (parser->context = xmlNewParserCtxt()) != NULL) {
        set_xml_handler(parser->context->sax);
        xmlCtxtUseOptions(parser->context,
                          XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    }
    return parser->context != NULL;
}

/* Parses text, which has a NUL behind it, or as much of it as is needed. */
static void
parse_xml_copy(xmlParserCtxtPtr context, const char *text, size_t len)
{
#if LIBXML_VERSION >= 21400
    xmlParserInputPtr input = xmlNewInputFromMemory(NULL, text, len, 0);

    if (input != NULL) {
        xmlFreeDoc(xmlCtxtParseDocument(context, input));
    }
#else
    xmlParserInputPtr input = xmlNewStringInputStream(context, (const xmlChar *)text);

    (void)len; /* what is behind a NUL is not well-formed anyway */
    if (input != NULL && inputPush(context, input) >= 0) {
        xmlParseDocument(context);
    }
#endif
}

/* How much of a document libxml2 need not see: white space, and the prolog that devices write, which says nothing that has a
 * meaning here, and takes as long as three elements. */
static size_t
len_before_root(const uint8_t *text, size_t len)
{
    bc_xml_scan_t scan = { text, text + len };

    bc_xml_skip_space(&scan);
    const uint8_t *begin = scan.at;
    if (bc_xml_skip_usual_prolog(&scan)) {
        bc_xml_skip_space(&scan);
        if (bc_xml_starts(&scan, "<?")) {
            scan.at = begin; /* a second prolog must not be taken for the first */
        }
    }
    return (size_t)(scan.at - text);
}

/* Walks through a document that libxml2 may see. */
static void
walk_xml(bc_xml_parser_t *parser, const uint8_t *text, size_t len, bc_xml_visit_t visit, void *context)
{
    xml_reader_t reader; /* all of it is not set here: that would cost more than a short document */

    reader.shift = len_before_root(text, len);
    if (!begins_in_ascii(text + reader.shift, len - reader.shift) || !make_xml_parser_ready(parser, len)) {
        return;
    }
    reader.parser = parser->context;
    reader.text = text;
    reader.len = len;
    reader.visit = visit;
    reader.context = context;
    reader.stopped = false;
    reader.namespaces = 0;
    reader.depth = 0;
    parser->context->userData = &reader;
    len -= reader.shift;
    char *copy = g_malloc(len + BLANKS_BEHIND + 1);
    memcpy(copy, text + reader.shift, len);
    memset(copy + len, ' ', BLANKS_BEHIND);
    copy[len + BLANKS_BEHIND] = '\0';
    parse_xml_copy(parser->context, copy, len + BLANKS_BEHIND);
    xmlCtxtReset(parser->context); /* it must not know the copy any more */
    g_free(copy);
}

void
bc_xml_walk(bc_xml_parser_t *parser, const uint8_t *text, size_t len, bc_xml_visit_t visit, void *context)
{
    if (is_too_much_xml(text, len)) {
        return;
    }
    bc_xml_parser_t *own = (parser == NULL) ? bc_xml_parser_new() : NULL;
    walk_xml((parser != NULL) ? parser : own, text, len_without_crowds(text, len), visit, context);
    if (own != NULL) {
        bc_xml_parser_free(own);
    }
}

typedef struct {
    bc_xml_field_t *fields;
    size_t n;
    unsigned found;
} xml_search_t;

static bool
compare_xml_field(void *context, const bc_xml_element_t *element)
{
    xml_search_t *search = context;

    for (size_t i = 0; i < search->n; i++) {
        bc_xml_field_t *field = &search->fields[i];
        if (field->found || g_ascii_strcasecmp(field->name, element->name) != 0) {
            continue;
        }
        field->found = true;
        field->offset = element->offset;
        field->len = element->len;
        g_strlcpy(field->value, element->value, sizeof field->value);
        search->found++;
        break;
    }
    return search->found < search->n;
}

unsigned
bc_xml_find(const uint8_t *text, size_t len, bc_xml_field_t *fields, size_t n)
{
    xml_search_t search = { fields, n, 0 };

    for (size_t i = 0; i < n; i++) {
        fields[i].found = false;
    }
    bc_xml_walk(NULL, text, len, compare_xml_field, &search);
    return search.found;
}

uint32_t
bc_xml_number(const bc_xml_field_t *field, uint32_t max)
{
    const uint64_t value = field->found ? g_ascii_strtoull(field->value, NULL, 10) : 0;

    return (uint32_t)MIN(value, max);
}
