/* commands.c
 * What is inside newcamd messages, command by command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One function a command: its fields, and its sentence for the Info column. command_table says which function
 * shows which tag and how the two-byte field of the header that is usually the service id is to be read
 * there.
 */
#include "commands.h"

#include <epan/expert.h>

#include <common/secrets.h>

#include "ca-sections.h"
#include "frame.h"

#define MESSAGE_HEAD_LEN   3 /* tag, flags and length */
#define CW_LEN             8
#define CARD_SERIAL_LEN    8
#define PROVIDER_LEN       11 /* of one provider in the card data: ident and id */
#define PROVIDER_IDENT_LEN 3
#define CARD_HEAD_LEN      12 /* user id, CAID, card number, number of providers */

/* What the service id field of the header is in a message (section 3.1). */
typedef enum {
    SID_IS_SID,
    SID_IS_CLIENT_ID,
    SID_IS_OTHER /* a mark or a port: only in the custom data */
} sid_meaning_t;

typedef struct {
    uint8_t first, last; /* tags */
    sid_meaning_t sid;
    void (*show)(newcamd_message_t *message);
} command_t;

static int hf_msg_id = -1;
static int hf_custom_data = -1;
static int hf_sid = -1;
static int hf_client_id = -1;
static int hf_caid = -1;
static int hf_provider = -1;
static int hf_flags = -1;
static int hf_command = -1;
static int hf_command_flags = -1;
static int hf_data_length = -1;
static int hf_data = -1;
static int hf_user = -1;
static int hf_password_crypt = -1;
static int hf_card_user_id = -1;
static int hf_card_caid = -1;
static int hf_card_serial = -1;
static int hf_card_provider_count = -1;
static int hf_card_provider = -1;
static int hf_card_provider_ident = -1;
static int hf_card_provider_id = -1;
static int hf_ecm = -1;
static int hf_emm = -1;
static int hf_cw_even = -1;
static int hf_cw_odd = -1;
static int hf_emm_accepted = -1;
static int hf_emm_provider_changed = -1;

static int ett_custom_data = -1;
static int ett_card_provider = -1;

static expert_field ei_refused = EI_INIT;
static expert_field ei_login_malformed = EI_INIT;
static expert_field ei_card_data_length = EI_INIT;
static expert_field ei_unknown_command = EI_INIT;

/* Section 5.1. */
static const value_string command_names[] = {
    { 0x80, "ECM even" },
    { 0x81, "ECM odd" },
    { 0x82, "EMM 0x82" },
    { 0x83, "EMM 0x83" },
    { 0x84, "EMM 0x84" },
    { 0x85, "EMM 0x85" },
    { 0x86, "EMM 0x86" },
    { 0x87, "EMM 0x87" },
    { 0x88, "EMM 0x88" },
    { 0x89, "EMM 0x89" },
    { 0x8a, "EMM 0x8a" },
    { 0x8b, "EMM 0x8b" },
    { 0x8c, "EMM 0x8c" },
    { 0x8d, "EMM 0x8d" },
    { 0x8e, "EMM 0x8e" },
    { 0x8f, "EMM 0x8f" },
    { 0x90, "EMM 0x90" },
    { 0x91, "EMM 0x91" },
    { 0xc0, "Cached control words, even" },
    { 0xc1, "Cached control words, odd" },
    { 0xd1, "OSD message" },
    { 0xd2, "All cards" },
    { 0xd3, "Add card" },
    { 0xd4, "Remove card" },
    { 0xd5, "Change key" },
    { 0xd6, "Get version" },
    { 0xd7, "SID list" },
    { 0xd8, "Card discover" },
    { 0xe0, "Login" },
    { 0xe1, "Login accepted" },
    { 0xe2, "Login refused" },
    { 0xe3, "Card data request" },
    { 0xe4, "Card data" },
    { 0xe5, "Server name" },
    { 0xe6, "Server name accepted" },
    { 0xe7, "Server name refused" },
    { 0xe8, "Server login" },
    { 0xe9, "Server login accepted" },
    { 0xea, "Server login refused" },
    { 0xeb, "Admin" },
    { 0xec, "Admin acknowledge" },
    { 0xed, "Admin login" },
    { 0xee, "Admin login accepted" },
    { 0xef, "Admin login refused" },
    { 0xf0, "Admin command" },
    { 0xf1, "Admin command acknowledge" },
    { 0xf2, "Admin command refused" },
    { 0xfd, "Keepalive" },
    { 0, NULL },
};
static value_string_ext command_names_ext = VALUE_STRING_EXT_INIT(command_names);

