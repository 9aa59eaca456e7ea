/* tags.c
 * The commands of newcamd: one row a tag, with all that is known of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/tags.h>

#include <stddef.h>

#define PROOF true
#define WEAK  false
#define SAME  0x00

typedef struct {
    const char *name; /* NULL: a tag of unknown meaning */
    bool proves;
    uint8_t client_data; /* newcamd_data_rule_t */
    uint8_t server_data;
    uint8_t client_purpose; /* newcamd_purpose_t */
    uint8_t server_purpose;
    uint8_t request; /* SAME: the message's own */
    uint8_t secret;  /* newcamd_secret_t */
} row_t;

#define ROW(tag, name, proof, c_data, s_data, c_purpose, s_purpose, request, secret, custom, shows)          \
    [tag] = { name,                                                                                          \
              proof,                                                                                         \
              NEWCAMD_DATA_##c_data,                                                                         \
              NEWCAMD_DATA_##s_data,                                                                         \
              NEWCAMD_##c_purpose,                                                                           \
              NEWCAMD_##s_purpose,                                                                           \
              request,                                                                                       \
              NEWCAMD_SECRET_##secret },

/* All zero: a tag of unknown meaning. */
static const row_t rows[0x100] = { NEWCAMD_TAG_TABLE(ROW) };

const char *
newcamd_tag_name(uint8_t tag)
{
    return (rows[tag].name != NULL) ? rows[tag].name : "Unknown command";
}

bool
newcamd_tag_proves(uint8_t tag)
{
    return rows[tag].proves;
}

bool
newcamd_tag_fits(uint8_t tag, bool from_server, unsigned data_len)
{
    switch ((newcamd_data_rule_t)(from_server ? rows[tag].server_data : rows[tag].client_data)) {
    case NEWCAMD_DATA_NEVER:
        break;
    case NEWCAMD_DATA_ANY:
        return true;
    case NEWCAMD_DATA_EMPTY:
        return data_len == 0;
    case NEWCAMD_DATA_IS_16:
        return data_len == 16;
    case NEWCAMD_DATA_CW:
        return data_len == 0 || data_len == 16 || data_len == 32;
    case NEWCAMD_DATA_CARD:
        return data_len >= 12 && (data_len - 12) % 11 == 0;
    case NEWCAMD_DATA_TO_16:
        return data_len <= 16;
    case NEWCAMD_DATA_BY_3:
        return data_len % 3 == 0;
    }
    return false;
}

newcamd_purpose_t
newcamd_tag_purpose(uint8_t tag, bool from_server, uint8_t *request)
{
    const row_t *row = &rows[tag];

    *request = (row->request != SAME) ? row->request : tag;
    if (row->name == NULL) {
        return NEWCAMD_MAY_RETURN;
    }
    return (newcamd_purpose_t)(from_server ? row->server_purpose : row->client_purpose);
}

newcamd_secret_t
newcamd_tag_secret(uint8_t tag)
{
    return (newcamd_secret_t)rows[tag].secret;
}
