/* test-baichuan-export-name.c
 * Names of exported files: what they say, and what untrusted texts can not make of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <baichuan/wire/export-name.h>

static void
assert_base(const bc_export_name_t *name, const char *expected)
{
    char *base = bc_export_base_name(name);

    g_assert_cmpstr(base, ==, expected);
    g_free(base);
}

static void
assert_extension(const char *file_name, const char *expected)
{
    char extension[BC_EXPORT_EXTENSION];

    bc_export_extension(file_name, "bin", extension);
    g_assert_cmpstr(extension, ==, expected);
}

static void
a_name_says_camera_channel_stream_kind_file_and_frame(void)
{
    const bc_export_name_t name = {
        .camera = "10.0.0.2",
        .stream_type = "mainStream",
        .kind = "snapshot",
        .file_name = "01_20230518140240.jpg",
        .channel = 3,
        .frame = 65,
    };

    assert_base(&name, "10.0.0.2-ch3-main-snapshot-01_20230518140240-frame65");
}

static void
what_nobody_said_is_left_out(void)
{
    const bc_export_name_t name = { .camera = "10.0.0.2", .frame = 1 };

    assert_base(&name, "10.0.0.2-ch0-frame1");
}

static void
a_file_of_no_channel_names_none(void)
{
    const bc_export_name_t name = { .camera = "10.0.0.2", .kind = "firmware", .channel = -1, .frame = 1 };

    assert_base(&name, "10.0.0.2-firmware-frame1");
}

static void
a_stream_that_is_a_number_is_called_a_stream(void)
{
    const bc_export_name_t name = { .camera = "10.0.0.2", .stream_type = "1", .frame = 1 };

    assert_base(&name, "10.0.0.2-ch0-stream1-frame1");
}

static void
an_ipv6_address_and_a_port_become_letters_of_a_file_name(void)
{
    const bc_export_name_t name = { .camera = "fe80::1:9010", .frame = 7 };

    assert_base(&name, "fe80__1_9010-ch0-frame7");
}

static void
a_path_gives_its_last_component(void)
{
    bc_export_name_t name = { .camera = "c", .file_name = "/mnt/sda/Mp4Record/RecM03_1.mp4", .frame = 1 };

    assert_base(&name, "c-ch0-RecM03_1-frame1");
    name.file_name = "C:\\temp\\x.paks";
    assert_base(&name, "c-ch0-x-frame1");
    name.file_name = "folder/";
    assert_base(&name, "c-ch0-frame1");
}

static void
a_name_can_not_leave_its_folder(void)
{
    bc_export_name_t name = {
        .camera = "../..", .stream_type = "..\\..", .file_name = "../../etc/..", .frame = 1
    };

    assert_base(&name, "_._..-ch0-_._..-_.-frame1");
    name = (bc_export_name_t){ .camera = "c", .file_name = "a\nb\x80<c>|d", .frame = 1 };
    assert_base(&name, "c-ch0-a_b__c__d-frame1");
}

static void
a_long_text_is_cut(void)
{
    char text[300];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    const bc_export_name_t name = { .camera = text, .stream_type = text, .file_name = text, .frame = 1 };
    char *base = bc_export_base_name(&name);

    g_assert_cmpuint(strlen(base), <, 220);
    g_free(base);
}

static void
an_extension_is_a_few_letters_or_digits(void)
{
    assert_extension("a.PAK", "pak");
    assert_extension("a.b.7z", "7z");
    assert_extension("/a.b/c", "bin");
    assert_extension("a", "bin");
    assert_extension("a.", "bin");
    assert_extension(".pak", "bin");
    assert_extension("a.toolong", "bin");
    assert_extension("a.p/k", "bin");
    assert_extension("a.p k", "bin");
    assert_extension(NULL, "bin");
}

static void
a_file_name_counts_and_says_that_bytes_are_missing(void)
{
    static const struct {
        unsigned nth;
        bool incomplete;
        const char *expected;
    } rows[] = {
        { 1, false, "base.jpg" },
        { 2, false, "base-2.jpg" },
        { 1, true, "base-incomplete.jpg" },
        { 3, true, "base-3-incomplete.jpg" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *name = bc_export_file_name("base", rows[i].nth, rows[i].incomplete, "jpg");
        g_assert_cmpstr(name, ==, rows[i].expected);
        g_free(name);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/export-name/" #f, f)
    TEST(a_name_says_camera_channel_stream_kind_file_and_frame);
    TEST(what_nobody_said_is_left_out);
    TEST(a_file_of_no_channel_names_none);
    TEST(a_stream_that_is_a_number_is_called_a_stream);
    TEST(an_ipv6_address_and_a_port_become_letters_of_a_file_name);
    TEST(a_path_gives_its_last_component);
    TEST(a_name_can_not_leave_its_folder);
    TEST(a_long_text_is_cut);
    TEST(an_extension_is_a_few_letters_or_digits);
    TEST(a_file_name_counts_and_says_that_bytes_are_missing);
    return g_test_run();
}
