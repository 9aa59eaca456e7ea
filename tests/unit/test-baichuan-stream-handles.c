/* test-baichuan-stream-handles.c
 * docs/baichuan.md section 3.3: each open stream has a handle of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <baichuan/session/stream-handles.h>

static void
a_handle_is_used_twice_by_channel_and_handle(void)
{
    bc_stream_handles_t *handles = bc_stream_handles_new(0);

    g_assert_cmpint(bc_stream_handles_ask(handles, 0, 256, 1), ==, BC_HANDLE_NEW);
    g_assert_cmpint(bc_stream_handles_ask(handles, 1, 256, 2), ==, BC_HANDLE_NEW);
    g_assert_cmpint(bc_stream_handles_ask(handles, 0, 256, 3), ==, BC_HANDLE_REUSED);
    bc_stream_handles_refuse(handles, 1);
    g_assert_cmpint(bc_stream_handles_ask(handles, 0, 256, 4), ==, BC_HANDLE_NEW);
    bc_stream_handles_stop(handles, 1, 256);
    g_assert_cmpint(bc_stream_handles_ask(handles, 1, 256, 5), ==, BC_HANDLE_STOPPED);
    g_assert_cmpint(bc_stream_handles_ask(handles, 1, 256, 6), ==, BC_HANDLE_REUSED);
    bc_stream_handles_free(handles);
}

static void
handles_are_remembered_up_to_a_limit(void)
{
    bc_stream_handles_t *handles = bc_stream_handles_new(0);

    for (uint32_t i = 0; i < 100000; i++) {
        g_assert_cmpint(bc_stream_handles_ask(handles, 0, i, i), ==, BC_HANDLE_NEW);
    }
    g_assert_cmpint(bc_stream_handles_ask(handles, 0, 0, 0), ==, BC_HANDLE_REUSED);
    g_assert_cmpint(bc_stream_handles_ask(handles, 0, 99999, 0), ==, BC_HANDLE_NEW);
    bc_stream_handles_free(handles);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/stream-handles/" #f, f)
    TEST(a_handle_is_used_twice_by_channel_and_handle);
    TEST(handles_are_remembered_up_to_a_limit);
    return g_test_run();
}
