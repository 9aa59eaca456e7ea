/* opened-part.c
 * A part of a message in plain text as a buffer, in which secrets are masked if the user wants that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/pure/secrets.h>

#include <baichuan/show/display.h>
#include <baichuan/show/opened-part.h>
#include <baichuan/session/login.h>
#include <baichuan/wire/message-ids.h>
#include <baichuan/wire/tail.h>
#include <baichuan/wire/tokens.h>
#include <baichuan/wire/xml-secrets.h>

static bool
has_login(const bc_header_t *header)
{
    return header->msg_id == BC_MSG_LOGIN || header->msg_id == BC_MSG_LOGOUT;
}

uint32_t
bc_plain_end_behind(const bc_plain_t *plain, size_t n)
{
    return (n + 1 < plain->n_breaks) ? plain->breaks[n + 1] : (uint32_t)plain->all;
}

static bool
has_secrets(const bc_plain_t *plain, const bc_header_t *header, const bc_part_t *part)
{
    if (part->legacy_login || part->secret || (part->document && plain->n_breaks > 0)) {
        return true;
    }
    for (size_t i = 0; i < plain->n_breaks; i++) {
        if (bc_data_has_secrets(plain->bytes + plain->breaks[i],
                                bc_plain_end_behind(plain, i) - plain->breaks[i], true)) {
            return true;
        }
    }
    return part->document ? bc_xml_has_secrets(plain->bytes, plain->len, has_login(header))
                          : bc_data_has_secrets(plain->bytes, plain->len, has_login(header));
}

/* Masks secrets in plain bytes. Behind a hole, text may begin inside a secret. */
static void
mask_part(uint8_t *bytes, const bc_plain_t *plain, const bc_header_t *header, const bc_part_t *part)
{
    if (part->secret) {
        camshark_mask(bytes, plain->all);
        return;
    }
    if (part->legacy_login) {
        camshark_mask(bytes, MIN(plain->len, BC_LEGACY_LOGIN));
    } else {
        bc_xml_mask_secrets(bytes, plain->len, has_login(header));
    }
    for (size_t i = 0; i < plain->n_breaks; i++) {
        bc_tail_mask_secrets(bytes + plain->breaks[i], bc_plain_end_behind(plain, i) - plain->breaks[i]);
    }
}

static const char *
name_of_source(const bc_part_t *part, bool hide)
{
    if (!part->clear) {
        return "Decrypted BC";
    }
    return hide ? "BC without secrets" : "BC behind holes";
}

bc_opened_t
bc_part_open_shown(const bc_sent_part_t *sent, packet_info *pinfo, const bc_header_t *header,
                   const bc_plain_t *plain, const bc_part_t *part)
{
    const int len = (int)plain->all;

    if (plain->bytes == NULL) {
        return (bc_opened_t){ NULL, false };
    }
    const bool hide = bc_hides_secrets() && has_secrets(plain, header, part);
    if (!plain->own && !hide) {
        return (bc_opened_t){ tvb_new_subset_length(sent->tvb, sent->offset, len), false };
    }
    uint8_t *bytes =
        plain->own ? (uint8_t *)plain->bytes : tvb_memdup(pinfo->pool, sent->tvb, sent->offset, plain->all);
    if (hide) {
        mask_part(bytes, plain, header, part);
    }
    tvbuff_t *tvb = tvb_new_child_real_data(sent->tvb, bytes, (unsigned)len, len);
    add_new_data_source(pinfo, tvb, name_of_source(part, hide));
    return (bc_opened_t){ tvb, part->clear && hide };
}
