/* test-baichuan-xml.c
 * Reading untrusted XML: what is found, what is refused, what is hidden.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-read.h>
#include <baichuan/wire/xml-secrets.h>

static unsigned
find(const char *text, bc_xml_field_t *fields, size_t n)
{
    return bc_xml_find((const uint8_t *)text, strlen(text), fields, n);
}

static bc_xml_verdict_t
check(const char *text)
{
    return bc_xml_check((const uint8_t *)text, strlen(text));
}

static void
an_element_has_its_text_and_its_place(void)
{
    static const char text[] = "\n" PROLOG "<body>\n<a x=\"1\">one</a>\n<nonce >A&amp;B</nonce>\n</body>\n";
    bc_xml_field_t fields[] = { { .name = "nonce" }, { .name = "A" }, { .name = "absent" } };

    g_assert_cmpuint(find(text, fields, G_N_ELEMENTS(fields)), ==, 2);
    g_assert_cmpstr(fields[0].value, ==, "A&B");
    g_assert_cmpmem(text + fields[0].offset, fields[0].len, "<nonce >A&amp;B</nonce>", 23);
    g_assert_cmpstr(fields[1].value, ==, "one");
    g_assert_cmpmem(text + fields[1].offset, fields[1].len, "<a x=\"1\">one</a>", 16);
    g_assert_false(fields[2].found);
}

static void
an_empty_element_is_found(void)
{
    static const char text[] = "<body><password></password><nonce/></body>";
    bc_xml_field_t fields[] = { { .name = "password" }, { .name = "nonce" } };

    g_assert_cmpuint(find(text, fields, 2), ==, 2);
    g_assert_cmpstr(fields[0].value, ==, "");
    g_assert_cmpmem(text + fields[1].offset, fields[1].len, "<nonce/>", 8);
}

static void
the_first_of_several_wins_and_children_do_not_count(void)
{
    bc_xml_field_t field = { .name = "a" };

    g_assert_cmpuint(find("<b><a>1<c>2</c>3</a><a>4</a></b>", &field, 1), ==, 1);
    g_assert_cmpstr(field.value, ==, "13");
}

static void
cdata_is_text(void)
{
    bc_xml_field_t field = { .name = "a" };

    g_assert_cmpuint(find("<b><a><![CDATA[<x>]]></a></b>", &field, 1), ==, 1);
    g_assert_cmpstr(field.value, ==, "<x>");
}

static void
what_precedes_an_error_stays_found(void)
{
    bc_xml_field_t fields[] = { { .name = "a" }, { .name = "b" } };

    g_assert_cmpuint(find("<x><a>1</a></y><b>2</b>", fields, 2), ==, 1);
    g_assert_true(fields[0].found);
    /* A second prolog, as some devices send it, and a NUL. */
    g_assert_cmpuint(find(PROLOG "<x><a>1</a></x>" PROLOG "<x><b>2</b></x>", fields, 2), ==, 1);
    g_assert_cmpuint(bc_xml_find((const uint8_t *)"<x><a>1</a></x>\0", 16, fields, 1), ==, 1);
}

static void
a_long_text_is_cut(void)
{
    char *many = g_strnfill(1000, 'x');
    char *text = g_strconcat("<a>", many, "</a>", NULL);
    bc_xml_field_t field = { .name = "a" };

    g_assert_cmpuint(find(text, &field, 1), ==, 1);
    g_assert_cmpuint(strlen(field.value), ==, BC_XML_VALUE_LEN - 1);
    g_assert_cmpuint(field.len, ==, 1007);
    g_free(text);
    g_free(many);
}

static void
any_bytes_are_survived(void)
{
    bc_xml_field_t field = { .name = "a" };
    uint8_t bytes[256];

    for (unsigned i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + 3);
    }
    g_assert_cmpuint(bc_xml_find(bytes, sizeof bytes, &field, 1), ==, 0);
    g_assert_cmpuint(bc_xml_find(bytes, 0, &field, 1), ==, 0);
    g_assert_cmpuint(find("   \n ", &field, 1), ==, 0);
    g_assert_cmpuint(find("<", &field, 1), ==, 0);
    g_assert_cmpuint(find("<a>\xff\xfe</a>", &field, 1), <=, 1);
}

