/* test-baichuan-binary-messages.c
 * Which messages carry files and streams, against docs/baichuan.md sections 1.4, 3 and 5.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <baichuan/wire/binary-messages.h>

static void
messages_of_documents_are_not_in_the_table(void)
{
    static const uint32_t documents[] = { 0, 1, 2, 4, 31, 80, 104, 151, 1023, 0x10003, UINT32_MAX };

    for (unsigned i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_assert_null(bc_binary_message(documents[i]));
    }
}

static void
a_message_is_found_by_its_id(void)
{
    for (uint32_t msg_id = 0; msg_id <= 1024; msg_id++) {
        const bc_binary_message_t *message = bc_binary_message(msg_id);
        g_assert_true(message == NULL || message->msg_id == msg_id);
    }
}

static void
live_video_is_media_without_a_file(void)
{
    const bc_binary_message_t *video = bc_binary_message(3);

    g_assert_true(video->media && video->media_only);
    g_assert_false(video->replay);
    g_assert_null(video->kind);
}

static void
recordings_have_times_in_their_headers(void)
{
    static const uint32_t recordings[] = { 5, 8, 13, 143, 381 };

    for (unsigned i = 0; i < G_N_ELEMENTS(recordings); i++) {
        g_assert_true(bc_binary_message(recordings[i])->replay);
    }
    g_assert_false(bc_binary_message(109)->replay);
}

static void
replay_alone_is_tied_by_its_channel(void)
{
    g_assert_cmpint(bc_binary_message(5)->tie, ==, BC_TIE_CHANNEL);
    g_assert_cmpint(bc_binary_message(8)->tie, ==, BC_TIE_EXCHANGE);
    g_assert_cmpint(bc_binary_message(67)->tie, ==, BC_TIE_NOTHING);
}

static void
configurations_are_secret_and_pictures_are_not(void)
{
    g_assert_true(bc_binary_message(65)->secret && bc_binary_message(66)->secret);
    g_assert_false(bc_binary_message(67)->secret);
    g_assert_false(bc_binary_message(109)->secret);
}

static void
a_request_that_is_a_structure_is_known_by_its_length(void)
{
    g_assert_true(bc_is_binary_request(8, 3400));
    g_assert_true(bc_is_binary_request(143, 1152));
    g_assert_true(bc_is_binary_request(381, 2372));
    g_assert_false(bc_is_binary_request(8, 3399));
    g_assert_false(bc_is_binary_request(8, 1152));
    g_assert_false(bc_is_binary_request(13, 3400));
    g_assert_false(bc_is_binary_request(13, 0));
    g_assert_false(bc_is_binary_request(80, 3400));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/binary-messages/" #f, f)
    TEST(messages_of_documents_are_not_in_the_table);
    TEST(a_message_is_found_by_its_id);
    TEST(live_video_is_media_without_a_file);
    TEST(recordings_have_times_in_their_headers);
    TEST(replay_alone_is_tied_by_its_channel);
    TEST(configurations_are_secret_and_pictures_are_not);
    TEST(a_request_that_is_a_structure_is_known_by_its_length);
    return g_test_run();
}
