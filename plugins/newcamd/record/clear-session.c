/* clear-session.c
 * Connections that are not encrypted and whose login is not in the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/clear-session.h>

#include <newcamd/record/greeting-note.h>
#include <newcamd/record/settings.h>

/* The frame at an offset: its bytes behind the length field; NULL if it cannot be one in clear. */
static const uint8_t *
clear_frame_at(tvbuff_t *tvb, int offset, unsigned *len)
{
    if (!tvb_bytes_exist(tvb, offset, NEWCAMD_LENGTH_LEN)) {
        return NULL;
    }
    *len = tvb_get_ntohs(tvb, offset);
    if (!newcamd_clear_length_possible(*len) ||
        !tvb_bytes_exist(tvb, offset + NEWCAMD_LENGTH_LEN, (int)*len)) {
        return NULL;
    }
    const uint8_t *bytes = tvb_get_ptr(tvb, offset + NEWCAMD_LENGTH_LEN, (int)*len);
    return newcamd_clear_possible(0, bytes, *len) ? bytes : NULL;
}

bool
newcamd_clear_fills(tvbuff_t *tvb)
{
    const int end = (int)tvb_reported_length(tvb);
    int offset = 0;
    unsigned len;

    while (offset < end && clear_frame_at(tvb, offset, &len) != NULL) {
        offset += NEWCAMD_LENGTH_LEN + (int)len;
    }
    return end > 0 && offset == end;
}

/* The connection is in clear, and what came before this frame is not in the capture, or has gone by. */
static void
take_clear(newcamd_conversation_t *conversation, const packet_info *pinfo, unsigned header_len,
           unsigned server, uint32_t first)
{
    newcamd_connection_t *connection = conversation->connection;
    const unsigned forced = newcamd_forced_header();

    if (conversation->early.note.frame != 0 && !connection->session.greeted) {
        newcamd_early_greet_noted(conversation);
    }
    newcamd_session_take_clear(&connection->session, (forced != 0) ? forced : header_len, server);
    connection->recognized_in = pinfo->num;
    newcamd_early_claim_from(conversation, connection, first);
    conversation->early.note.frame = 0;
    for (unsigned direction = 0; direction < 2; direction++) {
        newcamd_connection_hole(connection, direction, &pinfo->abs_ts);
    }
}

bool
newcamd_clear_session_try(newcamd_conversation_t *conversation, tvbuff_t *tvb, const packet_info *pinfo,
                          bool fills, uint32_t first)
{
    newcamd_connection_t *connection = conversation->connection;
    const unsigned direction = newcamd_conversation_direction(conversation, pinfo);
    const int end = (int)tvb_reported_length(tvb);
    const uint8_t *bytes;
    unsigned len, header_len, server;

    if (!fills || connection->session.login != NEWCAMD_LOGIN_NOT_SEEN) {
        connection->clear_proof = (newcamd_clear_proof_t){ 0 };
        return false;
    }
    for (int offset = 0; offset < end && (bytes = clear_frame_at(tvb, offset, &len)) != NULL;
         offset += NEWCAMD_LENGTH_LEN + (int)len) {
        if (newcamd_clear_proof_note(&connection->clear_proof, direction, bytes, len, &header_len, &server)) {
            take_clear(conversation, pinfo, header_len, server, first);
            return true;
        }
    }
    return false;
}
