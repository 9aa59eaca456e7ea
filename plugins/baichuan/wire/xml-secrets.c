/* xml-secrets.c
 * Secrets in XML documents: which elements have some, and masking them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/xml-secrets.h>

#include <glib.h>
#include <string.h>

#include <common/pure/secrets.h>

#include <baichuan/wire/secret-names.h>
#include <baichuan/wire/xml-scan.h>

/* Masks a text, unless it is white space between elements. Returns whether it did. */
static bool
mask_xml_text(uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!bc_xml_is_space(text[i])) {
            camshark_mask(text, len);
            return true;
        }
    }
    return false;
}

/* A tag. */
typedef struct {
    const uint8_t *name;
    size_t name_len;
    bool closing;
    bool empty; /* <name/> */
} tag_t;

/* The > of a tag behind the name of which the scan stands, or a < where the tag does not end. A > in quotes
 * (which has a partner) is not the end, unless quotes are not to be believed. */
static const uint8_t *
end_of_xml_tag(const bc_xml_scan_t *scan, bool quotes)
{
    const uint8_t *at = scan->at;
    const uint8_t *first = NULL; /* > of all */
    uint8_t quote = 0;

    while (at < scan->end && *at != '<' && (quote != 0 || *at != '>')) {
        if (quote != 0) {
            quote = (*at == quote) ? 0 : quote;
        } else if (quotes && (*at == '"' || *at == '\'')) {
            quote = *at;
        }
        first = (*at == '>' && first == NULL) ? at : first;
        at++;
    }
    return (quote != 0 && first != NULL) ? first : at;
}

/* Reads the < and the name at which the scan stands. */
static tag_t
read_xml_tag_name(bc_xml_scan_t *scan)
{
    tag_t tag = { 0 };

    scan->at++;
    tag.closing = bc_xml_starts(scan, "/");
    scan->at += tag.closing;
    tag.name = scan->at;
    tag.name_len = bc_xml_skip_name(scan);
    return tag;
}

/* Goes behind the tag whose name was read. */
static void
skip_rest_of_xml_tag(bc_xml_scan_t *scan, tag_t *tag, bool quotes)
{
    scan->at = end_of_xml_tag(scan, quotes && tag->name_len > 0); /* <?x y='?> ends with its > */
    if (scan->at < scan->end && *scan->at == '>') {
        tag->empty = scan->at[-1] == '/';
        scan->at++;
    }
}

/* Goes behind the value of an attribute, in quotes, and gives what is between these; all that is left if the second
 * quote is missing. */
static size_t
skip_xml_value(bc_xml_scan_t *scan, const uint8_t **value)
{
    const uint8_t quote = *scan->at++;

    *value = scan->at;
    const bool ends = bc_xml_skip_to(scan, (char)quote);
    const size_t len = (size_t)(scan->at - *value);
    scan->at += ends;
    return len;
}

/* Looks at the attributes of a tag behind the name of which the scan stands; a < in a value does not end it. Returns
 * where values of such names are secrets, and masks those that are secrets in one of the places of mask.
 *   masked  set if there was something to mask */
static unsigned
visit_xml_attributes(bc_xml_scan_t scan, unsigned mask, bool *masked)
{
    unsigned where = 0;

    if (scan.at == scan.end || !bc_xml_is_space(*scan.at)) {
        return 0; /* as most tags */
    }
    while (scan.at < scan.end && *scan.at != '>' && *scan.at != '<') {
        const uint8_t *name = scan.at;
        const size_t len = bc_xml_skip_name(&scan);
        bc_xml_skip_space(&scan);
        scan.at += bc_xml_starts(&scan, "=");
        bc_xml_skip_space(&scan);
        if (scan.at < scan.end && (*scan.at == '"' || *scan.at == '\'')) {
            const uint8_t *value;
            const size_t value_len = skip_xml_value(&scan, &value);
            const unsigned here = bc_secret_name(name, len);
            where |= (value_len > 0) ? here : 0;
            *masked |= (here & mask) != 0 && mask_xml_text((uint8_t *)value, value_len);
        } else if (scan.at == name) {
            scan.at++;
        }
    }
    return where;
}

static bool
has_name_of(const tag_t *tag, const tag_t *element)
{
    return tag->name_len == element->name_len && memcmp(tag->name, element->name, tag->name_len) == 0;
}

/* ---- text that is masked -------------------------------------------------------------------------------- */

/* A place up to which all is masked but tags. */
typedef struct {
    bc_xml_scan_t scan;
    const char *section_end; /* of the comment or the CDATA in which it lies; NULL if in none */
    bool quotes;             /* what seems to be a tag is one, and no text of a comment that began before */
    unsigned where;          /* names that are secrets there count */
} mask_t;

/* Masks text up to the next tag. */
static bool
mask_to_xml_tag(bc_xml_scan_t *scan)
{
    const uint8_t *begin = scan->at;

    bc_xml_skip_to(scan, '<');
    return mask_xml_text((uint8_t *)begin, (size_t)(scan->at - begin));
}

