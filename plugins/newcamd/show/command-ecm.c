/* command-ecm.c
 * ECM requests and their replies with control words; control words that a cache client hands on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 5.4, and 5.1 as far as ECMs go.
 */
#include <newcamd/show/commands.h>

#include <common/pure/secrets.h>

#include <newcamd/show/ca-sections.h>
#include <newcamd/show/message-header.h>
#include <newcamd/show/subject.h>

#define CW_LEN      8
#define LONG_CW_LEN 16 /* one server's; taken as AES-128 keys by one client */

static int hf_newcamd_ecm = -1;
static int hf_newcamd_ecm_echo = -1;
static int hf_newcamd_provider_index = -1;
static int hf_newcamd_provider_ident = -1;
static int hf_newcamd_card_frame = -1;
static int hf_newcamd_cw_even = -1;
static int hf_newcamd_cw_odd = -1;
static int hf_newcamd_cw_check = -1;
static int hf_newcamd_cw_check_status = -1;
static int hf_newcamd_cw_unchanged = -1;
static int hf_newcamd_cw_cached = -1;

static int ett_newcamd_provider_index = -1;

static expert_field ei_newcamd_sid_missing = EI_INIT;
static expert_field ei_newcamd_not_decoded = EI_INIT;
static expert_field ei_newcamd_cw_check = EI_INIT;
static expert_field ei_newcamd_other_sid = EI_INIT;

static void
show_ecm_request(newcamd_message_t *message)
{
    const uint16_t sid = newcamd_header_sid(message);
    proto_item *item =
        proto_tree_add_item(message->tree, hf_newcamd_ecm, message->tvb, (int)message->header_len,
                            (int)(NEWCAMD_MESSAGE_HEAD_LEN + message->data_len), ENC_NA);

    newcamd_section_show(message, item);
    newcamd_subject_show_request(message);
    newcamd_say(message, "%s, SID 0x%04X", newcamd_command_name(message), sid);
    if (sid == 0) {
        newcamd_fault(&message->at, message->item, &ei_newcamd_sid_missing);
    }
}

static bool
is_zero(tvbuff_t *tvb, unsigned at, unsigned len)
{
    static const uint8_t zero[LONG_CW_LEN];

    return tvb_memeql(tvb, (int)at, zero, len) == 0;
}

/* Bytes 3 and 7 of a DVB-CSA control word are the sums of the three bytes before each. They are to be seen in
 * the word, so only a wrong one gets a line of its own. */
static void
show_check_bytes(const newcamd_message_t *message, unsigned at)
{
    proto_tree *tree = message->tree;
    const uint8_t *word = tvb_get_ptr(message->tvb, (int)at, CW_LEN);
    proto_checksum_enum_e status = PROTO_CHECKSUM_E_GOOD;

    for (unsigned i = 3; i < CW_LEN; i += 4) {
        const uint8_t sum = (uint8_t)(word[i - 3] + word[i - 2] + word[i - 1]);
        if (word[i] != sum) {
            proto_item *item =
                proto_tree_add_item(tree, hf_newcamd_cw_check, message->tvb, (int)(at + i), 1, ENC_NA);
            proto_item_append_text(item, " incorrect, should be 0x%02x", sum);
            newcamd_fault_format(&message->at, item, &ei_newcamd_cw_check, "%s [should be 0x%02x]",
                                 expert_get_summary(&ei_newcamd_cw_check), sum);
            status = PROTO_CHECKSUM_E_BAD;
        }
    }
    proto_item_set_generated(
        proto_tree_add_uint(tree, hf_newcamd_cw_check_status, message->tvb, (int)at, CW_LEN, status));
}

/* Adds one control word; returns it as the sentence says it. What is said of it stands behind it, not below it: with a field
 * below two words, the JSON of tshark 4.0 (-T ek) has one key twice in an object. */