static void
documents_cut_anywhere_are_survived(void)
{
    static const char text[] = PROLOG "<!-- c --><body><a x=\"1\" y='2'>one<![CDATA[t]]></a><b/></body>";

    for (size_t len = 0; len <= strlen(text); len++) {
        uint8_t *part = g_memdup2(text, len + 1);
        bc_xml_field_t field = { .name = "a" };
        bc_xml_find(part, len, &field, 1);
        /* A comment or CDATA section without an end is no document; anything else may end anywhere. */
        const bool open = (len >= 44 && len < 50) || (len >= 83 && len < 87);
        g_assert_cmpint(bc_xml_check(part, len), ==, open ? BC_XML_MALFORMED : BC_XML_OK);
        bc_xml_mask_secrets(part, len, true);
        g_free(part);
    }
}

typedef struct {
    GString *seen;
    unsigned left; /* elements until the walk is ended */
} walk_t;

static bool
visit(void *context, const bc_xml_element_t *element)
{
    walk_t *walk = context;

    g_string_append_printf(walk->seen, "%s/%s%s=%s;", element->parent, element->name,
                           element->leaf ? "" : "/", element->value);
    return --walk->left > 0;
}

static char *
walked_with(bc_xml_parser_t *parser, const char *text, unsigned left)
{
    walk_t walk = { g_string_new(NULL), left };

    bc_xml_walk(parser, (const uint8_t *)text, strlen(text), visit, &walk);
    return g_string_free(walk.seen, FALSE);
}

static char *
walked(const char *text, unsigned left)
{
    return walked_with(NULL, text, left);
}

static bool
visit_places(void *context, const bc_xml_element_t *element)
{
    g_string_append_printf(context, "%u %s in %s;", element->depth, element->name, element->top);
    return true;
}

static void
an_element_knows_how_deep_and_in_which_child_of_the_root_it_lies(void)
{
    static const char text[] = "<b><c><d><e>1</e></d></c><f/></b>";
    GString *seen = g_string_new(NULL);

    bc_xml_walk(NULL, (const uint8_t *)text, strlen(text), visit_places, seen);
    g_assert_cmpstr(seen->str, ==, "3 e in c;2 d in c;1 c in ;1 f in ;0 b in ;");
    g_string_free(seen, TRUE);
}

static void
a_parser_that_is_kept_reads_each_document_like_a_new_one(void)
{
    /* Good ones between some that end the walk in every way. */
    static const struct {
        const char *text;
        unsigned left;
    } documents[] = {
        { "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<b><e>1</e></b>", 100 },
        { "<b><e>1</e><e>2</f><e>3</e></b>", 100 },
        { "<b><e>&#228;</e></b>", 100 },
        { "<b><e>1</e><e>2</e><e>3</e></b>", 1 },
        { "<b><e>1</e><e", 100 },
        { "<!DOCTYPE b [<!ENTITY e \"x\">]><b>&e;</b>", 100 },
        { "\n\n <b><e>1</e>", 100 },
        { "<b><e>&e;</e><c>1</c></b>", 100 },
        { "<x xmlns:a=\"u\"><a:e>1</a:e></x>", 100 },
        { "<a:e>1</a:e>", 100 },
        { "<b><e>1</e></b>", 100 },
    };
    bc_xml_parser_t *parser = bc_xml_parser_new();

    for (unsigned i = 0; i < 3 * G_N_ELEMENTS(documents); i++) {
        const char *text = documents[i % G_N_ELEMENTS(documents)].text;
        const unsigned left = documents[i % G_N_ELEMENTS(documents)].left;
        char *kept = walked_with(parser, text, left), *own = walked(text, left);
        g_assert_cmpstr(kept, ==, own);
        g_free(kept);
        g_free(own);
    }
    bc_xml_parser_free(parser);
}

