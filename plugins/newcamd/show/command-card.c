/* command-card.c
 * Card data: which card stands behind the server's port, and its providers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 5.3.
 */
#include <newcamd/show/commands.h>

#include <newcamd/show/ca-names.h>
#include <newcamd/wire/ca-system.h>
#include <newcamd/wire/card-data.h>

static int hf_newcamd_card_user_id = -1;
static int hf_newcamd_card_caid = -1;
static int hf_newcamd_card_serial = -1;
static int hf_newcamd_card_base = -1;
static int hf_newcamd_card_number = -1;
static int hf_newcamd_card_provider_count = -1;
static int hf_newcamd_card_provider = -1;
static int hf_newcamd_card_provider_ident = -1;
static int hf_newcamd_card_provider_seca_ident = -1;
static int hf_newcamd_card_provider_id = -1;
static int hf_newcamd_card_provider_base = -1;
static int hf_newcamd_card_provider_address = -1;

static int ett_newcamd_card_serial = -1;
static int ett_newcamd_card_provider = -1;
static int ett_newcamd_card_provider_id = -1;

static expert_field ei_newcamd_card_data_length = EI_INIT;
static expert_field ei_newcamd_card_without_provider = EI_INIT;
static expert_field ei_newcamd_cards_follow = EI_INIT;

/* Where the parts of a number are shown. */
typedef struct {
    const int *ett;
    const int *base;
    const int *rest;
} number_fields_t;

/* The bytes of a number of 8 bytes that its CA system uses. */
static void
show_number(const newcamd_message_t *message, proto_item *item, unsigned at, newcamd_number_t number,
            const number_fields_t *fields)
{
    if (tvb_get_ntoh64(message->tvb, (int)at) == 0) {
        proto_item_append_text(item, " (not told to this user)");
        return;
    }
    proto_tree *tree = proto_item_add_subtree(item, *fields->ett);
    if (number.has_base) {
        proto_tree_add_item(tree, *fields->base, message->tvb, (int)(at + number.base), 1, ENC_NA);
    }
    proto_tree_add_item(tree, *fields->rest, message->tvb, (int)(at + number.first),
                        NEWCAMD_CARD_NUMBER_LEN - number.first, ENC_NA);
}

static void
show_serial(const newcamd_message_t *message, newcamd_ca_t ca, unsigned at)
{
    static const number_fields_t fields = { &ett_newcamd_card_serial, &hf_newcamd_card_base,
                                            &hf_newcamd_card_number };
    uint8_t number[NEWCAMD_CARD_NUMBER_LEN];
    proto_item *item = proto_tree_add_item(message->tree, hf_newcamd_card_serial, message->tvb, (int)at,
                                           NEWCAMD_CARD_NUMBER_LEN, ENC_NA);

    tvb_memcpy(message->tvb, number, (int)at, sizeof number);
    show_number(message, item, at, newcamd_card_number(ca, number), &fields);
}

static void
show_card_provider(const newcamd_message_t *message, newcamd_ca_t ca, unsigned at)
{
    static const number_fields_t fields = { &ett_newcamd_card_provider_id, &hf_newcamd_card_provider_base,
                                            &hf_newcamd_card_provider_address };
    uint32_t ident;
    const int address = (int)at + NEWCAMD_PROVIDER_IDENT_LEN;
    proto_item *item = proto_tree_add_item(message->tree, hf_newcamd_card_provider, message->tvb, (int)at,
                                           NEWCAMD_PROVIDER_LEN, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_newcamd_card_provider);

    proto_tree_add_item_ret_uint(tree, hf_newcamd_card_provider_ident, message->tvb, (int)at,
                                 NEWCAMD_PROVIDER_IDENT_LEN, ENC_BIG_ENDIAN, &ident);
    proto_item_set_text(item, "Provider %06x", ident);
    if (ca == NEWCAMD_CA_SECA) {
        proto_tree_add_item(tree, hf_newcamd_card_provider_seca_ident, message->tvb, (int)at + 1, 2,
                            ENC_BIG_ENDIAN);
    }
    item = proto_tree_add_item(tree, hf_newcamd_card_provider_id, message->tvb, address,
                               NEWCAMD_CARD_NUMBER_LEN, ENC_NA);
    show_number(message, item, (unsigned)address, newcamd_provider_address(ca), &fields);
}

/* The sentence about a card, of whose providers so many are there from data on; and what it means that they are none, or
 * that there is no card. */
static void
say_card(newcamd_message_t *message, uint32_t caid, unsigned announced, unsigned there, unsigned providers_at)
{
    const char *ca_system = newcamd_ca_system(caid);

    if (caid == 0 && announced == 1 && there == 1 && tvb_get_ntoh24(message->tvb, (int)providers_at) == 0) {
        newcamd_say(message, "Card data: cards follow");
        expert_add_info(message->pinfo, message->item, &ei_newcamd_cards_follow);
        return;
    }
    newcamd_say(message, "Card data 0x%04X%s%s, %u provider%s", caid, (ca_system != NULL) ? " " : "",
                (ca_system != NULL) ? ca_system : "", there, (there == 1) ? "" : "s");
    if (announced == 0 && there == 0) {
        expert_add_info(message->pinfo, message->item, &ei_newcamd_card_without_provider);
    }
}

