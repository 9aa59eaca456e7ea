/* test-baichuan-steering.c
 * What an Extension says of the payload behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <baichuan/session/steering.h>

static bc_steering_t
read_text(const char *xml)
{
    bc_steering_t steering = { 0 };

    bc_steering_read((const uint8_t *)xml, strlen(xml), &steering);
    return steering;
}

static void
what_is_said_is_read(void)
{
    const bc_steering_t steering =
        read_text("<Extension version=\"1.1\"><binaryData>1</binaryData><encryptPos>16</encryptPos>"
                  "<encryptLen>1024</encryptLen></Extension>");

    g_assert_true(steering.binary_given);
    g_assert_true(steering.binary);
    g_assert_true(steering.range_given);
    g_assert_cmpuint(steering.encrypt_pos, ==, 16);
    g_assert_cmpuint(steering.encrypt_len, ==, 1024);
}

static void
what_is_not_binary_is_said_too(void)
{
    const bc_steering_t steering = read_text("<Extension><binaryData>0</binaryData></Extension>");

    g_assert_true(steering.binary_given);
    g_assert_false(steering.binary);
    g_assert_false(steering.range_given);
}

static void
what_is_not_said_stays(void)
{
    bc_steering_t steering = { .binary_given = true, .encrypt_len = 7 };
    const char xml[] = "<Extension><channelId>0</channelId></Extension>";

    bc_steering_read((const uint8_t *)xml, strlen(xml), &steering);
    bc_steering_read(NULL, 0, &steering);
    g_assert_true(steering.binary_given);
    g_assert_cmpuint(steering.encrypt_len, ==, 7);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/steering/" #f, f)
    TEST(what_is_said_is_read);
    TEST(what_is_not_binary_is_said_too);
    TEST(what_is_not_said_stays);
    return g_test_run();
}
