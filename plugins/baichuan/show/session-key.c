/* session-key.c
 * The key of a login, where it is known first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <common/pure/secrets.h>

#include <baichuan/record/key-cell.h>
#include <baichuan/show/display.h>
#include <baichuan/show/session-key.h>

static int hf_baichuan_session_key = -1;
static int hf_baichuan_session_iv = -1;

static void
add_key_text(tvbuff_t *tvb, proto_tree *tree, int hf, int offset, const uint8_t *bytes)
{
    char cell[BC_KEY_CELL];

    bc_key_cell(bytes, cell);
    proto_item_set_generated(
        proto_tree_add_string(tree, hf, tvb, offset, 0, bc_hides_secrets() ? CAMSHARK_MASKED_TEXT : cell));
}

void
bc_session_key_show(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_record_t *record)
{
    const bc_key_t *key = record->decision.key;

    if (!record->first_of_key) {
        return;
    }
    add_key_text(tvb, tree, hf_baichuan_session_key, offset, key->key);
    if (memcmp(key->iv, bc_default_iv, BC_AES_BLOCK) != 0) {
        add_key_text(tvb, tree, hf_baichuan_session_iv, offset, key->iv);
    }
}

void
bc_session_key_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_session_key,
          { "Session key", "baichuan.session_key", FT_STRING, BASE_NONE, NULL, 0,
            "AES key of this login, as the column key of baichuan_keys takes it: it opens this session and no other one; shown in "
            "the first message that proves it or is opened with it", HFILL } },
        { &hf_baichuan_session_iv,
          { "Session IV", "baichuan.session_iv", FT_STRING, BASE_NONE, NULL, 0,
            "IV that belongs to this key, if it is not the usual one", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
