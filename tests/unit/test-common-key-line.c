/* test-common-key-line.c
 * Lines with keys: rows of key tables as files and captures have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/key-line.h>

/* Text of a literal, zeros in it included, in a block of its own that has no zero behind it. */
#define PARSE(literal, line, error)                                                                          \
    parse_copy((const uint8_t *)(literal), sizeof(literal) - 1, (line), (error))

static camshark_key_line_kind_t
parse_copy(const uint8_t *bytes, size_t len, camshark_key_line_t *line, const char **error)
{
    uint8_t *copy = g_memdup2(bytes, MAX(len, 1));
    const camshark_key_line_kind_t kind = camshark_key_line_parse(copy, len, line, error);

    g_free(copy);
    return kind;
}

static void
assert_cells(const camshark_key_line_t *line, const char *const cells[CAMSHARK_KEY_CELLS])
{
    for (unsigned i = 0; i < CAMSHARK_KEY_CELLS; i++) {
        g_assert_cmpstr(line->cells[i], ==, cells[i]);
    }
}

static void
a_row_is_read_as_the_table_file_has_it(void)
{
    static const char *const cells[] = {
        "10.0.0.1", "", "", "4D2C923E651AB640", "", "session of frame 3", "",
    };
    camshark_key_line_t line;
    const char *error = NULL;

    g_assert_cmpint(
        PARSE("\"10.0.0.1\",\"\",\"\",\"4D2C923E651AB640\",\"\",\"session of frame 3\"", &line, &error), ==,
        CAMSHARK_KEY_LINE_ROW);
    assert_cells(&line, cells);
    g_assert_cmpint(
        PARSE(" \"10.0.0.1\" ,, \"\",\"4D2C923E651AB640\" ,,\"session of frame 3\" \r", &line, &error), ==,
        CAMSHARK_KEY_LINE_ROW);
    assert_cells(&line, cells);
}

static void
the_columns_that_are_there_are_counted(void)
{
    camshark_key_line_t line;
    const char *error = NULL;

    g_assert_cmpint(PARSE("\"a\"", &line, &error), ==, CAMSHARK_KEY_LINE_ROW);
    g_assert_cmpuint(line.count, ==, 1);
    g_assert_cmpint(PARSE(",,,,,,\"g\"", &line, &error), ==, CAMSHARK_KEY_LINE_ROW);
    g_assert_cmpuint(line.count, ==, 7);
    g_assert_cmpstr(line.cells[6], ==, "g");
}

static void
columns_at_the_end_may_be_left_out(void)
{
    static const char *const cells[] = { "", "", "Secret-1", "", "", "", "" };
    camshark_key_line_t line;
    const char *error = NULL;

    g_assert_cmpint(PARSE("\"\",\"\",\"Secret-1\"", &line, &error), ==, CAMSHARK_KEY_LINE_ROW);
    assert_cells(&line, cells);
    g_assert_cmpint(PARSE(",,\"Secret-1\",", &line, &error), ==, CAMSHARK_KEY_LINE_ROW);
    assert_cells(&line, cells);
}

static void
escapes_are_those_of_wireshark(void)
{
    static const char *const cells[] = {
        "a\"b\\c", "K\xc3\xa4se", "\a\b\033\f\n\r\t\v", "A\377Q", "xyx", "\"\\", "",
    };
    camshark_key_line_t line;
    const char *error = NULL;

    g_assert_cmpint(PARSE("\"a\\x22b\\x5Cc\",\"K\\xc3\\xa4se\",\"\\a\\b\\e\\f\\n\\r\\t\\v\","
                          "\"\\101\\777\\Q\",\"\\xy\\x\",\"\\\"\\\\\"",
                          &line, &error),
                    ==, CAMSHARK_KEY_LINE_ROW);
    assert_cells(&line, cells);
}

static void
blank_lines_and_comments_are_no_rows(void)
{
    camshark_key_line_t line;
    const char *error = NULL;

    g_assert_cmpint(PARSE("", &line, &error), ==, CAMSHARK_KEY_LINE_EMPTY);
    g_assert_cmpint(PARSE(" \t\r", &line, &error), ==, CAMSHARK_KEY_LINE_EMPTY);
    g_assert_cmpint(PARSE("# camera, user, password, key, iv, comment", &line, &error), ==,
                    CAMSHARK_KEY_LINE_EMPTY);
    g_assert_cmpint(PARSE("  #\0\"", &line, &error), ==, CAMSHARK_KEY_LINE_EMPTY);
}

static void
assert_bad(const uint8_t *bytes, size_t len, const char *words)
{
    camshark_key_line_t line;
    const char *error = NULL;

    g_assert_cmpint(parse_copy(bytes, len, &line, &error), ==, CAMSHARK_KEY_LINE_BAD);
    g_assert_nonnull(strstr(error, words));
}

