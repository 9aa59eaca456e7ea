/* test-baichuan-xml-check.c
 * Untrusted XML: what is refused, by depth, length, tags, attributes, encoding and form.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-xml.h"

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
an_element_with_many_attributes_is_refused(void)
{
    bc_xml_field_t field = { .name = "b" };
    char *usual = crowd(64);
    char *many = crowd(80000);

    g_assert_cmpint(check(usual), ==, BC_XML_OK);
    g_assert_cmpuint(find(usual, &field, 1), ==, 1);
    g_assert_cmpint(check(many), ==, BC_XML_MALFORMED);
    g_assert_cmpuint(find(many, &field, 1), ==, 0);
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/xml-check/" #f, f)
    TEST(sixty_four_levels_are_shown_and_no_more);
    TEST(many_siblings_are_not_deep);
    TEST(unclosed_tags_are_deep);
    TEST(closing_tags_are_only_counted_where_every_parser_sees_them);
    TEST(a_doctype_is_refused);
    TEST(a_doctype_behind_another_fault_is_not_read_either);
    TEST(an_element_with_many_attributes_is_refused);
    TEST(a_document_with_many_name_spaces_is_not_read_on);
    TEST(utf16_is_not_read);
    TEST(a_document_beyond_1_mib_is_refused);
    TEST(a_document_with_too_many_tags_is_refused);
    TEST(encodings_that_hide_tags_are_refused);
    return g_test_run();
}
