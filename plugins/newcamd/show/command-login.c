/* command-login.c
 * Logins of clients and of servers, their refusal, and the name that a server tells in a reverse login.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 5.2 and the E5 of 5.1.
 */
#include <newcamd/show/commands.h>

#include <common/epan/credentials.h>

#include <newcamd/record/client-names.h>
#include <newcamd/show/message-header.h>

#define PORT_LEN 2

static int hf_newcamd_user = -1;
static int hf_newcamd_password_crypt = -1;
static int hf_newcamd_server_name = -1;

static expert_field ei_newcamd_refused = EI_INIT;
static expert_field ei_newcamd_login_malformed = EI_INIT;
static expert_field ei_newcamd_server_name_malformed = EI_INIT;

void
newcamd_show_login_refused(newcamd_message_t *message)
{
    newcamd_show_plain(message);
    expert_add_info(message->pinfo, message->item, &ei_newcamd_refused);
}

void
newcamd_show_login(newcamd_message_t *message)
{
    const int end = (int)(newcamd_data_offset(message) + message->data_len);
    const int user = (int)newcamd_data_offset(message);
    const int user_nul = tvb_find_uint8(message->tvb, user, end - user, 0);
    const uint8_t *name;

    if (user_nul < 0) {
        newcamd_show_plain(message);
        expert_add_info(message->pinfo, message->item, &ei_newcamd_login_malformed);
        return;
    }
    proto_tree_add_item_ret_string(
        message->tree, hf_newcamd_user, message->tvb, user, user_nul - user,
        newcamd_name_encoding(message, (unsigned)user, (unsigned)(user_nul - user)) | ENC_NA,
        message->pinfo->pool, &name);

    const int crypt = user_nul + 1;
    const int last = end - 1;
    proto_tree_add_item(message->tree, hf_newcamd_password_crypt, message->tvb, crypt, MAX(last - crypt, 0),
                        ENC_ASCII | ENC_NA);
    /* A masked crypt string has lost its NUL. */
    if (!message->hidden && (last < crypt || tvb_find_uint8(message->tvb, crypt, end - crypt, 0) != last)) {
        expert_add_info(message->pinfo, message->item, &ei_newcamd_login_malformed);
    }
    const char *client = newcamd_client_name(message->pinfo->pool, newcamd_header_sid(message));
    newcamd_say(message, "Login %s (%s)", (const char *)name, client);
    const camshark_login_t login = { .protocol = "newcamd",
                                     .user = (const char *)name,
                                     .info = client,
                                     .password_hf = hf_newcamd_password_crypt };
    camshark_credentials_queue(message->pinfo, &login);
}

void
newcamd_show_server_name(newcamd_message_t *message)
{
    const int start = (int)newcamd_data_offset(message);
    const int end = start + (int)message->data_len;
    const int nul = tvb_find_uint8(message->tvb, start, end - start, 0);
    const uint8_t *name;

    if (nul < 0 || end - nul - 1 < PORT_LEN) {
        newcamd_show_plain(message);
        expert_add_info(message->pinfo, message->item, &ei_newcamd_server_name_malformed);
        return;
    }
    proto_tree_add_item_ret_string(message->tree, hf_newcamd_server_name, message->tvb, start, nul - start,
                                   newcamd_name_encoding(message, (unsigned)start, (unsigned)(nul - start)) |
                                       ENC_NA,
                                   message->pinfo->pool, &name);
    newcamd_server_port_show(message, message->tree, (unsigned)nul + 1);
    newcamd_say(message, "Server name %s, port %u", (const char *)name, tvb_get_ntohs(message->tvb, nul + 1));
    if (end - nul - 1 > PORT_LEN) {
        newcamd_show_bytes(message, (unsigned)(nul + 1 + PORT_LEN), (unsigned)(end - nul - 1 - PORT_LEN));
        expert_add_info(message->pinfo, message->item, &ei_newcamd_server_name_malformed);
    }
}

void
newcamd_command_login_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_user,
          { "User", "newcamd.user", FT_STRING, BASE_NONE, NULL, 0,
            "User name of the login, read as UTF-8 or, where it is none, as ISO 8859-1", HFILL } },
        { &hf_newcamd_password_crypt,
          { "Crypted password", "newcamd.password_crypt", FT_STRING, BASE_NONE, NULL, 0,
            "md5-crypt of the password with the protocol's constant salt", HFILL } },
        { &hf_newcamd_server_name,
          { "Server name", "newcamd.server_name", FT_STRING, BASE_NONE, NULL, 0,
            "Name of a server that connects to its client (reverse login; known from the protocol description only)", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_refused,
          { "newcamd.expert.login_refused", PI_RESPONSE_CODE, PI_WARN,
            "Login refused: unknown user or password, or this account may not log in now (address, client, protocol, card "
            "not ready)", EXPFILL } },
        { &ei_newcamd_login_malformed,
          { "newcamd.expert.login_malformed", PI_MALFORMED, PI_WARN,
            "A login is a user name and a crypted password, each ended by a zero byte, and nothing else", EXPFILL } },
        { &ei_newcamd_server_name_malformed,
          { "newcamd.expert.server_name_malformed", PI_MALFORMED, PI_WARN,
            "A server name ends with a zero byte, and two bytes with its port follow", EXPFILL } },
    };
    /* clang-format on */

    camshark_credentials_register();
    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