/* Masks what is left of a comment or of CDATA. It may go on behind the end of the scan. */
static bool
mask_xml_section(mask_t *mask, const uint8_t *inside)
{
    const bool ends = bc_xml_skip_behind(&mask->scan, mask->section_end);
    const uint8_t *end = MAX(inside, mask->scan.at - (ends ? strlen(mask->section_end) : 0));

    mask->section_end = ends ? NULL : mask->section_end;
    return mask_xml_text((uint8_t *)inside, (size_t)(end - inside));
}

/* Masks one thing, of which there has to be something: text, or the inside of a comment or of CDATA. Goes
 * behind it, or behind a tag, which is given. Returns whether there was something to mask. */
static bool
mask_next_xml(mask_t *mask, tag_t *tag)
{
    bc_xml_scan_t *scan = &mask->scan;

    memset(tag, 0, sizeof *tag);
    if (mask->section_end != NULL) {
        return mask_xml_section(mask, scan->at);
    }
    if (*scan->at != '<') {
        return mask_to_xml_tag(scan);
    }
    if (bc_xml_starts(scan, "<!--")) {
        mask->section_end = "-->";
        scan->at += strlen("<!");
        return mask_xml_section(mask, scan->at + strlen("--"));
    }
    if (bc_xml_starts(scan, "<![CDATA[")) {
        mask->section_end = "]]>";
        scan->at += strlen("<![CDATA[");
        return mask_xml_section(mask, scan->at);
    }
    bool masked = false;
    *tag = read_xml_tag_name(scan);
    visit_xml_attributes(*scan, mask->where, &masked);
    skip_rest_of_xml_tag(scan, tag, mask->quotes);
    return masked;
}

/* Masks an element behind the start tag of which the scan stands, and goes behind its end tag. */
static bool
mask_xml_element(bc_xml_scan_t *scan, const tag_t *element, unsigned where)
{
    mask_t mask = { *scan, NULL, true, where };
    bool masked = false;
    size_t depth = 1; /* of elements of this name */
    tag_t tag;

    while (mask.scan.at < mask.scan.end && depth > 0) {
        masked |= mask_next_xml(&mask, &tag);
        if (tag.name != NULL && !tag.empty && has_name_of(&tag, element)) {
            depth = tag.closing ? depth - 1 : depth + 1;
        }
    }
    scan->at = mask.scan.at;
    return masked;
}

/* Masks all that is not masked before a place. */
static bool
mask_xml_up_to(mask_t *mask, const uint8_t *place)
{
    bool masked = false;
    tag_t tag;

    mask->scan.end = place;
    while (mask->scan.at < mask->scan.end) {
        masked |= mask_next_xml(mask, &tag);
    }
    return masked;
}

/* Whether a tag, behind the name of which the scan stands, ends as one does: with text only before its >. It
 * may be cut off. */
static bool
ends_like_a_tag(const bc_xml_scan_t *scan)
{
    const uint8_t *at = scan->at;

    while (at < scan->end && *at != '>' && *at != '<' && (*at >= ' ' || bc_xml_is_space(*at))) {
        at++;
    }
    return at == scan->end || *at == '>';
}

/* ---- what others call ---------------------------------------------------------------------------------- */

/* Where names are secrets in a document: always, and with what its tags say of it. */
static unsigned
places_of_secrets(const uint8_t *text, size_t len, bool login)
{
    bc_xml_scan_t scan = { text, text + len };
    unsigned where = BC_SECRET_ALWAYS | (login ? BC_SECRET_LOGIN : 0u);

    while (bc_xml_skip_to(&scan, '<')) {
        const tag_t tag = read_xml_tag_name(&scan);
        where |= bc_secret_scope(tag.name, tag.name_len);
    }
    return where;
}

static bool
mask_secrets_of(uint8_t *text, size_t len, unsigned where)
{
    bc_xml_scan_t scan = { text, text + len };
    /* What lies before the end of an element that has no beginning. */
    mask_t before = { scan, NULL, false, where };
    bool masked = false;

    while (bc_xml_skip_to(&scan, '<')) {
        const uint8_t *begin = scan.at;
        tag_t tag = read_xml_tag_name(&scan);

        visit_xml_attributes(scan, where, &masked);
        if ((bc_secret_name(tag.name, tag.name_len) & where) == 0) {
            continue; /* what is in its attributes may be a tag all the same */
        }
        if (tag.closing) {
            masked |= mask_xml_up_to(&before, begin);
            continue;
        }
        skip_rest_of_xml_tag(&scan, &tag, true);
        if (!tag.empty) {
            masked |= mask_xml_element(&scan, &tag, where);
        }
    }
    return masked;
}

bool
bc_xml_mask_secrets(uint8_t *text, size_t len, bool login)
{
    return mask_secrets_of(text, len, places_of_secrets(text, len, login));
}

bool
bc_xml_mask_all_secrets(uint8_t *text, size_t len)
{
    return mask_secrets_of(text, len,
                           BC_SECRET_ALWAYS | BC_SECRET_LOGIN | BC_SECRET_PUSH | BC_SECRET_WEBHOOK);
}