static void
a_parser_reads_on_after_more_names_than_it_can_keep(void)
{
    bc_xml_parser_t *parser = bc_xml_parser_new();

    for (unsigned i = 0; i < 40; i++) {
        GString *text = g_string_new("<b>");
        while (text->len < BC_XML_MAX_LEN - 1000) {
            g_string_append_printf(text, "<n%u-%0250u/>", i, (unsigned)text->len);
        }
        g_string_append(text, "</b>");
        char *seen = walked_with(parser, text->str, G_MAXUINT);
        g_assert_true(g_str_has_suffix(seen, "/b/=;"));
        g_free(seen);
        g_string_free(text, TRUE);
    }
    bc_xml_parser_free(parser);
}

static void
a_walk_gives_every_element_with_its_parent(void)
{
    char *all = walked("<b>\n<e><c>1</c> two <c/></e><e> 3 </e></b>", 100);
    char *two = walked("<b><e>1</e><e>2</e><e>3</e></b>", 2);
    char *broken = walked("<b><e>1</e><e>2</f><e>3</e></b>", 100);

    g_assert_cmpstr(all, ==, "e/c=1;e/c=;b/e/=two;b/e=3;/b/=;");
    g_assert_cmpstr(two, ==, "b/e=1;b/e=2;");
    g_assert_true(g_str_has_prefix(broken, "b/e=1;"));
    g_free(all);
    g_free(two);
    g_free(broken);
}

static void
a_text_is_never_cut_inside_a_character(void)
{
    for (size_t shift = 0; shift < 4; shift++) {
        GString *text = g_string_new("<a>");
        bc_xml_field_t field = { .name = "a" };
        for (size_t i = 0; i < shift; i++) {
            g_string_append_c(text, 'x');
        }
        for (size_t i = 0; i < 100; i++) {
            g_string_append(text, "\xe2\x82\xac"); /* three bytes each */
        }
        g_string_append(text, "</a>");
        g_assert_cmpuint(find(text->str, &field, 1), ==, 1);
        g_assert_true(g_utf8_validate(field.value, -1, NULL));
        g_assert_cmpuint(strlen(field.value), >, BC_XML_VALUE_LEN - 8);
        g_string_free(text, TRUE);
    }
}

/* ---- limits ------------------------------------------------------------------------------------------- */

static char *
nested(unsigned depth)
{
    GString *text = g_string_new(PROLOG);

    for (unsigned i = 0; i < depth; i++) {
        g_string_append(text, "<a>");
    }
    for (unsigned i = 0; i < depth; i++) {
        g_string_append(text, "</a>");
    }
    return g_string_free(text, FALSE);
}

static void
sixty_four_levels_are_shown_and_no_more(void)
{
    char *at_limit = nested(64);
    char *beyond = nested(65);
    char *far_beyond = nested(10000);

    g_assert_cmpint(check(at_limit), ==, BC_XML_OK);
    g_assert_cmpint(check(beyond), ==, BC_XML_TOO_DEEP);
    g_assert_cmpint(check(far_beyond), ==, BC_XML_TOO_DEEP);
    bc_xml_field_t field = { .name = "absent" };
    g_assert_cmpuint(find(far_beyond, &field, 1), ==, 0);
    g_free(at_limit);
    g_free(beyond);
    g_free(far_beyond);
}

static void
many_siblings_are_not_deep(void)
{
    GString *text = g_string_new("<body>");

    for (unsigned i = 0; i < 1000; i++) {
        g_string_append(text, "<a b=\"/>\" c='>'/><d></d>");
    }
    g_string_append(text, "</body>");
    g_assert_cmpint(check(text->str), ==, BC_XML_OK);
    g_string_free(text, TRUE);
}

static void
unclosed_tags_are_deep(void)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < 100; i++) {
        g_string_append(text, "<a>");
    }
    g_assert_cmpint(check(text->str), ==, BC_XML_TOO_DEEP);
    g_string_free(text, TRUE);
}

