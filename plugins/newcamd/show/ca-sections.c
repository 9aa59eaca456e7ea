/* ca-sections.c
 * What is inside ECM and EMM sections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 6. section-layout.c knows what is where; this shows it.
 */
#include <newcamd/show/ca-sections.h>

#include <epan/expert.h>

#include <newcamd/show/ca-names.h>
#include <newcamd/show/message-header.h>
#include <newcamd/wire/frame.h>
#include <newcamd/wire/nanos.h>
#include <newcamd/wire/section-layout.h>

static int hf_newcamd_table_id = -1;
static int hf_newcamd_section_syntax = -1;
static int hf_newcamd_section_length = -1;
static int hf_newcamd_section_caid = -1;
static int hf_newcamd_section_ca_system = -1;
static int hf_newcamd_section_caid_frame = -1;
static int hf_newcamd_emm_type = -1;
static int hf_newcamd_emm_assembled = -1;
static int hf_newcamd_emm_address = -1;
static int hf_newcamd_emm_irdeto_base = -1;
static int hf_newcamd_emm_irdeto_length = -1;
static int hf_newcamd_emm_nds_type = -1;
static int hf_newcamd_emm_nds_count = -1;
static int hf_newcamd_emm_provider = -1;
static int hf_newcamd_emm_flags = -1;
static int hf_newcamd_emm_fixed_data = -1;
static int hf_newcamd_emm_fixed_last = -1;
static int hf_newcamd_nano_total = -1;
static int hf_newcamd_nano_tag = -1;
static int hf_newcamd_nano_length = -1;
static int hf_newcamd_nano_value = -1;
static int hf_newcamd_nano_provider = -1;
static int hf_newcamd_nano_key = -1;
static int hf_newcamd_nano_rest = -1;

static int ett_newcamd_section = -1;
static int ett_newcamd_nano = -1;

static expert_field ei_newcamd_section_short = EI_INIT;
static expert_field ei_newcamd_nano_length = EI_INIT;
static expert_field ei_newcamd_nano_total = EI_INIT;
static expert_field ei_newcamd_nano_order = EI_INIT;

/* A section on its way through the functions that show it. */
typedef struct {
    newcamd_message_t *message;
    proto_item *item;
    proto_tree *tree;
    const uint8_t *bytes; /* from the table id on */
    unsigned len;
    newcamd_ca_t ca; /* by the CAID in force */
    newcamd_section_t layout;
} shown_t;

/* Adds len bytes of the section as a field. */
static proto_item *
add_field(const shown_t *shown, proto_tree *tree, int hf, unsigned at, unsigned len)
{
    return proto_tree_add_item(tree, hf, shown->message->tvb, (int)(shown->message->header_len + at),
                               (int)len, ENC_BIG_ENDIAN);
}

/* The CAID of the header, or else of the last card data before; 0 if neither gives one (section 6.1).
 *   card_frame  frame of that card data; 0 if the header gives it */
static unsigned
caid_in_force(const newcamd_message_t *message, uint32_t *card_frame)
{
    const newcamd_card_t *card = (message->context != NULL) ? message->context->card : NULL;
    const unsigned caid = newcamd_header_caid(message);

    *card_frame = 0;
    if (caid == 0 && card != NULL) {
        *card_frame = card->frame;
        return card->caid;
    }
    return caid;
}

static unsigned
show_caid(const shown_t *shown)
{
    tvbuff_t *tvb = shown->message->tvb;
    uint32_t card_frame;
    const unsigned caid = caid_in_force(shown->message, &card_frame);
    const char *name = newcamd_ca_system(caid);

    if (caid == 0) {
        return 0;
    }
    proto_item_set_generated(proto_tree_add_uint(shown->tree, hf_newcamd_section_caid, tvb, 0, 0, caid));
    if (name != NULL) {
        proto_item_set_generated(
            proto_tree_add_string(shown->tree, hf_newcamd_section_ca_system, tvb, 0, 0, name));
    }
    if (card_frame != 0) {
        proto_item_set_generated(
            proto_tree_add_uint(shown->tree, hf_newcamd_section_caid_frame, tvb, 0, 0, card_frame));
    }
    return caid;
}

static void
show_type(const shown_t *shown)
{
    tvbuff_t *tvb = shown->message->tvb;

    if (shown->layout.type != NULL) {
        proto_item *item =
            proto_tree_add_string(shown->tree, hf_newcamd_emm_type, tvb, 0, 0, shown->layout.type);
        proto_item_set_generated(item);
    }
    if (shown->layout.assembled) {
        proto_item_set_generated(
            proto_tree_add_boolean(shown->tree, hf_newcamd_emm_assembled, tvb, 0, 0, true));
    }
}

