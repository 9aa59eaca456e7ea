/* test-baichuan-xml-read.c
 * Reading untrusted XML: what is found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-xml.h"

#include <baichuan/wire/xml-secrets.h>

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/xml-read/" #f, f)
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
    return g_test_run();
}
