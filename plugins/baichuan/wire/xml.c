/* xml.c
 * BC's XML documents: elements with their places, what may be shown, what must be hidden.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/xml.h>

#include <glib.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include <common/pure/secrets.h>

/* libxml2 compares each attribute of an element with all before it. */
#define MAX_ATTRIBUTES 64u

/* A parser keeps the names that it has read, up to a limit behind which libxml2 refuses documents. */
#define MAX_BYTES_A_PARSER 0x400000u

struct bc_xml_parser {
    xmlParserCtxtPtr context; /* NULL until the first document */
    size_t bytes;             /* of all documents that it has read */
};

/* ---- what may be shown -------------------------------------------------------------------------------- */

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    unsigned depth;
} scan_t;

static bool
is_name_char(uint8_t c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':';
}

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
starts(const scan_t *scan, const char *text)
{
    const size_t len = strlen(text);

    return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, text, len) == 0;
}

static void
skip_space(scan_t *scan)
{
    while (scan->at < scan->end && is_space(*scan->at)) {
        scan->at++;
    }
}

static size_t
skip_name(scan_t *scan)
{
    const uint8_t *begin = scan->at;

    while (scan->at < scan->end && is_name_char(*scan->at)) {
        scan->at++;
    }
    return (size_t)(scan->at - begin);
}

/* Goes behind the next occurrence of text; to the end, and false, if there is none. */
static bool
skip_behind(scan_t *scan, const char *text)
{
    while (scan->at < scan->end) {
        const uint8_t *first = memchr(scan->at, text[0], (size_t)(scan->end - scan->at));
        scan->at = (first != NULL) ? first : scan->end;
        if (starts(scan, text)) {
            scan->at += strlen(text);
            return true;
        }
        scan->at += (scan->at < scan->end);
    }
    return false;
}

/* Reads attributes up to what ends a tag. False if there is anything else, or if there are too many; the end
 * of the text is no error. */