/* The card number of a Nagra EMM, its first three bytes put in order. */
static void
show_nagra_address(const shown_t *shown)
{
    const uint8_t *bytes = shown->bytes + shown->layout.address;
    const uint8_t address[] = { bytes[2], bytes[1], bytes[0], bytes[3] };

    proto_tree_add_bytes_format_value(shown->tree, hf_newcamd_emm_address, shown->message->tvb,
                                      (int)(shown->message->header_len + shown->layout.address),
                                      sizeof address, address, "%02x%02x%02x%02x", address[0], address[1],
                                      address[2], address[3]);
}

static void
show_address(const shown_t *shown)
{
    const newcamd_section_t *layout = &shown->layout;
    const unsigned before = layout->address - 1;
    unsigned one = layout->address_len;

    switch (layout->form) {
    case NEWCAMD_ADDRESS_IRDETO:
        add_field(shown, shown->tree, hf_newcamd_emm_irdeto_base, before, 1);
        add_field(shown, shown->tree, hf_newcamd_emm_irdeto_length, before, 1);
        break;
    case NEWCAMD_ADDRESS_NDS: {
        add_field(shown, shown->tree, hf_newcamd_emm_nds_type, before, 1);
        proto_item *item = add_field(shown, shown->tree, hf_newcamd_emm_nds_count, before, 1);
        proto_item_append_text(item, " (%u)", (shown->bytes[before] >> 4 & 3) + 1);
        one = NEWCAMD_NDS_ADDRESS_LEN;
        break;
    }
    case NEWCAMD_ADDRESS_GROUP:
        add_field(shown, shown->tree, hf_newcamd_emm_provider, layout->address - 2, 2);
        break;
    case NEWCAMD_ADDRESS_NAGRA:
        show_nagra_address(shown);
        return;
    case NEWCAMD_ADDRESS_PLAIN:
        break;
    }
    for (unsigned at = 0; at < layout->address_len; at += one) {
        add_field(shown, shown->tree, hf_newcamd_emm_address, layout->address + at, one);
    }
}

static void
show_nano(const shown_t *shown, const newcamd_nano_t *nano)
{
    tvbuff_t *tvb = shown->message->tvb;
    const int at = (int)(shown->message->header_len + nano->at);
    const unsigned value = nano->at + NEWCAMD_NANO_HEAD_LEN;
    proto_item *item = proto_tree_add_uint(shown->tree, hf_newcamd_nano_tag, tvb, at,
                                           (int)(NEWCAMD_NANO_HEAD_LEN + nano->len), nano->tag);
    proto_tree *tree = proto_item_add_subtree(item, ett_newcamd_nano);

    proto_tree_add_uint(tree, hf_newcamd_nano_length, tvb, at + 1, 1, nano->len);
    if (nano->len > 0) {
        add_field(shown, tree, hf_newcamd_nano_value, value, nano->len);
    }
    if (shown->ca == NEWCAMD_CA_VIACCESS && newcamd_nano_is_provider(nano)) {
        const uint8_t *bytes = shown->bytes + value;
        const uint32_t provider = (uint32_t)(bytes[0] << 16 | bytes[1] << 8 | bytes[2]) & 0xfffff0;
        proto_tree_add_uint(tree, hf_newcamd_nano_provider, tvb, at + NEWCAMD_NANO_HEAD_LEN,
                            NEWCAMD_NANO_PROVIDER_LEN, provider);
        add_field(shown, tree, hf_newcamd_nano_key, value + 2, 1);
    }
}

static void
show_nanos(const shown_t *shown)
{
    const newcamd_section_t *layout = &shown->layout;
    const newcamd_fault_at_t *found = &shown->message->at;
    const newcamd_nanos_t nanos = newcamd_nanos_walk(shown->bytes, shown->len, layout->nanos);
    newcamd_nano_t nano;

    for (unsigned at = layout->nanos; newcamd_nano_read(shown->bytes, shown->len, at, &nano);
         at = newcamd_nano_end(&nano)) {
        show_nano(shown, &nano);
    }
    if (!nanos.exact) {
        add_field(shown, shown->tree, hf_newcamd_nano_rest, nanos.end, shown->len - nanos.end);
        newcamd_fault_format(found, shown->item, &ei_newcamd_nano_length,
                             "The list of nanos should end with the section, but its last %u bytes make no "
                             "nano",
                             shown->len - nanos.end);
    }
    if (layout->assembled && !nanos.ascending) {
        newcamd_fault(found, shown->item, &ei_newcamd_nano_order);
    }
}