/* Section 7. */
static const value_string client_names[] = {
    { 0x0000, "generic" },   { 0x02c2, "Opticum" },        { 0x0665, "rq-sssp-client/CS" },
    { 0x0666, "rqcamd" },    { 0x0667, "rq-echo-client" }, { 0x0669, "rq-sssp-client/CW" },
    { 0x0769, "JlsRq" },     { 0x414c, "AlexCS" },         { 0x4333, "camd3" },
    { 0x4343, "CCcam" },     { 0x434c, "Cardlink" },       { 0x4453, "DiabloCam" },
    { 0x4543, "eyetvCamd" }, { 0x4765, "Octagon" },        { 0x4c43, "LCE" },
    { 0x4e58, "NextYE2k" },  { 0x5342, "SBCL" },           { 0x5456, "Tecview" },
    { 0x5644, "vdr-sc" },    { 0x5743, "WiCard" },         { 0x5943, "YaCamd" },
    { 0x6378, "cx" },        { 0x6502, "Tvheadend" },      { 0x6576, "evocamd" },
    { 0x6762, "gbox2CS" },   { 0x6b61, "Kaffeine" },       { 0x6b63, "kpcs" },
    { 0x6d63, "mpcs" },      { 0x6d67, "mgcamd" },         { 0x6e65, "NextYE2k" },
    { 0x6e73, "NewCS" },     { 0x7264, "radegast" },       { 0x7363, "Scam" },
    { 0x7763, "WinCSC" },    { 0x7878, "tsdecrypt" },      { 0x8888, "OSCam" },
    { 0x9911, "ACamd" },     { 0x9922, "DVBplug" },        { 0, NULL },
};
static value_string_ext client_names_ext = VALUE_STRING_EXT_INIT(client_names);