static bool
skip_attributes(scan_t *scan)
{
    for (unsigned n = 0; n <= MAX_ATTRIBUTES; n++) {
        skip_space(scan);
        if (scan->at == scan->end || !is_name_char(*scan->at)) {
            return true;
        }
        skip_name(scan);
        skip_space(scan);
        if (scan->at == scan->end) {
            return true;
        }
        if (*scan->at++ != '=') {
            return false;
        }
        skip_space(scan);
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
skip_instruction(scan_t *scan)
{
    if (skip_name(scan) == 0 || !skip_attributes(scan)) {
        return scan->at == scan->end;
    }
    if (scan->end - scan->at < 2) {
        scan->at = scan->end;
        return true;
    }
    if (!starts(scan, "?>")) {
        return false;
    }
    scan->at += 2;
    return true;
}

/* Behind "<" of an element or end tag. */
static bool
skip_tag(scan_t *scan)
{
    const bool closing = *scan->at == '/';

    if (closing) {
        scan->at++;
    }
    if (skip_name(scan) == 0 || (!closing && !skip_attributes(scan))) {
        return scan->at == scan->end;
    }
    skip_space(scan);
    if (scan->at == scan->end) {
        return true;
    }
    if (closing) {
        scan->depth -= (scan->depth > 0);
    } else if (*scan->at == '/') {
        if (++scan->at == scan->end) {
            return true;
        }
    } else {
        scan->depth++;
    }
    return *scan->at++ == '>';
}

/* The prolog's encoding, if it names one, must be a superset of ASCII in which no byte of a longer character
 * looks like a tag. */
static bool
encoding_is_harmless(const uint8_t *text, size_t len)
{
    static const char *const harmless[] = { "utf-8", "utf8", "us-ascii", "iso-8859-1", "gb2312", "gbk" };
    scan_t scan = { text, text + MIN(len, 256), 0 };

    skip_behind(&scan, "encoding");
    skip_space(&scan);
    if (scan.at == scan.end || *scan.at++ != '=') {
        return true;
    }
    skip_space(&scan);
    if (scan.at < scan.end && (*scan.at == '"' || *scan.at == '\'')) {
        scan.at++;
    }
    const char *name = (const char *)scan.at;
    const size_t name_len = skip_name(&scan);
    for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++) {
        if (strlen(harmless[i]) == name_len && g_ascii_strncasecmp(harmless[i], name, name_len) == 0) {
            return true;
        }
    }
    return scan.at == text + len;
}

bc_xml_verdict_t
bc_xml_check(const uint8_t *text, size_t len)
{
    scan_t scan = { text, text + len, 0 };
    unsigned tags = 0;

    if (len > BC_XML_MAX_LEN) {
        return BC_XML_TOO_LONG;
    }
    if (!encoding_is_harmless(text, len)) {
        return BC_XML_MALFORMED;
    }
    while (scan.at < scan.end) {
        if (*scan.at++ != '<' || scan.at == scan.end) {
            continue;
        }
        if (++tags > BC_XML_MAX_TAGS) {
            return BC_XML_TOO_LONG;
        }
        bool clean = true;
        if (starts(&scan, "!--")) {
            clean = skip_behind(&scan, "-->"); /* a comment without an end is none to Wireshark's parser */
        } else if (starts(&scan, "![CDATA[")) {
            clean = skip_behind(&scan, "]]>");
        } else if (*scan.at == '!') {
            const size_t left = (size_t)(scan.end - scan.at);
            const bool cut = (left < 3 && memcmp(scan.at, "!--", left) == 0) ||
                             (left < 8 && memcmp(scan.at, "![CDATA[", left) == 0);
            return cut ? BC_XML_OK : BC_XML_DOCTYPE;
        } else if (*scan.at == '?') {
            scan.at++;
            clean = skip_instruction(&scan);
        } else {
            clean = skip_tag(&scan);
        }
        if (!clean) {
            return BC_XML_MALFORMED;
        }
        if (scan.depth > BC_XML_MAX_DEPTH) {
            return BC_XML_TOO_DEEP;
        }
    }
    return BC_XML_OK;
}

/* ---- elements ----------------------------------------------------------------------------------------- */

/* An element whose end tag is still to come. */
typedef struct {
    const xmlChar *name; /* libxml2's own copy, which lives as long as the parser */
    size_t offset;
    size_t value_len;
    bool leaf;
    char value[BC_XML_VALUE_LEN];
} open_t;

typedef struct {
    xmlParserCtxtPtr parser;
    const uint8_t *text;
    size_t len;
    size_t shift; /* white space before the prolog, which libxml2 does not see */
    bc_xml_visit_t visit;
    void *context;
    bool stopped; /* libxml2 may still report what it had read */
    unsigned depth;
    open_t open[BC_XML_MAX_DEPTH];
} reader_t;

/* Where the parser stands in the text; never behind its end. */
static size_t
place(const reader_t *reader)
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
stop(reader_t *reader)
{
    reader->stopped = true;
    xmlStopParser(reader->parser);
}

static void
on_start(void *data, const xmlChar *name, const xmlChar *prefix G_GNUC_UNUSED,
         const xmlChar *uri G_GNUC_UNUSED, int n_namespaces G_GNUC_UNUSED,
         const xmlChar **namespaces G_GNUC_UNUSED, int n_attributes G_GNUC_UNUSED,
         int n_defaulted G_GNUC_UNUSED, const xmlChar **attributes G_GNUC_UNUSED)
{
    reader_t *reader = data;

    if (reader->stopped) {
        return;
    }
    if (reader->depth == BC_XML_MAX_DEPTH) {
        stop(reader);
        return;
    }
    if (reader->depth > 0) {
        reader->open[reader->depth - 1].leaf = false;
    }
    open_t *open = &reader->open[reader->depth++];
    open->name = name;
    open->value_len = 0;
    open->leaf = true;
    /* The parser stands behind the tag's attributes; a < can not occur inside them. */
    open->offset = place(reader);
    while (open->offset > 0 &&
           reader->text[open->offset < reader->len ? open->offset : reader->len - 1] != '<') {
        open->offset--;
    }
}

/* An element's own text without white space around it. */
static const char *
trimmed_value(open_t *open)
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
on_end(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *prefix G_GNUC_UNUSED,
       const xmlChar *uri G_GNUC_UNUSED)
{
    reader_t *reader = data;

    if (reader->stopped || reader->depth == 0) {
        return;
    }
    open_t *open = &reader->open[--reader->depth];
    const size_t end = place(reader);
    const char *value = trimmed_value(open);
    const bc_xml_element_t element = {
        .name = (const char *)open->name,
        .parent = (reader->depth > 0) ? (const char *)reader->open[reader->depth - 1].name : "",
        .offset = open->offset,
        .len = (end > open->offset) ? end - open->offset : 0,
        .value = value,
        .leaf = open->leaf,
    };
    if (!reader->visit(reader->context, &element)) {
        stop(reader);
    }
}

static void
on_text(void *data, const xmlChar *text, int len)
{
    reader_t *reader = data;

    if (reader->stopped || reader->depth == 0 || len <= 0) {
        return;
    }
    open_t *open = &reader->open[reader->depth - 1];
    const size_t taken = MIN((size_t)len, sizeof open->value - 1 - open->value_len);
    memcpy(open->value + open->value_len, text, taken);
    open->value_len += taken;
}

/* Whether libxml2 is not to see a document: for its length, for its tags, or because there is a <! with a
 * word behind it, as of a DOCTYPE, wherever it stands. Costs less than bc_xml_check(). */
static bool
is_too_much(const uint8_t *text, size_t len)
{
    scan_t scan = { text, text + len, 0 };
    unsigned tags = 0;

    if (len > BC_XML_MAX_LEN) {
        return true;
    }
    while (skip_behind(&scan, "<")) {
        if (++tags > BC_XML_MAX_TAGS ||
            (scan.end - scan.at >= 2 && *scan.at == '!' && g_ascii_isalpha(scan.at[1]))) {
            return true;
        }
    }
    return false;
}

/* A document type: its declarations are not even read. Where bytes mean other characters than
 * is_too_much() takes them for, this is the only guard. */
static void
on_doctype(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *public_id G_GNUC_UNUSED,
           const xmlChar *system_id G_GNUC_UNUSED)
{
    stop(data);
}

/* A handler of our own keeps libxml2 from printing on stderr; what is wrong shows by what is not found. */
static void
on_error(void *data G_GNUC_UNUSED, const char *message G_GNUC_UNUSED, ...)
{
}

/* Bytes in front of the first tag that may have too many attributes. A > may be part of one, a < may not. */
static size_t
len_without_crowds(const uint8_t *text, size_t len)
{
    scan_t scan = { text, text + len, 0 };
    const uint8_t *tag = text, *found, *equals;
    unsigned attributes = 0;

    while ((equals = memchr(scan.at, '=', (size_t)(scan.end - scan.at))) != NULL) {
        while ((found = memchr(scan.at, '<', (size_t)(equals - scan.at))) != NULL) {
            tag = found;
            attributes = 0;
            scan.at = found + 1;
        }
        scan.at = equals + 1;
        skip_space(&scan);
        const bool value = scan.at < scan.end && (*scan.at == '"' || *scan.at == '\'');
        if (value && ++attributes > MAX_ATTRIBUTES) {
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

/* Makes a parser ready for a document of so many bytes. Returns false if there is no memory. */
static bool
make_ready(bc_xml_parser_t *parser, size_t len)
{
    parser->bytes += len;
    if (parser->bytes > MAX_BYTES_A_PARSER) {
        xmlFreeParserCtxt(parser->context);
        parser->context = NULL;
        parser->bytes = len;
    }
    if (parser->context == NULL) {
        parser->context = xmlNewParserCtxt();
    }
    return parser->context != NULL;
}

/* Parses text, which has a NUL behind it. */
static void
parse(xmlParserCtxtPtr context, const char *text, size_t len)
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

static void
walk(bc_xml_parser_t *parser, const uint8_t *text, size_t len, bc_xml_visit_t visit, void *context)
{
    xmlSAXHandler handler;
    reader_t reader; /* all of it is not set here: that would cost more than a short document */

    if (is_too_much(text, len)) {
        return;
    }
    len = len_without_crowds(text, len);
    reader.shift = 0;
    while (reader.shift < len && is_space(text[reader.shift])) {
        reader.shift++;
    }
    if (!begins_in_ascii(text + reader.shift, len - reader.shift)) {
        return;
    }
    reader.text = text;
    reader.len = len;
    reader.visit = visit;
    reader.context = context;
    reader.stopped = false;
    reader.depth = 0;

    memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.internalSubset = on_doctype;
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.cdataBlock = on_text;
    handler.warning = on_error;
    handler.error = on_error;
    handler.fatalError = on_error;
    if (!make_ready(parser, len)) {
        return;
    }
    reader.parser = parser->context;
    *parser->context->sax = handler;
    parser->context->userData = &reader;
    xmlCtxtUseOptions(parser->context,
                      XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    char *copy = g_malloc(len - reader.shift + 1);
    memcpy(copy, text + reader.shift, len - reader.shift);
    copy[len - reader.shift] = '\0';
    parse(parser->context, copy, len - reader.shift);
    xmlCtxtReset(parser->context); /* it must not know the copy any more */
    g_free(copy);
}

void
bc_xml_walk(bc_xml_parser_t *parser, const uint8_t *text, size_t len, bc_xml_visit_t visit, void *context)
{
    bc_xml_parser_t *own = (parser == NULL) ? bc_xml_parser_new() : NULL;

    walk((parser != NULL) ? parser : own, text, len, visit, context);
    if (own != NULL) {
        bc_xml_parser_free(own);
    }
}

typedef struct {
    bc_xml_field_t *fields;
    size_t n;
    unsigned found;
} search_t;

static bool
compare(void *context, const bc_xml_element_t *element)
{
    search_t *search = context;

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
    search_t search = { fields, n, 0 };

    for (size_t i = 0; i < n; i++) {
        fields[i].found = false;
    }
    bc_xml_walk(NULL, text, len, compare, &search);
    return search.found;
}

/* ---- what must be hidden ------------------------------------------------------------------------------ */

static bool
name_is(const uint8_t *name, size_t len, const char *text)
{
    return strlen(text) == len && g_ascii_strncasecmp((const char *)name, text, len) == 0;
}

/* Passwords, whatever stands before or behind the word; keys, but for the public half of a pair. */
static bool
is_secret(const uint8_t *name, size_t len, bool login)
{
    static const char *const secrets[] = { "passwd", "pwd", "psk", "authCode", "cipherContent" };
    static const char password[] = "password";
    static const char key[] = "key";

    for (size_t i = len; i > 0; i--) {
        if (name[i - 1] == ':') { /* behind the prefix of a name space */
            name += i;
            len -= i;
            break;
        }
    }
    for (size_t i = 0; i + strlen(password) <= len; i++) {
        if (name_is(name + i, strlen(password), password)) {
            return true;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++) {
        if (name_is(name, len, secrets[i])) {
            return true;
        }
    }
    if (len >= strlen(key) && name_is(name + len - strlen(key), strlen(key), key)) {
        return !name_is(name, len, "publicKey") && !name_is(name, len, "pubKey");
    }
    return login && name_is(name, len, "userName");
}

/* Masks a text, unless it is white space between elements. Returns whether it did. */
static bool
mask_text(uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_space(text[i])) {
            camshark_mask(text, len);
            return true;
        }
    }
    return false;
}

/* What is known of a tag, of a comment, or of a piece of CDATA. */
typedef struct {
    const uint8_t *name;
    size_t name_len; /* 0: no tag */
    bool closing;
    bool empty; /* <name/> */
} tag_t;

/* The > of a tag behind the name of which the scan stands, or a < where the tag does not end. */
static const uint8_t *
end_of_tag(const scan_t *scan)
{
    const uint8_t *at = scan->at;
    uint8_t quote = 0;

    while (at < scan->end && (quote != 0 || (*at != '>' && *at != '<'))) {
        if (quote != 0) {
            quote = (*at == quote) ? 0 : quote;
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        }
        at++;
    }
    if (at == scan->end && quote != 0) { /* a quote without its partner means nothing */
        at = scan->at;
        while (at < scan->end && *at != '>' && *at != '<') {
            at++;
        }
    }
    return at;
}

/* Goes behind what begins with the < at which the scan stands. With hide set, what CDATA and comments hold is
 * masked; else they are looked through for tags, whether they end or not. */
static bool
pass_tag(scan_t *scan, tag_t *tag, bool hide)
{
    memset(tag, 0, sizeof *tag);
    scan->at++;
    const bool cdata = starts(scan, "![CDATA[");
    if (hide && (cdata || starts(scan, "!--"))) {
        const uint8_t *inside = scan->at + strlen(cdata ? "![CDATA[" : "!--");
        const bool ends = skip_behind(scan, cdata ? "]]>" : "-->");
        const uint8_t *end = MAX(inside, scan->at - (ends ? 3 : 0));
        return mask_text((uint8_t *)inside, (size_t)(end - inside));
    }
    tag->closing = starts(scan, "/");
    scan->at += tag->closing;
    tag->name = scan->at;
    tag->name_len = skip_name(scan);
    scan->at = end_of_tag(scan);
    if (scan->at < scan->end && *scan->at == '>') {
        tag->empty = scan->at[-1] == '/';
        scan->at++;
    }
    return false;
}

/* Goes behind the text at which the scan stands. */
static bool
pass_text(scan_t *scan, bool hide)
{
    const uint8_t *begin = scan->at;

    while (scan->at < scan->end && *scan->at != '<') {
        scan->at++;
    }
    return hide && mask_text((uint8_t *)begin, (size_t)(scan->at - begin));
}

/* Masks all text. */
static bool
mask_all(uint8_t *text, size_t len)
{
    scan_t scan = { text, text + len, 0 };
    bool masked = pass_text(&scan, true);
    tag_t tag;

    while (scan.at < scan.end) {
        masked |= pass_tag(&scan, &tag, true);
        masked |= pass_text(&scan, true);
    }
    return masked;
}

bool
bc_xml_mask_secrets(uint8_t *text, size_t len, bool login)
{
    scan_t scan = { text, text + len, 0 };
    tag_t secret = { 0 };        /* the element that is hidden with all that is in it */
    const uint8_t *shown = text; /* nothing before it is left to be masked */
    bool masked = false;
    tag_t tag;

    pass_text(&scan, false);
    while (scan.at < scan.end) {
        const uint8_t *begin = scan.at;
        masked |= pass_tag(&scan, &tag, secret.name_len > 0);
        if (is_secret(tag.name, tag.name_len, login)) {
            if (!tag.closing && !tag.empty && secret.name_len == 0) {
                secret = tag;
            } else if (tag.closing && secret.name_len == 0) {
                masked |= mask_all((uint8_t *)shown, (size_t)(begin - shown)); /* its beginning is lost */
                shown = begin;
            } else if (tag.closing && tag.name_len == secret.name_len &&
                       memcmp(tag.name, secret.name, tag.name_len) == 0) {
                secret.name_len = 0;
            }
        }
        masked |= pass_text(&scan, secret.name_len > 0);
    }
    return masked;
}
