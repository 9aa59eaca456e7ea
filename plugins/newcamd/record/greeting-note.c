/* greeting-note.c
 * What was seen of a conversation before anybody knew that it is newcamd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A greeting is 14 random bytes, and nobody can say of 14 bytes that they are one. They are noted; if what answers them
 * has the length of a login, it is gathered; and when a key opens it, the conversation is ours from the greeting on.
 * By then TCP has handed over both of them, so they have no records: on later passes they are recalled by their places.
 * The same is so of frames that a session key proves later: they belong to whoever claims their conversation.
 */
#include <newcamd/record/greeting-note.h>

#include <string.h>

/* As big as a login can be with its length field. */
#define LOGIN_MAX (NEWCAMD_LENGTH_LEN + NEWCAMD_LOGIN_LENGTH_MAX)

/* Whether a number of TCP is the one that the first byte of a direction has. It is relative or not, as TCP's
 * preferences say. */
static bool
is_first_byte(uint32_t number, const tcp_flow_t *flow)
{
    return number == 1 || number == flow->base_seq + 1;
}

/* Whether a segment is the first of its connection that has data, and comes from the side that accepted it.
 */
static bool
opens_connection(packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);

    return is_first_byte(tcpinfo->seq, tcp->fwd) && is_first_byte(tcpinfo->lastackseq, tcp->rev) &&
           (tcp->server_port == 0 || tcp->server_port == pinfo->srcport);
}

void
newcamd_note_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    uint8_t bytes[NEWCAMD_GREETING_LEN];

    tvb_memcpy(tvb, bytes, 0, sizeof bytes);
    if (!newcamd_greeting_possible(bytes)) {
        return;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, true);
    newcamd_note_t *note = &conversation->early.note;
    note->frame = pinfo->num;
    note->direction = newcamd_conversation_direction(conversation, pinfo);
    memcpy(note->bytes, bytes, sizeof bytes);
    note->place = tcpinfo->seq;
    note->answer_place = tcpinfo->lastackseq;
    note->answer_len = 0;
    note->login_len = 0;
    note->perhaps = NULL;
    note->first = opens_connection(pinfo, tcpinfo);
}

/* A clear frame may be of any length, but that of a login with a long name is enough. */
static bool
may_be_login(unsigned length)
{
    return newcamd_clear_length_possible(length) && length <= NEWCAMD_LOGIN_LENGTH_MAX;
}

bool
newcamd_note_continues(const newcamd_note_t *note, unsigned direction, tvbuff_t *tvb, uint32_t place)
{
    if (note->frame == 0 || note->login_len > 0 || direction == note->direction ||
        place != note->answer_place + note->answer_len) {
        return false;
    }
    if (note->answer_len > 0) {
        return true;
    }
    if (tvb_reported_length(tvb) < NEWCAMD_LENGTH_LEN) {
        return tvb_get_uint8(tvb, 0) == NEWCAMD_LOGIN_LENGTH_MAX >> 8;
    }
    return may_be_login(tvb_get_ntohs(tvb, 0));
}

uint32_t
newcamd_note_gather(newcamd_note_t *note, tvbuff_t *tvb)
{
    const uint32_t add = MIN(tvb_reported_length(tvb), LOGIN_MAX - note->answer_len);

    if (note->answer == NULL) {
        note->answer = wmem_alloc(wmem_file_scope(), LOGIN_MAX);
    }
    tvb_memcpy(tvb, note->answer + note->answer_len, 0, add);
    note->answer_len += add;
    if (note->answer_len < NEWCAMD_LENGTH_LEN) {
        return 0;
    }
    const uint32_t length = (uint32_t)(note->answer[0] << 8) | note->answer[1];
    if (!may_be_login(length)) {
        note->frame = 0;
        return 0;
    }
    return (note->answer_len >= NEWCAMD_LENGTH_LEN + length) ? NEWCAMD_LENGTH_LEN + length : 0;
}

void
newcamd_early_greet(newcamd_conversation_t *conversation, unsigned acceptor,
                    const uint8_t greeting[NEWCAMD_GREETING_LEN], uint32_t place, uint32_t connector_place)
{
    wmem_map_t **greetings = &conversation->early.greetings[acceptor];

    newcamd_session_greet(&conversation->connection->session, acceptor, greeting, place, connector_place);
    if (*greetings == NULL) {
        *greetings = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    }
    wmem_map_insert(*greetings, GUINT_TO_POINTER(place), conversation->connection);
}

void
newcamd_early_keep_login(newcamd_conversation_t *conversation, const uint8_t *frame, uint32_t frame_len,
                         newcamd_key_t key)
{
    const newcamd_note_t *note = &conversation->early.note;
    newcamd_connection_t *connection = conversation->connection;
    wmem_tree_t **logins = &conversation->early.logins[1 - note->direction];

    connection->early_login.bytes = frame;
    connection->early_login.place = note->answer_place;
    connection->early_login.len = frame_len;
    connection->early_login.key = key;
    if (*logins == NULL) {
        *logins = wmem_tree_new(wmem_file_scope());
    }
    wmem_tree_insert32(*logins, connection->early_login.place, connection);
}

void
newcamd_early_claim_from(newcamd_conversation_t *conversation, newcamd_connection_t *connection,
                         uint32_t frame_num)
{
    connection->claimed_from = frame_num;
    if (conversation->early.claims == NULL) {
        conversation->early.claims = wmem_tree_new(wmem_file_scope());
    }
    wmem_tree_insert32(conversation->early.claims, frame_num, connection);
}

/* The connection whose login in pieces has the byte at a place; NULL if there is none. */
static newcamd_connection_t *
early_login_at(wmem_tree_t *logins, uint32_t place)
{
    if (logins == NULL) {
        return NULL;
    }
    newcamd_connection_t *connection = wmem_tree_lookup32_le(logins, place);
    if (connection == NULL) { /* one that lies across the wrap of sequence numbers, then */
        connection = wmem_tree_lookup32_le(logins, UINT32_MAX);
    }
    return (connection != NULL && place - connection->early_login.place < connection->early_login.len)
               ? connection
               : NULL;
}

newcamd_connection_t *
newcamd_early_recall(const newcamd_conversation_t *conversation, unsigned direction, uint32_t place,
                     newcamd_pdu_kind_t *kind, uint32_t *length)
{
    newcamd_connection_t *connection = NULL;

    if (conversation->early.greetings[direction] != NULL) {
        connection = wmem_map_lookup(conversation->early.greetings[direction], GUINT_TO_POINTER(place));
    }
    if (connection != NULL && connection->session.greeted && connection->session.acceptor == direction &&
        connection->session.greeting_place == place) {
        *kind = NEWCAMD_PDU_GREETING;
        *length = NEWCAMD_GREETING_LEN;
        return connection;
    }
    connection = early_login_at(conversation->early.logins[direction], place);
    if (connection != NULL && connection->session.greeted) {
        *kind = NEWCAMD_PDU_PIECE_OF_LOGIN;
        *length = connection->early_login.len - (place - connection->early_login.place);
        return connection;
    }
    return NULL;
}

newcamd_connection_t *
newcamd_early_claimant(const newcamd_conversation_t *conversation, uint32_t frame)
{
    return (conversation->early.claims != NULL) ? wmem_tree_lookup32_le(conversation->early.claims, frame)
                                                : NULL;
}
