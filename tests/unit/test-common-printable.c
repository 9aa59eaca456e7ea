/* test-common-printable.c
 * Texts that go to a terminal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <common/pure/printable.h>

static void
assert_becomes(const char *before, const char *after)
{
    char *text = g_strdup(before);

    camshark_text_make_printable(text);
    g_assert_cmpstr(text, ==, after);
    g_assert_true(camshark_text_prints(before) == g_str_equal(before, after));
    g_free(text);
}

static void
text_stays(void)
{
    assert_becomes("", "");
    assert_becomes("Gr\xc3\xbc\xc3\x9f"
                   "e \xe2\x9c\x93",
                   "Gr\xc3\xbc\xc3\x9f"
                   "e \xe2\x9c\x93");
}

static void
what_a_terminal_obeys_becomes_question_marks(void)
{
    assert_becomes("a\x1b[31mb\r\n\t\x7f", "a?[31mb????");
    assert_becomes("\xc2\x9b"
                   "31m",
                   "??31m");
}

static void
what_turns_the_order_of_a_line_becomes_question_marks(void)
{
    assert_becomes("a\xe2\x80\xae"
                   "b\xe2\x81\xa6\xe2\x80\xa8",
                   "a???b??????");
    assert_becomes("\xe2\x80\x8f\xe2\x80\xaf\xe2\x80\x8d",
                   "\xe2\x80\x8f\xe2\x80\xaf\xe2\x80\x8d"); /* marks, blanks, joiners */
}

static void
what_is_no_utf8_becomes_question_marks(void)
{
    assert_becomes("\x9b"
                   "31m",
                   "?31m");
    assert_becomes("a\xe2\x82", "a??");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/printable/" #f, f)
    TEST(text_stays);
    TEST(what_a_terminal_obeys_becomes_question_marks);
    TEST(what_turns_the_order_of_a_line_becomes_question_marks);
    TEST(what_is_no_utf8_becomes_question_marks);
    return g_test_run();
}