/* The message's sentence, in the Info column and behind the PDU's line in the tree. */
static void say(newcamd_message_t *message, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(newcamd_message_t *message, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *sentence = wmem_strdup_vprintf(message->pinfo->pool, format, args);
    va_end(args);
    col_append_sep_str(message->pinfo->cinfo, COL_INFO, "; ", sentence);
    proto_item_append_text(message->item, ", %s", sentence);
}

static unsigned
data_offset(const newcamd_message_t *message)
{
    return message->header + MESSAGE_HEAD_LEN;
}

static const char *
command_name(const newcamd_message_t *message)
{
    return val_to_str_ext_const(message->tag, &command_names_ext, "Unknown command");
}

/* Service id, or client id, is the low half of 32 bits in the short header and the first field of the long
 * one. */
static unsigned
sid_offset(const newcamd_message_t *message)
{
    return (message->header == NEWCAMD_HEADER_525) ? 2 : 4;
}

static void
show_data(newcamd_message_t *message)
{
    if (message->data_len > 0) {
        proto_tree_add_item(message->tree, hf_data, message->tvb, data_offset(message), message->data_len,
                            ENC_NA);
    }
}

static void
show_plain(newcamd_message_t *message)
{
    show_data(message);
    say(message, "%s", command_name(message));
}

static void
show_login_refused(newcamd_message_t *message)
{
    show_plain(message);
    expert_add_info(message->pinfo, message->item, &ei_refused);
}

static void
show_login(newcamd_message_t *message)
{
    const int end = (int)(data_offset(message) + message->data_len);
    const int user = (int)data_offset(message);
    const int user_nul = tvb_find_uint8(message->tvb, user, end - user, 0);
    const uint16_t client = tvb_get_ntohs(message->tvb, sid_offset(message));
    const uint8_t *name;

    if (user_nul < 0) {
        show_data(message);
        say(message, "%s", command_name(message));
        expert_add_info(message->pinfo, message->item, &ei_login_malformed);
        return;
    }
    proto_tree_add_item_ret_string(message->tree, hf_user, message->tvb, user, user_nul - user,
                                   ENC_UTF_8 | ENC_NA, message->pinfo->pool, &name);

    const int crypt = user_nul + 1;
    const int last = end - 1;
    proto_tree_add_item(message->tree, hf_password_crypt, message->tvb, crypt, MAX(last - crypt, 0),
                        ENC_ASCII | ENC_NA);
    /* A masked crypt string has lost its NUL. */
    if (!message->hidden && (last < crypt || tvb_find_uint8(message->tvb, crypt, end - crypt, 0) != last)) {
        expert_add_info(message->pinfo, message->item, &ei_login_malformed);
    }
    say(message, "Login %s (%s)", (const char *)name,
        wsc_val_to_str_ext(message->pinfo->pool, client, &client_names_ext, "client 0x%04x"));
}

static void
show_card_data(newcamd_message_t *message)
{
    tvbuff_t *tvb = message->tvb;
    proto_tree *tree = message->tree;
    unsigned at = data_offset(message);
    const unsigned end = at + message->data_len;

    if (message->data_len < CARD_HEAD_LEN) {
        show_data(message);
        say(message, "Card data");
        expert_add_info_format(message->pinfo, message->item, &ei_card_data_length,
                               "Card data of %u bytes is too short: its fixed part has %u bytes",
                               message->data_len, CARD_HEAD_LEN);
        return;
    }
    uint32_t caid, count;
    proto_tree_add_item(tree, hf_card_user_id, tvb, at, 1, ENC_NA);
    proto_tree_add_item_ret_uint(tree, hf_card_caid, tvb, at + 1, 2, ENC_BIG_ENDIAN, &caid);
    proto_tree_add_item(tree, hf_card_serial, tvb, at + 3, CARD_SERIAL_LEN, ENC_NA);
    proto_tree_add_item_ret_uint(tree, hf_card_provider_count, tvb, at + 11, 1, ENC_NA, &count);
    at += CARD_HEAD_LEN;

    const unsigned there = (end - at) / PROVIDER_LEN;
    for (unsigned i = 0; i < there; i++, at += PROVIDER_LEN) {
        uint32_t ident;
        proto_item *item = proto_tree_add_item(tree, hf_card_provider, tvb, at, PROVIDER_LEN, ENC_NA);
        proto_tree *subtree = proto_item_add_subtree(item, ett_card_provider);
        proto_tree_add_item_ret_uint(subtree, hf_card_provider_ident, tvb, at, PROVIDER_IDENT_LEN,
                                     ENC_BIG_ENDIAN, &ident);
        proto_tree_add_item(subtree, hf_card_provider_id, tvb, at + PROVIDER_IDENT_LEN,
                            PROVIDER_LEN - PROVIDER_IDENT_LEN, ENC_NA);
        proto_item_set_text(item, "Provider %06x", ident);
    }
    if (at < end) {
        proto_tree_add_item(tree, hf_data, tvb, at, end - at, ENC_NA);
    }

    const char *ca_system = newcamd_ca_system(caid);
    say(message, "Card data 0x%04X%s%s, %u provider%s", caid, (ca_system != NULL) ? " " : "",
        (ca_system != NULL) ? ca_system : "", there, (there == 1) ? "" : "s");
    if (there != count || at != end) {
        expert_add_info_format(message->pinfo, message->item, &ei_card_data_length,
                               "Card data announces %u providers (%u bytes) but is %u bytes long", count,
                               CARD_HEAD_LEN + PROVIDER_LEN * count, message->data_len);
    }
}

static void
show_ecm_request(newcamd_message_t *message)
{
    proto_tree_add_item(message->tree, hf_ecm, message->tvb, message->header,
                        MESSAGE_HEAD_LEN + message->data_len, ENC_NA);
    say(message, "%s, SID 0x%04X", command_name(message), tvb_get_ntohs(message->tvb, sid_offset(message)));
}

/* 8 bytes each are DVB-CSA control words; 16 bytes each come from one server and are AES keys (section 5.4).
 */
static void
show_control_words(newcamd_message_t *message, const char *what)
{
    const unsigned at = data_offset(message);
    const unsigned len = message->data_len / 2;

    proto_tree_add_item(message->tree, hf_cw_even, message->tvb, at, len, ENC_NA);
    proto_tree_add_item(message->tree, hf_cw_odd, message->tvb, at + len, len, ENC_NA);
    if (message->hidden) {
        say(message, "%s " CAMSHARK_MASKED_TEXT, what);
    } else {
        say(message, "%s %s %s", what, tvb_bytes_to_str(message->pinfo->pool, message->tvb, at, len),
            tvb_bytes_to_str(message->pinfo->pool, message->tvb, at + len, len));
    }
}

static void
show_ecm_reply(newcamd_message_t *message)
{
    if (message->data_len == 2 * CW_LEN || message->data_len == 4 * CW_LEN) {
        show_control_words(message, "CW");
    } else if (message->data_len == 0) {
        say(message, "%s not decoded", command_name(message));
    } else {
        show_data(message);
        say(message, "%s reply of %u bytes", command_name(message), message->data_len);
    }
}

static void
show_ecm(newcamd_message_t *message)
{
    if (message->from_server) {
        show_ecm_reply(message);
    } else {
        show_ecm_request(message);
    }
}

static void
show_cached_control_words(newcamd_message_t *message)
{
    if (message->data_len == 2 * CW_LEN) {
        show_control_words(message, "Cached CW");
    } else {
        show_plain(message);
    }
}

static void
show_emm(newcamd_message_t *message)
{
    if (!message->from_server) {
        proto_tree_add_item(message->tree, hf_emm, message->tvb, message->header,
                            MESSAGE_HEAD_LEN + message->data_len, ENC_NA);
        say(message, "%s", command_name(message));
        return;
    }
    proto_tree_add_item(message->tree, hf_emm_accepted, message->tvb, message->header + 1, 1, ENC_NA);
    proto_tree_add_item(message->tree, hf_emm_provider_changed, message->tvb, message->header + 1, 1, ENC_NA);
    show_data(message);
    const uint8_t flags = tvb_get_uint8(message->tvb, message->header + 1);
    say(message, "%s %s%s", command_name(message), (flags & 0x10) ? "accepted" : "not accepted",
        (flags & 0x20) ? ", providers changed" : "");
}

static void
show_unknown(newcamd_message_t *message)
{
    show_data(message);
    say(message, "Unknown command 0x%02x", message->tag);
    expert_add_info_format(message->pinfo, message->item, &ei_unknown_command,
                           "Command 0x%02x has no known meaning; some clients send other sections here",
                           message->tag);
}

/* Section 5.1, in the order of tags. What is not in it is unknown. */
static const command_t command_table[] = {
    { 0x80, 0x81, SID_IS_SID, show_ecm },
    { 0x82, 0x91, SID_IS_SID, show_emm },
    { 0xc0, 0xc1, SID_IS_SID, show_cached_control_words },
    { 0xd1, 0xd2, SID_IS_SID, show_plain },
    { 0xd3, 0xd4, SID_IS_OTHER, show_plain }, /* the server's port */
    { 0xd5, 0xd8, SID_IS_SID, show_plain },
    { 0xe0, 0xe0, SID_IS_CLIENT_ID, show_login },
    { 0xe1, 0xe1, SID_IS_OTHER, show_plain }, /* a mark of the server */
    { 0xe2, 0xe2, SID_IS_SID, show_login_refused },
    { 0xe3, 0xe3, SID_IS_SID, show_plain },
    { 0xe4, 0xe4, SID_IS_OTHER, show_card_data }, /* EMM block mask of one server */
    { 0xe5, 0xe7, SID_IS_SID, show_plain },
    { 0xe8, 0xe8, SID_IS_CLIENT_ID, show_login },
    { 0xe9, 0xe9, SID_IS_OTHER, show_plain },
    { 0xea, 0xea, SID_IS_SID, show_login_refused },
    { 0xeb, 0xf2, SID_IS_SID, show_plain },
    { 0xfd, 0xfd, SID_IS_SID, show_plain },
};

static const command_t *
find_command(unsigned tag)
{
    static const command_t unknown = { 0, 0, SID_IS_SID, show_unknown };

    for (unsigned i = 0; i < array_length(command_table); i++) {
        if (tag >= command_table[i].first && tag <= command_table[i].last) {
            return &command_table[i];
        }
    }
    return &unknown;
}

static void
show_header(const newcamd_message_t *message, sid_meaning_t sid)
{
    tvbuff_t *tvb = message->tvb;

    proto_tree_add_item(message->tree, hf_msg_id, tvb, 0, 2, ENC_BIG_ENDIAN);
    proto_item *item =
        proto_tree_add_item(message->tree, hf_custom_data, tvb, 2, message->header - 2, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_custom_data);

    if (sid == SID_IS_SID) {
        proto_tree_add_item(tree, hf_sid, tvb, sid_offset(message), 2, ENC_BIG_ENDIAN);
    } else if (sid == SID_IS_CLIENT_ID) {
        proto_tree_add_item(tree, hf_client_id, tvb, sid_offset(message), 2, ENC_BIG_ENDIAN);
    }
    if (message->header == NEWCAMD_HEADER_525) {
        proto_tree_add_item(tree, hf_caid, tvb, 4, 2, ENC_BIG_ENDIAN);
        proto_tree_add_item(tree, hf_provider, tvb, 6, 3, ENC_BIG_ENDIAN);
        proto_tree_add_item(tree, hf_flags, tvb, 9, 1, ENC_NA);
    }
}

void
newcamd_command_show(newcamd_message_t *message)
{
    const command_t *command = find_command(message->tag);

    show_header(message, command->sid);
    proto_tree_add_item(message->tree, hf_command, message->tvb, message->header, 1, ENC_NA);
    proto_tree_add_item(message->tree, hf_command_flags, message->tvb, message->header + 1, 1, ENC_NA);
    proto_tree_add_item(message->tree, hf_data_length, message->tvb, message->header + 1, 2, ENC_BIG_ENDIAN);
    command->show(message);
}

void
newcamd_commands_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_msg_id,
          { "Message id", "newcamd.msg_id", FT_UINT16, BASE_DEC, NULL, 0,
            "Number that a reply repeats from its request", HFILL } },
        { &hf_custom_data,
          { "Custom data", "newcamd.custom_data", FT_BYTES, BASE_NONE, NULL, 0,
            "Rest of the header: 4 bytes in version 524, 8 bytes in version 525", HFILL } },
        { &hf_sid,
          { "Service id", "newcamd.sid", FT_UINT16, BASE_HEX, NULL, 0,
            "DVB service (SID) that the request is for", HFILL } },
        { &hf_client_id,
          { "Client id", "newcamd.client_id", FT_UINT16, BASE_HEX | BASE_EXT_STRING, &client_names_ext, 0,
            "Program that logs in, as it calls itself", HFILL } },
        { &hf_caid,
          { "CAID", "newcamd.caid", FT_UINT16, BASE_HEX | BASE_RANGE_STRING, RVALS(newcamd_ca_systems), 0,
            "CA system of the request, 0 if the server knows it by port", HFILL } },
        { &hf_provider,
          { "Provider", "newcamd.provider", FT_UINT24, BASE_HEX, NULL, 0,
            "Provider ident of the request, 0 if not given", HFILL } },
        { &hf_flags,
          { "Header flags", "newcamd.flags", FT_UINT8, BASE_HEX, NULL, 0,
            "Last byte of the custom data; 0x11 and 0x14 are marks of the extended protocol", HFILL } },
        { &hf_command,
          { "Command", "newcamd.command", FT_UINT8, BASE_HEX | BASE_EXT_STRING, &command_names_ext, 0,
            "Command tag; for ECM and EMM the table id of the section", HFILL } },
        { &hf_command_flags,
          { "Command flags", "newcamd.command_flags", FT_UINT8, BASE_HEX, NULL, 0xf0,
            "Upper four bits beside the length", HFILL } },
        { &hf_data_length,
          { "Data length", "newcamd.data_length", FT_UINT16, BASE_DEC, NULL, 0x0fff,
            "Bytes of message data behind this field", HFILL } },
        { &hf_data,
          { "Data", "newcamd.data", FT_BYTES, BASE_NONE, NULL, 0, "Message data without known fields", HFILL } },
        { &hf_user,
          { "User", "newcamd.user", FT_STRING, BASE_NONE, NULL, 0, "User name of the login", HFILL } },
        { &hf_password_crypt,
          { "Crypted password", "newcamd.password_crypt", FT_STRING, BASE_NONE, NULL, 0,
            "md5-crypt of the password with the protocol's constant salt", HFILL } },
        { &hf_card_user_id,
          { "User id", "newcamd.card.user_id", FT_UINT8, BASE_DEC, NULL, 0,
            "1 if the user may receive the real card numbers", HFILL } },
        { &hf_card_caid,
          { "Card CAID", "newcamd.card.caid", FT_UINT16, BASE_HEX | BASE_RANGE_STRING, RVALS(newcamd_ca_systems), 0,
            "CA system of the card behind this port", HFILL } },
        { &hf_card_serial,
          { "Card number", "newcamd.card.serial", FT_BYTES, BASE_NONE, NULL, 0,
            "Number of the card, 0 if it is not told to this user", HFILL } },
        { &hf_card_provider_count,
          { "Number of providers", "newcamd.card.provider_count", FT_UINT8, BASE_DEC, NULL, 0,
            "Providers that the card data announces", HFILL } },
        { &hf_card_provider,
          { "Provider on the card", "newcamd.card.provider", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_card_provider_ident,
          { "Provider ident", "newcamd.card.provider.ident", FT_UINT24, BASE_HEX, NULL, 0,
            "Number of the provider within its CA system", HFILL } },
        { &hf_card_provider_id,
          { "Provider address", "newcamd.card.provider.id", FT_BYTES, BASE_NONE, NULL, 0,
            "Address of the card with this provider (SA), 0 if it is not told to this user", HFILL } },
        { &hf_ecm,
          { "ECM", "newcamd.ecm", FT_BYTES, BASE_NONE, NULL, 0, "The whole ECM section, table id first", HFILL } },
        { &hf_emm,
          { "EMM", "newcamd.emm", FT_BYTES, BASE_NONE, NULL, 0, "The whole EMM section, table id first", HFILL } },
        { &hf_cw_even,
          { "Control word, even", "newcamd.cw.even", FT_BYTES, BASE_NONE, NULL, 0,
            "Key for packets scrambled with the even key", HFILL } },
        { &hf_cw_odd,
          { "Control word, odd", "newcamd.cw.odd", FT_BYTES, BASE_NONE, NULL, 0,
            "Key for packets scrambled with the odd key", HFILL } },
        { &hf_emm_accepted,
          { "Accepted", "newcamd.emm.accepted", FT_BOOLEAN, 8, NULL, 0x10,
            "The card took the EMM; some servers say so before they know", HFILL } },
        { &hf_emm_provider_changed,
          { "Provider changed", "newcamd.emm.provider_changed", FT_BOOLEAN, 8, NULL, 0x20,
            "Provider ids may have changed: the client should ask for card data again", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_refused,
          { "newcamd.expert.login_refused", PI_RESPONSE_CODE, PI_WARN,
            "The server refused the login: it does not know this user, or the password is another one", EXPFILL } },
        { &ei_login_malformed,
          { "newcamd.expert.login_malformed", PI_MALFORMED, PI_WARN,
            "A login is a user name and a crypted password, each ended by a zero byte, and nothing else", EXPFILL } },
        { &ei_card_data_length,
          { "newcamd.expert.card_data_length", PI_MALFORMED, PI_WARN,
            "The length of the card data does not fit its number of providers", EXPFILL } },
        { &ei_unknown_command,
          { "newcamd.expert.unknown_command", PI_UNDECODED, PI_NOTE, "Command without known meaning", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_custom_data, &ett_card_provider };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