/* Two parsers that understand a document differently count different depths: such documents are refused. */
static void
closing_tags_are_only_counted_where_every_parser_sees_them(void)
{
    g_assert_cmpint(check("<a><!-- </a> --></a>"), ==, BC_XML_OK);
    g_assert_cmpint(check("<a><![CDATA[</a>]]></a>"), ==, BC_XML_OK);
    g_assert_cmpint(check("<a><?x </a> ?></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a><1<</a></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a b=\"\\\"/>\"></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a b=c></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a b></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a b=\"<\"></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("< a></a>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a></a b=\"1\">"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a><!-- > <b>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<a><![CDATA[ > <b>"), ==, BC_XML_MALFORMED);
}

static void
a_doctype_is_refused(void)
{
    static const char bomb[] =
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]>"
        "<a>&c;</a>";
    bc_xml_field_t field = { .name = "a" };

    g_assert_cmpint(check(bomb), ==, BC_XML_DOCTYPE);
    g_assert_cmpuint(find(bomb, &field, 1), ==, 0);
    g_assert_cmpint(check("<a><!ELEMENT b></a>"), ==, BC_XML_DOCTYPE);
}

static void
a_doctype_behind_another_fault_is_not_read_either(void)
{
    static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-6\"?><!DOCTYPE a [<!ENTITY b \"c\">]>"
                               "<a>&b;</a>";
    bc_xml_field_t field = { .name = "a" };

    g_assert_cmpint(check(text), ==, BC_XML_MALFORMED);
    g_assert_cmpuint(find(text, &field, 1), ==, 0); /* and nothing is lost, which the sanitizer sees */
}

/* <a><b x0="" x1="" .../></a> */
static char *
crowd(unsigned attributes)
{
    GString *text = g_string_new("<a><b");

    for (unsigned i = 0; i < attributes; i++) {
        g_string_append_printf(text, " x%u = '>'", i);
    }
    g_string_append(text, "/></a>");
    return g_string_free(text, FALSE);
}

static void
an_element_with_many_attributes_is_refused_in_no_time(void)
{
    bc_xml_field_t field = { .name = "b" };
    char *usual = crowd(64);
    char *many = crowd(80000);

    g_assert_cmpint(check(usual), ==, BC_XML_OK);
    g_assert_cmpuint(find(usual, &field, 1), ==, 1);

    const gint64 start = g_get_monotonic_time();
    g_assert_cmpint(check(many), ==, BC_XML_MALFORMED);
    g_assert_cmpuint(find(many, &field, 1), ==, 0);
    g_assert_cmpint(g_get_monotonic_time() - start, <, G_USEC_PER_SEC);
    g_free(usual);
    g_free(many);
}

/* <a xmlns:n0="u"><b/></a> with so many declarations. */
static char *
many_namespaces(unsigned n)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < n; i++) {
        g_string_append_printf(text, "%s xmlns:n%u='u'", (i % 32 == 0) ? (i == 0 ? "<a" : "><a") : "", i);
    }
    g_string_append(text, "><b/>");
    return g_string_free(text, FALSE);
}

static void
a_document_with_many_name_spaces_is_not_read_on(void)
{
    bc_xml_field_t field = { .name = "b" };
    char *usual = many_namespaces(64);
    char *many = many_namespaces(65);

    g_assert_cmpuint(find(usual, &field, 1), ==, 1);
    g_assert_cmpuint(find(many, &field, 1), ==, 0);
    g_free(usual);
    g_free(many);
}

static void
utf16_is_not_read(void)
{
    static const uint8_t marked[] = "\xff\xfe<\0a\0>\0b\0<\0/\0a\0>\0";
    bc_xml_field_t field = { .name = "a" };

    g_assert_cmpuint(bc_xml_find(marked, sizeof marked - 1, &field, 1), ==, 0);
    g_assert_cmpuint(bc_xml_find(marked + 2, sizeof marked - 3, &field, 1), ==, 0);
}

static void
a_document_beyond_1_mib_is_refused(void)
{
    char *text = g_strnfill(BC_XML_MAX_LEN + 1, 'x');
    bc_xml_field_t field = { .name = "a" };

    memcpy(text, "<a>1</a>", 8);
    g_assert_cmpint(bc_xml_check((const uint8_t *)text, BC_XML_MAX_LEN), ==, BC_XML_OK);
    g_assert_cmpint(bc_xml_check((const uint8_t *)text, BC_XML_MAX_LEN + 1), ==, BC_XML_TOO_LONG);
    g_assert_cmpuint(bc_xml_find((const uint8_t *)text, BC_XML_MAX_LEN + 1, &field, 1), ==, 0);
    g_free(text);
}

static void
a_document_with_too_many_tags_is_refused(void)
{
    GString *text = g_string_new("<a>");
    bc_xml_field_t field = { .name = "b" };

    for (unsigned i = 0; i < BC_XML_MAX_TAGS - 2; i++) {
        g_string_append(text, "<b/>");
    }
    g_string_append(text, "</a>");
    g_assert_cmpint(check(text->str), ==, BC_XML_OK);
    g_string_append(text, "<b/>");
    g_assert_cmpint(check(text->str), ==, BC_XML_TOO_LONG);
    g_assert_cmpuint(find(text->str, &field, 1), ==, 0);
    g_string_free(text, TRUE);
}

static void
encodings_that_hide_tags_are_refused(void)
{
    g_assert_cmpint(check("<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>"), ==, BC_XML_OK);
    g_assert_cmpint(check("<?xml version=\"1.0\" encoding='GB2312'?><a/>"), ==, BC_XML_OK);
    g_assert_cmpint(check("<?xml version=\"1.0\"?><a/>"), ==, BC_XML_OK);
    g_assert_cmpint(check("<?xml version=\"1.0\" encoding=\"UTF-16LE\"?><a/>"), ==, BC_XML_MALFORMED);
    g_assert_cmpint(check("<?xml version=\"1.0\" encoding=\"IBM037\"?><a/>"), ==, BC_XML_MALFORMED);
}

/* ---- secrets ------------------------------------------------------------------------------------------ */

static void
check_mask(const char *text, bool login, const char *expected)
{
    char *copy = g_strdup(text);

    bc_xml_mask_secrets((uint8_t *)copy, strlen(copy), login);
    g_assert_cmpstr(copy, ==, expected);
    g_free(copy);
}

static void
passwords_and_keys_are_masked_by_element_name(void)
{
    check_mask("<a><password>abc</password><nonce>n</nonce></a>", false,
               "<a><password>***</password><nonce>n</nonce></a>");
    check_mask("<wifiPassword x=\"1\">abc</wifiPassword>", false, "<wifiPassword x=\"1\">***</wifiPassword>");
    check_mask("<key>abc</key><keyboard>abc</keyboard>", false, "<key>***</key><keyboard>abc</keyboard>");
    check_mask("<authCode>abc</authCode>", false, "<authCode>***</authCode>");
    check_mask("<password/><a>b</a>", false, "<password/><a>b</a>");
}

/* Message 282: what is in it is not on record. */
static void
all_that_is_in_a_key_is_masked(void)
{
    check_mask("<CloudLoginKey version=\"1.1\">\n<a>b</a>\n<c><d>ef</d></c>g\n</CloudLoginKey><x>y</x>",
               false,
               "<CloudLoginKey version=\"1.1\">\n<a>*</a>\n<c><d>**</d></c>**</CloudLoginKey><x>y</x>");
    check_mask("<key><![CDATA[a<b>c]]></key><x>y</x>", false, "<key><![CDATA[*****]]></key><x>y</x>");
    check_mask("<key><!--abc--></key>", false, "<key><!--***--></key>");
    check_mask("<key>a<key>b</key>c</key>d", false, "<key>*<key>*</key>*</key>d");
    check_mask("<publicKey>abc</publicKey>", false, "<publicKey>abc</publicKey>");
}

static void
all_text_before_the_end_of_a_lost_secret_is_masked(void)
{
    check_mask("a<b>c</b>d</CloudLoginKey><x>y</x>", false, "*<b>*</b>*</CloudLoginKey><x>y</x>");
    check_mask("<x>y</x><key>a</key>b</password>c", false, "<x>*</x><key>*</key>*</password>c");
}

static void
a_user_name_is_masked_only_where_it_is_a_hash(void)
{
    check_mask("<userName>abc</userName>", true, "<userName>***</userName>");
    check_mask("<userName>abc</userName>", false, "<userName>abc</userName>");
}

static void
secrets_of_broken_documents_are_masked(void)
{
    check_mask("<<x><password>abc", false, "<<x><password>***");
    check_mask("</y><PASSWORD>abc</a>", false, "</y><PASSWORD>***</a>");
    check_mask("<password", false, "<password");
    check_mask("<!-- <password>abc", false, "<!-- <password>***");
    check_mask("<![CDATA[<password>abc</password>", false, "<![CDATA[<password>***</password>");
    check_mask("<key><!--", false, "<key><!--");
    check_mask("<key><!---->a", false, "<key><!---->*");
    check_mask("<key><![CDATA[a", false, "<key><![CDATA[*");
    check_mask("<password <password>abc", false, "<password <password>***");
}

static void
all_that_is_inside_a_secret_is_masked(void)
{
    check_mask("<psk><![CDATA[abc]]></psk><a>b</a>", false, "<psk><![CDATA[***]]></psk><a>b</a>");
    check_mask("<psk>a<b c=''/>d</psk>", false, "<psk>*<b c=''/>*</psk>");
    check_mask("<psk>a<!-- </psk> -->b</psk>", false, "<psk>*<!--********-->*</psk>");
    check_mask("<psk>a<![CDATA[</psk>]]>b</psk>", false, "<psk>*<![CDATA[******]]>*</psk>");
    check_mask("<psk>a</PSK>b</psk>", false, "<psk>*</PSK>*</psk>");
    check_mask("<x:psk>a</x:psk>", false, "<x:psk>*</x:psk>");
    check_mask("<psk a='/>'>b</psk>", false, "<psk a='/>'>*</psk>");
    check_mask("<psk '>b</psk>", false, "<psk '>*</psk>");
    check_mask("<psk a='b'/><c>d</c>", false, "<psk a='b'/><c>d</c>");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/xml/" #f, f)
    TEST(an_element_has_its_text_and_its_place);
    TEST(an_empty_element_is_found);
    TEST(the_first_of_several_wins_and_children_do_not_count);
    TEST(cdata_is_text);
    TEST(what_precedes_an_error_stays_found);
    TEST(a_long_text_is_cut);
    TEST(a_walk_gives_every_element_with_its_parent);
    TEST(an_element_knows_how_deep_and_in_which_child_of_the_root_it_lies);
    TEST(a_parser_that_is_kept_reads_each_document_like_a_new_one);
    TEST(a_parser_reads_on_after_more_names_than_it_can_keep);
    TEST(a_text_is_never_cut_inside_a_character);
    TEST(any_bytes_are_survived);
    TEST(documents_cut_anywhere_are_survived);
    TEST(sixty_four_levels_are_shown_and_no_more);
    TEST(many_siblings_are_not_deep);
    TEST(unclosed_tags_are_deep);
    TEST(closing_tags_are_only_counted_where_every_parser_sees_them);
    TEST(a_doctype_is_refused);
    TEST(a_doctype_behind_another_fault_is_not_read_either);
    TEST(an_element_with_many_attributes_is_refused_in_no_time);
    TEST(a_document_with_many_name_spaces_is_not_read_on);
    TEST(utf16_is_not_read);
    TEST(a_document_beyond_1_mib_is_refused);
    TEST(a_document_with_too_many_tags_is_refused);
    TEST(encodings_that_hide_tags_are_refused);
    TEST(passwords_and_keys_are_masked_by_element_name);
    TEST(all_that_is_in_a_key_is_masked);
    TEST(all_text_before_the_end_of_a_lost_secret_is_masked);
    TEST(a_user_name_is_masked_only_where_it_is_a_hash);
    TEST(secrets_of_broken_documents_are_masked);
    TEST(all_that_is_inside_a_secret_is_masked);
    return g_test_run();
}