void
newcamd_show_card_data(newcamd_message_t *message)
{
    tvbuff_t *tvb = message->tvb;
    proto_tree *tree = message->tree;
    unsigned at = newcamd_data_offset(message);
    const unsigned end = at + message->data_len;

    if (message->data_len < NEWCAMD_CARD_HEAD_LEN) {
        newcamd_show_bytes(message, at, message->data_len);
        newcamd_say(message, "Card data");
        expert_add_info_format(message->pinfo, message->item, &ei_newcamd_card_data_length,
                               "Card data of %u bytes is too short: its fixed part has %u bytes",
                               message->data_len, NEWCAMD_CARD_HEAD_LEN);
        return;
    }
    uint32_t caid, count;
    proto_tree_add_item(tree, hf_newcamd_card_user_id, tvb, (int)at, 1, ENC_NA);
    proto_tree_add_item_ret_uint(tree, hf_newcamd_card_caid, tvb, (int)at + NEWCAMD_CARD_CAID_AT, 2,
                                 ENC_BIG_ENDIAN, &caid);
    const newcamd_ca_t ca = newcamd_ca_of(caid);
    show_serial(message, ca, at + NEWCAMD_CARD_NUMBER_AT);
    proto_tree_add_item_ret_uint(tree, hf_newcamd_card_provider_count, tvb, (int)at + NEWCAMD_CARD_COUNT_AT,
                                 1, ENC_NA, &count);
    at += NEWCAMD_CARD_HEAD_LEN;

    const unsigned providers_at = at;
    const unsigned there = (end - at) / NEWCAMD_PROVIDER_LEN;
    for (unsigned i = 0; i < there; i++, at += NEWCAMD_PROVIDER_LEN) {
        show_card_provider(message, ca, at);
    }
    newcamd_show_bytes(message, at, end - at);

    say_card(message, caid, count, there, providers_at);
    if (there != count || at != end) {
        expert_add_info_format(message->pinfo, message->item, &ei_newcamd_card_data_length,
                               "Card data announces %u providers (%u bytes) but is %u bytes long", count,
                               NEWCAMD_CARD_HEAD_LEN + NEWCAMD_PROVIDER_LEN * count, message->data_len);
    }
}

void
newcamd_command_card_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_card_user_id,
          { "User id", "newcamd.card.user_id", FT_UINT8, BASE_DEC, NULL, 0,
            "1 if the user may receive the real card numbers", HFILL } },
        { &hf_newcamd_card_caid,
          { "Card CAID", "newcamd.card.caid", FT_UINT16, BASE_HEX | BASE_RANGE_STRING, RVALS(newcamd_ca_systems), 0,
            "CA system of the card behind this port", HFILL } },
        { &hf_newcamd_card_serial,
          { "Card number", "newcamd.card.serial", FT_BYTES, BASE_NONE, NULL, 0,
            "Number of the card, 0 if it is not told to this user", HFILL } },
        { &hf_newcamd_card_base,
          { "Hex base", "newcamd.card.base", FT_UINT8, BASE_HEX, NULL, 0,
            "Base of an Irdeto or Betacrypt card", HFILL } },
        { &hf_newcamd_card_number,
          { "Meaningful bytes", "newcamd.card.number", FT_BYTES, BASE_NONE, NULL, 0,
            "Those bytes of the card number that its CA system uses: serial number or unique address", HFILL } },
        { &hf_newcamd_card_provider_count,
          { "Number of providers", "newcamd.card.provider_count", FT_UINT8, BASE_DEC, NULL, 0,
            "Providers that the card data announces", HFILL } },
        { &hf_newcamd_card_provider,
          { "Provider on the card", "newcamd.card.provider", FT_NONE, BASE_NONE, NULL, 0,
            "One provider of the card: its ident, and its number or address on the card", HFILL } },
        { &hf_newcamd_card_provider_ident,
          { "Provider ident", "newcamd.card.provider.ident", FT_UINT24, BASE_HEX, NULL, 0,
            "Number of the provider within its CA system; OSCam counts Irdeto and Betacrypt providers from 0 instead", HFILL } },
        { &hf_newcamd_card_provider_seca_ident,
          { "Seca provider", "newcamd.card.provider.seca_ident", FT_UINT16, BASE_HEX, NULL, 0,
            "The two bytes of the provider ident that Seca uses", HFILL } },
        { &hf_newcamd_card_provider_id,
          { "Provider address", "newcamd.card.provider.id", FT_BYTES, BASE_NONE, NULL, 0,
            "Address of the card with this provider (SA), 0 if it is not told to this user", HFILL } },
        { &hf_newcamd_card_provider_base,
          { "Provider base", "newcamd.card.provider.base", FT_UINT8, BASE_HEX, NULL, 0,
            "Base of the provider of an Irdeto or Betacrypt card", HFILL } },
        { &hf_newcamd_card_provider_address,
          { "Meaningful bytes", "newcamd.card.provider.address", FT_BYTES, BASE_NONE, NULL, 0,
            "Those bytes of the provider address that its CA system uses: provider id or shared address", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_card_data_length,
          { "newcamd.expert.card_data_length", PI_MALFORMED, PI_WARN,
            "The length of the card data does not fit its number of providers", EXPFILL } },
        { &ei_newcamd_card_without_provider,
          { "newcamd.expert.card_without_provider", PI_RESPONSE_CODE, PI_NOTE,
            "This card has no provider: OSCam says so where the account's list of CAIDs leaves out the CAID of this port; "
            "some clients (Tvheadend) leave such a server", EXPFILL } },
        { &ei_newcamd_cards_follow,
          { "newcamd.expert.cards_follow", PI_PROTOCOL, PI_CHAT,
            "CAID 0 and the provider 000000 stand for no card: the cards follow, an Add card message (D3) each (seen on "
            "the mgcamd port of MultiCS)", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd_card_serial, &ett_newcamd_card_provider,
                          &ett_newcamd_card_provider_id };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
