/* fuzz-baichuan-xml.c
 * XML of cameras: what may be given to Wireshark's xml dissector, what is read, what is masked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: a document.
 */
#include "fuzz.h"

#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-read.h>
#include <baichuan/wire/xml-secrets.h>

typedef struct {
    const uint8_t *text;
    size_t len;
    unsigned hash; /* of all that was found */
} document_t;

static bool
visit(void *context, const bc_xml_element_t *element)
{
    document_t *document = context;

    FUZZ_CHECK(element->offset <= document->len && element->len <= document->len - element->offset);
    FUZZ_CHECK(strlen(element->value) < BC_XML_VALUE_LEN);
    FUZZ_CHECK(g_utf8_validate(element->value, -1, NULL));
    FUZZ_CHECK(element->name[0] != '\0');
    document->hash = 31 * (document->hash ^ g_str_hash(element->name) ^ g_str_hash(element->value)) +
                     (unsigned)element->offset + (unsigned)element->len;
    return true;
}

/* Bytes that seem to open an element more than those that seem to close one: an upper bound of what the xml
 * dissector's stack holds, where the document is accepted. */
static void
check_depth(const uint8_t *text, size_t len)
{
    size_t depth = 0;

    /* Comments, CDATA and instructions may hold what looks like tags, and are no concern here. */
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] == '<' && (text[i + 1] == '!' || text[i + 1] == '?')) {
            return;
        }
    }
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] == '<' && g_ascii_isalpha(text[i + 1])) {
            depth++;
        } else if (depth > 0 &&
                   ((text[i] == '<' && text[i + 1] == '/') || (text[i] == '/' && text[i + 1] == '>'))) {
            depth--;
        }
        FUZZ_CHECK(depth <= BC_XML_MAX_DEPTH + 1);
    }
}

static void
check_masked(const uint8_t *text, size_t len)
{
    bc_xml_field_t fields[] = { { .name = "password" }, { .name = "cipherContent" } };

    bc_xml_find(text, len, fields, G_N_ELEMENTS(fields));
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++) {
        FUZZ_CHECK(!fields[i].found || strspn(fields[i].value, "*") == strlen(fields[i].value));
    }
}

/* Nothing is masked where there is no secret, and no tag that has one. */
static void
mask(uint8_t *text, size_t len)
{
    const bool has = bc_xml_has_secrets(text, len, true);
    uint8_t *before = fuzz_copy(text, len);

    FUZZ_CHECK(has || !bc_data_has_secrets(text, len, true));
    const bool masked = bc_xml_mask_secrets(text, len, true);
    FUZZ_CHECK(has || !masked);
    FUZZ_CHECK(masked || memcmp(text, before, len) == 0);
    for (size_t i = 0; i < len; i++) {
        FUZZ_CHECK(text[i] == before[i] || text[i] == '*');
    }
    /* What said of the document that a name is a secret in it may be masked with the rest. */
    FUZZ_CHECK(has || !bc_xml_has_secrets(text, len, true));
    g_free(before);
}

/* Whatever comes before a piece, what is found in it alone is found; what is behind a loss does not depend on a cut tag. */
static void
follow(const uint8_t *text, size_t len)
{
    bc_secret_trail_t trail = { 0 };
    const size_t cut = (len > 0) ? text[0] % len : 0;
    uint8_t *first = fuzz_copy(text, cut), *second = fuzz_copy(text + cut, len - cut);

    FUZZ_CHECK(bc_data_secrets_go_on(&trail, first, cut) || !bc_data_has_secrets(first, cut, true));
    FUZZ_CHECK(trail.n_cut <= BC_SECRET_CUT && trail.n_cut <= cut);
    FUZZ_CHECK(trail.n_cut > 0 || !trail.cut_secret);
    FUZZ_CHECK(bc_data_secrets_go_on(&trail, second, len - cut) ||
               !bc_data_has_secrets(second, len - cut, true));
    bc_data_secrets_lose(&trail);
    FUZZ_CHECK(bc_data_secrets_go_on(&trail, second, 0) == (trail.depth > 0));
    g_free(first);
    g_free(second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *text = fuzz_copy(data, size);
    static bc_xml_parser_t *kept;
    document_t document = { text, size, 0 }, again = { text, size, 0 };
    bc_xml_field_t fields[] = { { .name = "nonce" }, { .name = "userName" }, { .name = "encryptLen" } };
    const bc_xml_verdict_t verdict = bc_xml_check(text, size);

    if (verdict == BC_XML_OK) {
        FUZZ_CHECK(size <= BC_XML_MAX_LEN);
        check_depth(text, size);
    }
    if (kept == NULL) {
        kept = bc_xml_parser_new();
    }
    bc_xml_walk(NULL, text, size, visit, &document);
    bc_xml_walk(kept, text, size, visit, &again);
    FUZZ_CHECK(document.hash == again.hash);
    const unsigned found = bc_xml_find(text, size, fields, G_N_ELEMENTS(fields));
    FUZZ_CHECK(found == (unsigned)fields[0].found + fields[1].found + fields[2].found);
    follow(text, size);
    mask(text, size);
    if (verdict == BC_XML_OK) {
        check_masked(text, size);
    }
    g_free(text);
    return 0;
}