static void
show_nano_total(const shown_t *shown)
{
    const newcamd_section_t *layout = &shown->layout;
    const unsigned total = shown->bytes[layout->nano_total];
    const unsigned there = shown->len - layout->nanos;
    proto_item *item = add_field(shown, shown->tree, hf_newcamd_nano_total, layout->nano_total, 1);

    /* An EMM-SH announces its own nanos and those of the EMM-SB that belongs to it. */
    if (total == there || (layout->type != NULL && strcmp(layout->type, "EMM-SH") == 0)) {
        return;
    }
    newcamd_fault_format(&shown->message->at, item, &ei_newcamd_nano_total,
                         "The section announces %u bytes of nanos and has %u", total, there);
}

static void
show_section_body(const shown_t *shown)
{
    const newcamd_section_t *layout = &shown->layout;

    show_type(shown);
    if (layout->too_short) {
        newcamd_fault(&shown->message->at, shown->item, &ei_newcamd_section_short);
    }
    if (layout->address != 0) {
        show_address(shown);
    }
    if (layout->flags != 0) {
        add_field(shown, shown->tree, hf_newcamd_emm_flags, layout->flags, 1);
    }
    if (layout->nano_total != 0) {
        show_nano_total(shown);
    }
    if (layout->fixed != 0) {
        const unsigned last = shown->len - NEWCAMD_FIXED_LAST_LEN;
        add_field(shown, shown->tree, hf_newcamd_emm_fixed_data, layout->fixed, last - layout->fixed);
        add_field(shown, shown->tree, hf_newcamd_emm_fixed_last, last, NEWCAMD_FIXED_LAST_LEN);
    }
    if (layout->nanos != 0) {
        show_nanos(shown);
    }
}

const char *
newcamd_section_show(newcamd_message_t *message, proto_item *item)
{
    const unsigned len = NEWCAMD_SECTION_HEAD_LEN + message->data_len;
    shown_t shown = {
        .message = message,
        .item = item,
        .tree = proto_item_add_subtree(item, ett_newcamd_section),
        .bytes = tvb_get_ptr(message->tvb, (int)message->header_len, (int)len),
        .len = len,
    };

    proto_tree_add_uint(shown.tree, hf_newcamd_table_id, message->tvb, (int)message->header_len, 1,
                        message->tag);
    add_field(&shown, shown.tree, hf_newcamd_section_syntax, 1, 1);
    proto_tree_add_uint(shown.tree, hf_newcamd_section_length, message->tvb, (int)message->header_len + 1, 2,
                        message->data_len);
    shown.ca = newcamd_ca_of(show_caid(&shown));
    shown.layout = newcamd_section_layout(shown.ca, shown.bytes, len);
    show_section_body(&shown);
    return shown.layout.assembled
               ? wmem_strdup_printf(message->pinfo->pool, "assembled %s", shown.layout.type)
               : shown.layout.type;
}