static const char *
show_control_word(const newcamd_message_t *message, int hf, unsigned at, unsigned len)
{
    proto_item *item = proto_tree_add_item(message->tree, hf, message->tvb, (int)at, (int)len, ENC_NA);

    if (message->hidden) {
        return CAMSHARK_MASKED_TEXT;
    }
    if (is_zero(message->tvb, at, len)) {
        proto_item_append_text(item, " (unchanged)");
        item = proto_tree_add_boolean(message->tree, hf_newcamd_cw_unchanged, message->tvb, (int)at, (int)len,
                                      true);
        proto_item_set_generated(item);
        return "unchanged";
    }
    if (len == CW_LEN) {
        show_check_bytes(message, at);
    }
    return tvb_bytes_to_str(message->pinfo->pool, message->tvb, (int)at, (int)len);
}

/* Two control words of len bytes each, even and odd. */
static void
show_control_words(newcamd_message_t *message, const char *what, unsigned at, unsigned len)
{
    const char *even = show_control_word(message, hf_newcamd_cw_even, at, len);
    const char *odd = show_control_word(message, hf_newcamd_cw_odd, at + len, len);

    if (message->hidden) {
        newcamd_say(message, "%s " CAMSHARK_MASKED_TEXT "%s", what, newcamd_subject_phrase(message));
    } else {
        newcamd_say(message, "%s %s %s%s", what, even, odd, newcamd_subject_phrase(message));
    }
}

/* The provider that the card used, by its place in the card data. */
static void
show_provider_index(const newcamd_message_t *message)
{
    const newcamd_card_t *card = (message->context != NULL) ? message->context->card : NULL;
    uint32_t place;
    proto_item *item = proto_tree_add_item_ret_uint(message->tree, hf_newcamd_provider_index, message->tvb,
                                                    (int)message->header_len + 1, 1, ENC_NA, &place);

    if (card == NULL || message->data_len == 0 || place >= card->provider_count) {
        return;
    }
    proto_tree *tree = proto_item_add_subtree(item, ett_newcamd_provider_index);
    proto_item_set_generated(proto_tree_add_uint(tree, hf_newcamd_provider_ident, message->tvb,
                                                 (int)message->header_len + 1, 1, card->providers[place]));
    proto_item_set_generated(
        proto_tree_add_uint(tree, hf_newcamd_card_frame, message->tvb, 0, 0, card->frame));
}

static void
show_not_decoded(newcamd_message_t *message)
{
    newcamd_say(message, "%s not decoded%s", newcamd_command_name(message), newcamd_subject_phrase(message));
    if (message->context != NULL && message->context->open_frame != 0) {
        newcamd_fault_format(&message->at, message->item, &ei_newcamd_not_decoded,
                             "Not decoded, while the ECM in frame %u was not answered yet: servers that "
                             "take one at a time (MultiCS on its profile ports) refuse another one without "
                             "asking a card; else the card or its subscription is missing",
                             message->context->open_frame);
    } else {
        newcamd_fault(&message->at, message->item, &ei_newcamd_not_decoded);
    }
}

static void
show_ecm_reply(newcamd_message_t *message)
{
    const unsigned at = newcamd_data_offset(message);

    show_provider_index(message);
    if (message->context != NULL && message->context->other_sid) {
        newcamd_fault_format(&message->at, message->item, &ei_newcamd_other_sid,
                             "This reply is for service 0x%04X, and its request was for 0x%04X",
                             newcamd_header_sid(message), message->context->request_sid);
    }
    if (message->data_len == 2 * CW_LEN) {
        show_control_words(message, "CW", at, CW_LEN);
    } else if (message->data_len == 2 * LONG_CW_LEN) {
        show_control_words(message, "CW", at, LONG_CW_LEN);
    } else if (message->data_len == 0) {
        show_not_decoded(message);
    } else if (message->context != NULL && message->context->echoed_ecm && message->data_len > 2 * CW_LEN) {
        const unsigned words = message->data_len - 2 * CW_LEN;
        proto_tree_add_item(message->tree, hf_newcamd_ecm_echo, message->tvb, (int)at, (int)words, ENC_NA);
        show_control_words(message, "ECM and CW", at + words, CW_LEN);
    } else {
        newcamd_show_bytes(message, at, message->data_len);
        newcamd_say(message, "%s reply of %u bytes%s", newcamd_command_name(message), message->data_len,
                    newcamd_subject_phrase(message));
    }
}