/* Whether there is a secret's tag or attribute. surely: in bytes that need not be a document. */
static bool
has_secrets_in(const uint8_t *text, size_t len, bool login, bool surely)
{
    bc_xml_scan_t scan = { text, text + len };
    unsigned places = BC_SECRET_ALWAYS | (login ? BC_SECRET_LOGIN : 0u), names = 0;
    bool masked = false;

    while ((names & places) == 0 && bc_xml_skip_to(&scan, '<')) {
        const tag_t tag = read_xml_tag_name(&scan);
        const unsigned here = bc_secret_name(tag.name, tag.name_len) | visit_xml_attributes(scan, 0, &masked);
        const unsigned scope = bc_secret_scope(tag.name, tag.name_len);
        if ((here | scope) != 0 && (!surely || ends_like_a_tag(&scan))) {
            names |= here;
            places |= scope;
        }
    }
    return (names & places) != 0;
}

bool
bc_xml_has_secrets(const uint8_t *text, size_t len, bool login)
{
    return has_secrets_in(text, len, login, false);
}

bool
bc_data_has_secrets(const uint8_t *bytes, size_t len, bool login)
{
    return has_secrets_in(bytes, len, login, true);
}

/* ---- bytes that go on elsewhere ------------------------------------------------------------------------- */

/* What is found while a trail is followed through bytes. */
typedef struct {
    bc_secret_trail_t *trail;
    unsigned names;  /* where names that were met are secrets, */
    unsigned places; /* and where this is */
} following_t;

/* Whether a tag, behind the name of which the scan stands, may go on behind the end of the bytes. */
static bool
tag_goes_on(const bc_xml_scan_t *scan)
{
    uint8_t quote = 0;

    for (const uint8_t *at = scan->at; at < scan->end; at++) {
        if ((*at < ' ' && !bc_xml_is_space(*at)) || *at == '<' || (*at == '>' && quote == 0)) {
            return false;
        }
        if (quote != 0) {
            quote = (*at == quote) ? 0 : quote;
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        }
    }
    return true;
}

/* Keeps a tag that may go on: len bytes from its < on. */
static void
keep_cut_tag(bc_secret_trail_t *trail, const uint8_t *begin, size_t len, bool secret)
{
    trail->n_cut = (uint8_t)MIN(len, BC_SECRET_CUT);
    trail->cut_secret = secret || len > BC_SECRET_CUT;
    memcpy(trail->cut, begin, trail->n_cut);
}

/* Notes a tag that ends, with what it means by its name. */
static void
note_tag(bc_secret_trail_t *trail, const tag_t *tag, bool secret, unsigned scope)
{
    if (tag->closing) {
        trail->scopes &= (uint8_t)~scope;
        trail->depth -= (secret && trail->depth > 0) ? 1 : 0;
    } else if (!tag->empty) {
        trail->scopes |= (uint8_t)scope;
        trail->depth += (secret && trail->depth < UINT16_MAX) ? 1 : 0;
    }
}

/* Reads the tag at which the scan stands, and goes behind its name. */
static void
follow_tag(following_t *following, bc_xml_scan_t *scan)
{
    const uint8_t *begin = scan->at;
    bool masked = false;
    tag_t tag = read_xml_tag_name(scan);
    const bool goes_on = tag_goes_on(scan);

    if (!goes_on && !ends_like_a_tag(scan)) {
        return;
    }
    const unsigned scope = bc_secret_scope(tag.name, tag.name_len);
    const unsigned name = bc_secret_name(tag.name, tag.name_len);
    const unsigned names = name | visit_xml_attributes(*scan, 0, &masked);
    following->places |= scope;
    following->names |= names;
    if (goes_on) {
        keep_cut_tag(following->trail, begin, (size_t)(scan->end - begin), (names & following->places) != 0);
    } else {
        bc_xml_scan_t rest = *scan;
        skip_rest_of_xml_tag(&rest, &tag, true);
        note_tag(following->trail, &tag, (name & following->places) != 0, scope);
    }
}

static bool
follow_tags(bc_secret_trail_t *trail, const uint8_t *bytes, size_t len)
{
    bc_xml_scan_t scan = { bytes, bytes + len };
    const bool before = trail->depth > 0 || trail->cut_secret;
    following_t following = { trail, 0, BC_SECRET_ALWAYS | BC_SECRET_LOGIN | trail->scopes };

    bc_data_secrets_lose(trail);
    while (bc_xml_skip_to(&scan, '<')) {
        follow_tag(&following, &scan);
    }
    return before || (following.names & following.places) != 0;
}

bool
bc_data_secrets_go_on(bc_secret_trail_t *trail, const uint8_t *bytes, size_t len)
{
    if (trail->n_cut == 0) {
        return follow_tags(trail, bytes, len);
    }
    const size_t cut = trail->n_cut;
    uint8_t *joined = g_malloc(cut + len);

    memcpy(joined, trail->cut, cut);
    if (len > 0) {
        memcpy(joined + cut, bytes, len);
    }
    const bool secret = follow_tags(trail, joined, cut + len);
    g_free(joined);
    return secret;
}

void
bc_data_secrets_lose(bc_secret_trail_t *trail)
{
    trail->n_cut = 0;
    trail->cut_secret = false;
}
