/* display.c
 * What everything that shows something of BC has in common: columns, documents, other dissectors, secrets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/show_exception.h>

#include <string.h>

#include <common/pure/secrets.h>

#include <baichuan/show/display.h>
#include <baichuan/wire/parts.h>
#include <baichuan/wire/xml-check.h>

static dissector_handle_t xml_handle;
static wsc_bool hide_secrets = false;

static int hf_baichuan_encryption = -1;
static int ett_baichuan_xml = -1;
static expert_field ei_baichuan_xml = EI_INIT;
static expert_field ei_baichuan_other_dissector = EI_INIT;

void
bc_begin_columns(packet_info *pinfo)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "BC");
    col_clear(pinfo->cinfo, COL_INFO); /* keeps what lies before the fence: earlier messages of this frame */
}

void
bc_append_info(packet_info *pinfo, const char *text)
{
    const char *shown = col_get_text(pinfo->cinfo, COL_INFO);

    /* TCP may have left a remark that ends with a blank. */
    if (shown != NULL && shown[0] != '\0' && shown[strlen(shown) - 1] != ' ') {
        col_append_str(pinfo->cinfo, COL_INFO, ", ");
    }
    col_append_str(pinfo->cinfo, COL_INFO, text);
    col_set_fence(pinfo->cinfo, COL_INFO);
}

static const char *
verdict_text(bc_xml_verdict_t verdict)
{
    switch (verdict) {
    case BC_XML_TOO_LONG:
        return "This document is too long to be shown as a tree";
    case BC_XML_TOO_DEEP:
        return "This document has more than 64 levels and is not shown as a tree";
    case BC_XML_DOCTYPE:
        return "This document has a DOCTYPE or another declaration and is not shown as a tree";
    case BC_XML_MALFORMED:
    case BC_XML_OK:
        break;
    }
    return "This document is not well-formed and is not shown as a tree";
}

/* A dissector that throws leaves behind what it has been called with.
 *   num  0 while it is called, so that Wireshark takes no expert items of it, else the packet's own */
static void
call_guarded(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool cut,
             uint32_t num)
{
    const uint32_t own_num = pinfo->num;
    const wsc_bool writable = col_get_writable(pinfo->cinfo, -1);
    const char *match_string = pinfo->match_string;
    const char *proto = pinfo->current_proto;
    const uint16_t can_desegment = pinfo->can_desegment;

    col_set_writable(pinfo->cinfo, -1, false);
    pinfo->match_string = NULL;
    pinfo->num = num;
    TRY
    {
        call_dissector_only(handle, tvb, pinfo, tree, NULL);
    }
    CATCH_BOUNDS_AND_DISSECTOR_ERRORS
    {
        pinfo->num = own_num;
        if (EXCEPT_CODE == DissectorError) {
            proto_tree_add_expert(tree, pinfo, &ei_baichuan_other_dissector, tvb, 0, -1);
        } else if (!cut) {
            show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
        }
    }
    ENDTRY;
    pinfo->num = own_num;
    pinfo->can_desegment = can_desegment;
    pinfo->current_proto = proto;
    pinfo->match_string = match_string;
    col_set_writable(pinfo->cinfo, -1, writable);
}

void
bc_call_fenced(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool cut)
{
    call_guarded(handle, tvb, pinfo, tree, cut, pinfo->num);
}

void
bc_call_silenced(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool cut)
{
    call_guarded(handle, tvb, pinfo, tree, cut, 0);
}

static bool
is_ascii(const uint8_t *text, int len)
{
    uint64_t all = 0, eight;
    int at = 0;

    for (; at + (int)sizeof eight <= len; at += (int)sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        all |= eight;
    }
    for (; at < len; at++) {
        all |= text[at];
    }
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* The text as one value. Wireshark's own way of reading UTF-8 goes from character to character, which is a
 * good part of the time that a short message takes: it is left to bytes that need it. */
static proto_item *
add_document(tvbuff_t *xml, packet_info *pinfo, proto_tree *tree, int hf, const uint8_t *text, int len)
{
    const bool ascii = is_ascii(text, len) && memchr(text, '\0', (size_t)len) == NULL;

    if (!ascii && !g_utf8_validate((const char *)text, len, NULL)) {
        return proto_tree_add_item(tree, hf, xml, 0, len, ENC_UTF_8);
    }
    char *value = wmem_alloc(pinfo->pool, (size_t)len + 1);
    memcpy(value, text, (size_t)len);
    value[len] = '\0';
    return proto_tree_add_string(tree, hf, xml, 0, len, value);
}

void
bc_show_xml(tvbuff_t *xml, packet_info *pinfo, proto_tree *tree, int hf)
{
    const int len = (int)tvb_captured_length(xml);
    const uint8_t *text = tvb_get_ptr(xml, 0, len);
    const bc_xml_verdict_t verdict = bc_xml_check(text, (size_t)len);
    proto_item *item = add_document(xml, pinfo, tree, hf, text, len);

    if (verdict != BC_XML_OK) {
        expert_add_info_format(pinfo, item, &ei_baichuan_xml, "%s", verdict_text(verdict));
    } else if (xml_handle != NULL) {
        bc_call_fenced(xml_handle, xml, pinfo, proto_item_add_subtree(item, ett_baichuan_xml), false);
    }
}

bool
bc_hides_secrets(void)
{
    return hide_secrets;
}

tvbuff_t *
bc_masked_bytes(tvbuff_t *tvb, packet_info *pinfo, unsigned len)
{
    uint8_t *bytes = wmem_alloc(pinfo->pool, len);

    camshark_mask(bytes, len);
    tvbuff_t *masked = tvb_new_child_real_data(tvb, bytes, len, (int)len);
    add_new_data_source(pinfo, masked, "BC without secrets");
    return masked;
}

void
bc_show_encryption(tvbuff_t *tvb, proto_tree *tree, int offset, int len, uint8_t cipher, const char *part)
{
    const char *name = bc_cipher_name((bc_cipher_t)cipher);
    proto_item *item = proto_tree_add_string_format(tree, hf_baichuan_encryption, tvb, offset, len, name,
                                                    "Encryption of the %s: %s", part, name);

    proto_item_set_generated(item);
}

void
bc_display_register(int proto, module_t *module)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_encryption,
          { "Encryption", "baichuan.encryption", FT_STRING, BASE_NONE, NULL, 0,
            "How this part is encrypted: None, BC XOR, AES, Full AES; Unknown if it was not opened", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_xml,
          { "baichuan.expert.xml", PI_MALFORMED, PI_WARN,
            "This document is not shown as a tree", EXPFILL } },
        { &ei_baichuan_other_dissector,
          { "baichuan.expert.other_dissector", PI_UNDECODED, PI_WARN,
            "Wireshark's dissector for these bytes fails on them", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_xml };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
    prefs_register_bool_preference(module, "hide_secrets", "Hide secrets",
                                   "Mask passwords, keys and hashes wherever they would be shown",
                                   &hide_secrets);
}

void
bc_display_handoff(void)
{
    xml_handle = find_dissector("xml");
}