void
newcamd_show_ecm(newcamd_message_t *message)
{
    if (message->from_server) {
        show_ecm_reply(message);
        newcamd_subject_show_reply(message);
    } else {
        show_ecm_request(message);
    }
}

void
newcamd_show_cached_control_words(newcamd_message_t *message)
{
    if (message->data_len == 2 * CW_LEN) {
        proto_item_set_generated(
            proto_tree_add_boolean(message->tree, hf_newcamd_cw_cached, message->tvb, 0, 0, true));
        show_control_words(message, "Cached CW", newcamd_data_offset(message), CW_LEN);
    } else {
        newcamd_show_plain(message);
    }
}

void
newcamd_command_ecm_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_ecm,
          { "ECM", "newcamd.ecm", FT_BYTES, BASE_NONE, NULL, 0, "The whole ECM section, table id first", HFILL } },
        { &hf_newcamd_ecm_echo,
          { "Echoed ECM", "newcamd.ecm.echo", FT_BYTES, BASE_NONE, NULL, 0,
            "Data of the request's ECM in front of the control words (known from the protocol description only)", HFILL } },
        { &hf_newcamd_provider_index,
          { "Provider index (a constant in some servers)", "newcamd.ecm.provider_index", FT_UINT8, BASE_DEC, NULL, 0xf0,
            "Place in the card data's list, from 0, of the provider that the card used; OSCam always sends 1, MultiCS and others 0", HFILL } },
        { &hf_newcamd_provider_ident,
          { "Provider at this index", "newcamd.ecm.provider_ident", FT_UINT24, BASE_HEX, NULL, 0,
            "Ident that the card data has at the provider index; OSCam always sends 1, MultiCS and others 0", HFILL } },
        { &hf_newcamd_card_frame,
          { "Card data in frame", "newcamd.ecm.card_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the list of providers that the provider index counts in", HFILL } },
        { &hf_newcamd_cw_even,
          { "Control word, even", "newcamd.cw.even", FT_BYTES, BASE_NONE, NULL, 0,
            "Key for packets scrambled with the even key; 16 bytes instead of 8 come from VMCam only", HFILL } },
        { &hf_newcamd_cw_odd,
          { "Control word, odd", "newcamd.cw.odd", FT_BYTES, BASE_NONE, NULL, 0,
            "Key for packets scrambled with the odd key; 16 bytes instead of 8 come from VMCam only", HFILL } },
        { &hf_newcamd_cw_check,
          { "Wrong check byte", "newcamd.cw.check", FT_UINT8, BASE_HEX, NULL, 0,
            "Not the sum of the three bytes before it, modulo 256", HFILL } },
        { &hf_newcamd_cw_check_status,
          { "Check bytes status", "newcamd.cw.check.status", FT_UINT8, BASE_NONE, VALS(proto_checksum_vals), 0,
            "Whether both check bytes of the word are right", HFILL } },
        { &hf_newcamd_cw_unchanged,
          { "Unchanged", "newcamd.cw.unchanged", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "All bytes are zero: the control word that the client has stays valid (NewCS, NDS)", HFILL } },
        { &hf_newcamd_cw_cached,
          { "Cached", "newcamd.cw.cached", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Control words that a cache client hands on with the header of its ECM request, not a reply (seen in MultiCS only)", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_sid_missing,
          { "newcamd.expert.sid_missing", PI_PROTOCOL, PI_NOTE,
            "The service id of this ECM request is 0; the protocol demands one, and servers that filter or cache by service need it", EXPFILL } },
        { &ei_newcamd_not_decoded,
          { "newcamd.expert.ecm_not_decoded", PI_RESPONSE_CODE, PI_WARN,
            "The server could not decode this ECM: card, provider or service is not there, or has no subscription", EXPFILL } },
        { &ei_newcamd_other_sid,
          { "newcamd.expert.other_sid", PI_PROTOCOL, PI_NOTE, "The reply is for another service than its request", EXPFILL } },
        { &ei_newcamd_cw_check,
          { "newcamd.expert.cw_check", PI_CHECKSUM, PI_WARN,
            "A check byte of this control word is wrong: most descramblers will refuse it, "
            "but a few CA systems use words without check bytes", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd_provider_index };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
