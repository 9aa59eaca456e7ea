/* command-emm.c
 * EMM requests and their replies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 5.5, and 5.1 as far as EMMs go.
 */
#include <newcamd/show/commands.h>

#include <newcamd/show/ca-sections.h>
#include <newcamd/show/subject.h>

static int hf_newcamd_emm = -1;
static int hf_newcamd_accepted = -1;
static int hf_newcamd_provider_changed = -1;
static int hf_newcamd_card_request_in = -1;

static expert_field ei_newcamd_card_request_missing = EI_INIT;

static void
show_emm_request(newcamd_message_t *message)
{
    proto_item *item =
        proto_tree_add_item(message->tree, hf_newcamd_emm, message->tvb, (int)message->header_len,
                            (int)(NEWCAMD_MESSAGE_HEAD_LEN + message->data_len), ENC_NA);
    const char *type = newcamd_section_show(message, item);

    newcamd_say(message, "%s%s%s", newcamd_command_name(message), (type != NULL) ? ", " : "",
                (type != NULL) ? type : "");
}

/* The server asks for a new card data request: where it is, as soon as that is known. */
static void
show_refresh(newcamd_message_t *message)
{
    const newcamd_card_refresh_t *refresh = (message->context != NULL) ? message->context->refresh : NULL;

    if (refresh == NULL) {
        return;
    }
    if (refresh->request_frame != 0) {
        proto_item_set_generated(proto_tree_add_uint(message->tree, hf_newcamd_card_request_in, message->tvb,
                                                     0, 0, refresh->request_frame));
    } else if (PINFO_FD_VISITED(message->pinfo)) {
        const newcamd_fault_rank_t rank = { message->context->refresh_rank, refresh->replies };
        newcamd_fault_ranked(&message->at, message->item, &ei_newcamd_card_request_missing, rank,
                             expert_get_summary(&ei_newcamd_card_request_missing));
    }
}

static void
show_emm_reply(newcamd_message_t *message)
{
    const int flags_at = (int)message->header_len + 1;
    const uint8_t flags = tvb_get_uint8(message->tvb, flags_at);

    proto_tree_add_item(message->tree, hf_newcamd_accepted, message->tvb, flags_at, 1, ENC_NA);
    proto_tree_add_item(message->tree, hf_newcamd_provider_changed, message->tvb, flags_at, 1, ENC_NA);
    newcamd_show_bytes(message, newcamd_data_offset(message), message->data_len);
    newcamd_say(message, "%s %s%s%s", newcamd_command_name(message),
                (flags & 0x10) ? "accepted" : "not accepted", (flags & 0x20) ? ", providers changed" : "",
                newcamd_subject_phrase(message));
    newcamd_subject_show_reply(message);
    show_refresh(message);
}

void
newcamd_show_emm(newcamd_message_t *message)
{
    if (message->from_server) {
        show_emm_reply(message);
    } else {
        show_emm_request(message);
    }
}

void
newcamd_command_emm_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_emm,
          { "EMM", "newcamd.emm", FT_BYTES, BASE_NONE, NULL, 0, 
            "The whole EMM section, table id first; table ids 0x90 and 0x91 are seen in later OSCam only", HFILL } },
        { &hf_newcamd_accepted,
          { "Accepted", "newcamd.emm.accepted", FT_BOOLEAN, 8, NULL, 0x10,
            "The card took the EMM; OSCam says so before it knows, MultiCS never says so", HFILL } },
        { &hf_newcamd_provider_changed,
          { "Provider changed", "newcamd.emm.provider_changed", FT_BOOLEAN, 8, NULL, 0x20,
            "Provider ids may have changed: the client should ask for card data again", HFILL } },
        { &hf_newcamd_card_request_in,
          { "Card data request in", "newcamd.emm.card_request_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame in which the client asks for card data again, as this reply wants it", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_card_request_missing,
          { "newcamd.expert.card_request_missing", PI_SEQUENCE, PI_NOTE,
            "This reply wants the client to ask for card data again, but no card data request follows in the capture", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
