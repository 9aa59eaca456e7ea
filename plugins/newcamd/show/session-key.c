/* session-key.c
 * The session key that a login gives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/session-key.h>

#include <epan/to_str.h>

#include <common/pure/secrets.h>

#include <newcamd/record/settings.h>

static int hf_newcamd_session_key = -1;

void
newcamd_session_key_show(const newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_tree *tree)
{
    const uint8_t *key = pdu->connection->session.session_key;
    const char *text = newcamd_hide_secrets() ? CAMSHARK_MASKED_TEXT
                                              : bytes_to_str(segment->pinfo->pool, key, NEWCAMD_KEY14_LEN);

    proto_item_set_generated(proto_tree_add_string(tree, hf_newcamd_session_key, segment->tvb, 0, 0, text));
}

void
newcamd_session_key_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_session_key,
          { "Session key", "newcamd.session_key", FT_STRING, BASE_NONE, NULL, 0,
            "Key of 14 bytes that DESKEY and crypt string give: it opens what follows this login, and no other session with "
            "another DESKEY or password", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