void
newcamd_ca_sections_register(int proto)
{
    /* clang-format off */
    static const value_string nds_types[] = {
        { 0, "global" }, { 1, "unique" }, { 2, "shared" }, { 0, NULL },
    };
    static hf_register_info hf[] = {
        { &hf_newcamd_table_id,
          { "Table id", "newcamd.section.table_id", FT_UINT8, BASE_HEX, NULL, 0,
            "Kind of DVB section; the same byte is the command", HFILL } },
        { &hf_newcamd_section_syntax,
          { "Section syntax", "newcamd.section.syntax", FT_BOOLEAN, 8, NULL, 0x80,
            "Set if the section has the long syntax and a CRC; ECMs and EMMs rarely have", HFILL } },
        { &hf_newcamd_section_length,
          { "Section length", "newcamd.section.length", FT_UINT16, BASE_DEC, NULL, 0x0fff,
            "Bytes of the section behind this field", HFILL } },
        { &hf_newcamd_section_caid,
          { "CAID in force", "newcamd.section.caid", FT_UINT16, BASE_HEX | BASE_RANGE_STRING, RVALS(newcamd_ca_systems), 0,
            "CAID of the message's header, or else of the last card data before it", HFILL } },
        { &hf_newcamd_section_ca_system,
          { "CA system", "newcamd.section.ca_system", FT_STRING, BASE_NONE, NULL, 0,
            "Name of the CA system that the CAID in force belongs to", HFILL } },
        { &hf_newcamd_section_caid_frame,
          { "CAID from frame", "newcamd.section.caid_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the card data that gives the CAID, where the header does not", HFILL } },
        { &hf_newcamd_emm_type,
          { "Section type", "newcamd.section.type", FT_STRING, BASE_NONE, NULL, 0,
            "Whom an EMM is for: EMM-G all cards, EMM-S a group, EMM-U one card; "
            "EMM-GH, EMM-SH and EMM-SB are parts that the client puts together", HFILL } },
        { &hf_newcamd_emm_assembled,
          { "Assembled", "newcamd.emm.assembled", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "A pseudo EMM: the client made it of two sections, with the nanos of both sorted by tag", HFILL } },
        { &hf_newcamd_emm_address,
          { "Address", "newcamd.emm.address", FT_BYTES, BASE_NONE, NULL, 0,
            "Card, group or provider that the EMM is for; of Nagra with its bytes in the card's order", HFILL } },
        { &hf_newcamd_emm_irdeto_base,
          { "Base", "newcamd.emm.base", FT_UINT8, BASE_HEX, NULL, 0xf8,
            "Base of the address of Irdeto and Betacrypt; its highest bit tells card from provider", HFILL } },
        { &hf_newcamd_emm_irdeto_length,
          { "Address length", "newcamd.emm.address_length", FT_UINT8, BASE_DEC, NULL, 0x07,
            "Bytes of the address: 0 global, 1 and 2 shared, 3 unique (Irdeto, Betacrypt)", HFILL } },
        { &hf_newcamd_emm_nds_type,
          { "Address type", "newcamd.emm.address_type", FT_UINT8, BASE_DEC, VALS(nds_types), 0xc0,
            "Whom an NDS EMM is for", HFILL } },
        { &hf_newcamd_emm_nds_count,
          { "Number of addresses less 1", "newcamd.emm.address_count", FT_UINT8, BASE_DEC, NULL, 0x30,
            "NDS EMMs have up to four addresses of 4 bytes", HFILL } },
        { &hf_newcamd_emm_provider,
          { "Provider", "newcamd.emm.provider", FT_UINT16, BASE_HEX, NULL, 0,
            "Seca provider of the group that the EMM is for", HFILL } },
        { &hf_newcamd_emm_flags,
          { "EMM-S flags", "newcamd.emm.flags", FT_UINT8, BASE_HEX, NULL, 0,
            "Bit 1 tells a broadcast Viaccess EMM-S with nanos from one of fixed length; means nothing in an assembled one", HFILL } },
        { &hf_newcamd_emm_fixed_data,
          { "Fixed data", "newcamd.emm.fixed_data", FT_BYTES, BASE_NONE, NULL, 0,
            "Data of a Viaccess EMM-S of fixed length; becomes nano 9E when it is assembled", HFILL } },
        { &hf_newcamd_emm_fixed_last,
          { "Last 8 bytes", "newcamd.emm.fixed_last", FT_BYTES, BASE_NONE, NULL, 0,
            "End of a Viaccess EMM-S of fixed length; becomes nano F0 when it is assembled", HFILL } },
        { &hf_newcamd_nano_total,
          { "Nano bytes", "newcamd.nano_total", FT_UINT8, BASE_DEC, NULL, 0,
            "Bytes of all nanos, as the Cryptoworks section announces them", HFILL } },
        { &hf_newcamd_nano_tag,
          { "Nano", "newcamd.nano.tag", FT_UINT8, BASE_HEX, NULL, 0,
            "Tag, and with it length and value, in a section of Viaccess or Cryptoworks", HFILL } },
        { &hf_newcamd_nano_length,
          { "Length", "newcamd.nano.length", FT_UINT8, BASE_DEC, NULL, 0, "Bytes of the nano's value", HFILL } },
        { &hf_newcamd_nano_value,
          { "Value", "newcamd.nano.value", FT_BYTES, BASE_NONE, NULL, 0, "Bytes that the nano carries", HFILL } },
        { &hf_newcamd_nano_provider,
          { "Provider", "newcamd.nano.provider", FT_UINT24, BASE_HEX, NULL, 0,
            "Viaccess provider ident: the first 20 bits of the value", HFILL } },
        { &hf_newcamd_nano_key,
          { "Key number", "newcamd.nano.key", FT_UINT8, BASE_DEC, NULL, 0x0f,
            "Viaccess key that the section is encrypted with: the last 4 bits of the value", HFILL } },
        { &hf_newcamd_nano_rest,
          { "Rest", "newcamd.nano_rest", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes behind the last whole nano", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_section_short,
          { "newcamd.expert.section_short", PI_MALFORMED, PI_WARN,
            "The section is too short for the address or the nanos that its table id promises", EXPFILL } },
        { &ei_newcamd_nano_length,
          { "newcamd.expert.nano_length", PI_MALFORMED, PI_NOTE,
            "The list of nanos does not end where its section ends", EXPFILL } },
        { &ei_newcamd_nano_total,
          { "newcamd.expert.nano_total", PI_MALFORMED, PI_NOTE,
            "The section has not as many bytes of nanos as it announces", EXPFILL } },
        { &ei_newcamd_nano_order,
          { "newcamd.expert.nano_order", PI_PROTOCOL, PI_WARN,
            "The nanos of this assembled EMM are not sorted by tag, so the card will refuse it", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd_section, &ett_newcamd_nano };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