#define ASSERT_BAD(literal, words) assert_bad((const uint8_t *)(literal), sizeof(literal) - 1, (words))

static void
what_is_wrong_with_a_line_is_said(void)
{
    ASSERT_BAD("\"10.0.0.1\",\"", "A quotation mark");
    ASSERT_BAD("\"10.0.0.1\\", "A quotation mark");
    ASSERT_BAD("\"10.0.0.1\\\"", "A quotation mark");
    ASSERT_BAD("10.0.0.1", "Each column is a text");
    ASSERT_BAD("\"10.0.0.1\" \"\"", "Each column is a text");
    ASSERT_BAD("\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"", "more columns");
    ASSERT_BAD("\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",", "more columns");
    ASSERT_BAD("\"a\0b\"", "zero byte");
    ASSERT_BAD("\"a\\x00b\"", "zero byte");
    ASSERT_BAD("\"a\\0\"", "zero byte");
    ASSERT_BAD("\0", "Each column is a text");
}

static void
a_line_that_is_too_long_is_not_read(void)
{
    uint8_t bytes[CAMSHARK_KEY_LINE_MAX + 1];
    camshark_key_line_t line;
    const char *error = NULL;

    memset(bytes, 'a', sizeof bytes);
    bytes[0] = '"';
    bytes[CAMSHARK_KEY_LINE_MAX - 1] = '"';
    g_assert_cmpint(parse_copy(bytes, CAMSHARK_KEY_LINE_MAX, &line, &error), ==, CAMSHARK_KEY_LINE_ROW);
    g_assert_cmpuint(strlen(line.cells[0]), ==, CAMSHARK_KEY_LINE_MAX - 2);
    bytes[CAMSHARK_KEY_LINE_MAX] = ' ';
    assert_bad(bytes, sizeof bytes, "2048");
}

static void
lines_are_counted_and_the_last_one_may_have_no_end(void)
{
    camshark_key_lines_t lines = { (const uint8_t *)"a\n\nbc", 5, 0, 0 };
    const uint8_t *line;
    size_t len;
    bool ended;

    g_assert_true(camshark_key_lines_next(&lines, &line, &len, &ended));
    g_assert_cmpmem(line, len, "a", 1);
    g_assert_true(ended && lines.number == 1);
    g_assert_true(camshark_key_lines_next(&lines, &line, &len, &ended));
    g_assert_true(ended && len == 0 && lines.number == 2);
    g_assert_true(camshark_key_lines_next(&lines, &line, &len, &ended));
    g_assert_cmpmem(line, len, "bc", 2);
    g_assert_true(!ended && lines.number == 3);
    g_assert_false(camshark_key_lines_next(&lines, &line, &len, &ended));

    lines = (camshark_key_lines_t){ NULL, 0, 0, 0 };
    g_assert_false(camshark_key_lines_next(&lines, &line, &len, &ended));
}

static bool
has_row(const char *comment, const char *protocol, const char *row)
{
    const uint8_t *line = (const uint8_t *)comment;
    size_t len = strlen(comment);

    if (!camshark_key_comment_row(protocol, &line, &len)) {
        g_assert_true(line == (const uint8_t *)comment && len == strlen(comment));
        return false;
    }
    g_assert_cmpmem(line, len, row, strlen(row));
    return true;
}

static void
a_comment_with_a_row_names_its_protocol(void)
{
    g_assert_true(has_row("camshark-key: newcamd \"a\",\"b\"", "newcamd", "\"a\",\"b\""));
    g_assert_true(has_row("camshark-key: newcamd ", "newcamd", ""));
    g_assert_false(has_row("camshark-key: newcamd \"a\"", "baichuan", ""));
    g_assert_false(has_row("camshark-key: newcamdx \"a\"", "newcamd", ""));
    g_assert_false(has_row("camshark-key: newcamd", "newcamd", ""));
    g_assert_false(has_row(" camshark-key: newcamd \"a\"", "newcamd", ""));
    g_assert_false(has_row("camshark", "newcamd", ""));
    g_assert_false(has_row("", "newcamd", ""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/key-line/" #f, f)
    TEST(a_row_is_read_as_the_table_file_has_it);
    TEST(the_columns_that_are_there_are_counted);
    TEST(columns_at_the_end_may_be_left_out);
    TEST(escapes_are_those_of_wireshark);
    TEST(blank_lines_and_comments_are_no_rows);
    TEST(what_is_wrong_with_a_line_is_said);
    TEST(a_line_that_is_too_long_is_not_read);
    TEST(lines_are_counted_and_the_last_one_may_have_no_end);
    TEST(a_comment_with_a_row_names_its_protocol);
    return g_test_run();
}
