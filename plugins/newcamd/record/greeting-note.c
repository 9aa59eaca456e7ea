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

#include <common/epan/file-memory.h>

/* The number of TCP that the first byte of a direction has, as far as one can tell from that of another byte. It is
 * relative or not, as TCP's preferences say. */
static uint32_t
first_of_flow(uint32_t number, const tcp_flow_t *flow)
{
    return number - MIN(number - 1, number - (flow->base_seq + 1));
}

static bool
is_first_byte(uint32_t number, const tcp_flow_t *flow)
{
    return number == first_of_flow(number, flow);
}

uint32_t
newcamd_first_byte(packet_info *pinfo, uint32_t place)
{
    return first_of_flow(place, get_tcp_conversation_data(NULL, pinfo)->fwd);
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

/* A new note, of a greeting of which nothing is there yet. */
static newcamd_note_t *
begin_note(newcamd_conversation_t *conversation, const packet_info *pinfo, uint32_t place,
           uint32_t answer_place)
{
    newcamd_note_t *note = &conversation->early.note;
    uint8_t *answer = note->answer;

    if (answer != NULL) {
        memset(answer, 0, 2 * NEWCAMD_ANSWER_MAX);
    }
    *note = (newcamd_note_t){
        .frame = pinfo->num,
        .direction = newcamd_conversation_direction(conversation, pinfo),
        .place = place,
        .answer_place = answer_place,
        .answer = answer,
    };
    return note;
}

static void
note_whole_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    uint8_t bytes[NEWCAMD_GREETING_LEN];

    tvb_memcpy(tvb, bytes, 0, sizeof bytes);
    if (newcamd_greeting_possible(bytes)) {
        newcamd_note_t *note =
            begin_note(newcamd_conversation_get(pinfo, true), pinfo, tcpinfo->seq, tcpinfo->lastackseq);
        memcpy(note->bytes, bytes, sizeof bytes);
        note->first = opens_connection(pinfo, tcpinfo);
    }
}

/* How many bytes of a noted greeting are missing. */
static unsigned
greeting_misses(const newcamd_note_t *note)
{
    unsigned missing = 0;

    for (unsigned i = 0; note->in_pieces && i < NEWCAMD_GREETING_LEN; i++) {
        missing += note->frames[i] == 0;
    }
    return missing;
}

/* A piece of what may be a greeting: only at the very beginning of a connection, where nothing else can be meant. */
static void
note_piece_of_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);
    const uint32_t first = newcamd_first_byte(pinfo, tcpinfo->seq);
    const uint32_t before = tcpinfo->seq - first, len = tvb_reported_length(tvb);

    if (before >= NEWCAMD_GREETING_LEN || before + len > NEWCAMD_GREETING_LEN ||
        !is_first_byte(tcpinfo->lastackseq, tcp->rev) ||
        (tcp->server_port != 0 && tcp->server_port != pinfo->srcport)) {
        return;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, true);
    newcamd_note_t *note = &conversation->early.note;
    if (note->frame == 0 || !note->in_pieces || note->place != first ||
        note->direction != newcamd_conversation_direction(conversation, pinfo)) {
        note = begin_note(conversation, pinfo, first, tcpinfo->lastackseq);
        note->in_pieces = note->first = true;
    }
    for (uint32_t i = 0; i < len; i++) {
        note->bytes[before + i] = tvb_get_uint8(tvb, (int)i);
        note->frames[before + i] = pinfo->num;
    }
    if (greeting_misses(note) == 0 && !newcamd_greeting_possible(note->bytes)) {
        note->frame = 0;
    }
}

void
newcamd_note_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    if (tvb_reported_length(tvb) == NEWCAMD_GREETING_LEN) {
        note_whole_greeting(tvb, pinfo, tcpinfo);
    } else if (tvb_reported_length(tvb) < NEWCAMD_GREETING_LEN) {
        note_piece_of_greeting(tvb, pinfo, tcpinfo);
    }
}

/* What a greeting in pieces is made of, for its connection. */
static newcamd_whole_t *
whole_greeting(const newcamd_note_t *note)
{
    newcamd_whole_t *whole = camshark_file_new0(newcamd_whole_t);
    newcamd_piece_t *pieces = wmem_alloc0_array(wmem_file_scope(), newcamd_piece_t, NEWCAMD_GREETING_LEN);

    for (unsigned i = 0; i < NEWCAMD_GREETING_LEN; i++) {
        if (i > 0 && note->frames[i] != note->frames[i - 1]) {
            whole->piece_count++;
        }
        pieces[whole->piece_count].frame = note->frames[i];
        pieces[whole->piece_count].len++;
        whole->shown_in = MAX(whole->shown_in, note->frames[i]);
    }
    whole->piece_count++;
    whole->pieces = pieces;
    return whole;
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
    const uint32_t before = place - note->answer_place;

    if (note->frame == 0 || note->login_len > 0 || direction == note->direction ||
        greeting_misses(note) > 0 || before >= NEWCAMD_ANSWER_MAX) {
        return false;
    }
    if (before > 0) {
        return before >= note->answer_len; /* one that is ahead may be followed by what is missing */
    }
    if (note->answer_len > 0) {
        return false;
    }
    if (tvb_reported_length(tvb) < NEWCAMD_LENGTH_LEN) {
        return tvb_get_uint8(tvb, 0) == NEWCAMD_LOGIN_LENGTH_MAX >> 8;
    }
    return may_be_login(tvb_get_ntohs(tvb, 0));
}

uint32_t
newcamd_note_gather(newcamd_note_t *note, tvbuff_t *tvb, uint32_t place)
{
    const uint32_t before = place - note->answer_place;
    const uint32_t add = MIN(tvb_reported_length(tvb), NEWCAMD_ANSWER_MAX - before);

    if (note->answer == NULL) {
        note->answer = camshark_file_alloc0(2 * NEWCAMD_ANSWER_MAX);
    }
    uint8_t *there = note->answer + NEWCAMD_ANSWER_MAX;
    tvb_memcpy(tvb, note->answer + before, 0, add);
    memset(there + before, 1, add);
    while (note->answer_len < NEWCAMD_ANSWER_MAX && there[note->answer_len] != 0) {
        note->answer_len++;
    }
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
newcamd_early_greet_noted(newcamd_conversation_t *conversation)
{
    const newcamd_note_t *note = &conversation->early.note;

    newcamd_early_greet(conversation, note->direction, note->bytes, note->place, note->answer_place);
    if (note->in_pieces) {
        conversation->connection->greeting_whole = whole_greeting(note);
    }
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
    connection->early_login.frame = note->login_frame;
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

/* The connection whose greeting has the byte at a place; only of one in pieces another byte than the first is asked for. */
static newcamd_connection_t *
early_greeting_at(wmem_map_t *greetings, unsigned direction, uint32_t place)
{
    for (uint32_t before = 0; greetings != NULL && before < NEWCAMD_GREETING_LEN; before++) {
        newcamd_connection_t *connection = wmem_map_lookup(greetings, GUINT_TO_POINTER(place - before));
        if (connection != NULL && connection->session.greeted && connection->session.acceptor == direction &&
            connection->session.greeting_place == place - before &&
            (before == 0 || connection->greeting_whole != NULL)) {
            return connection;
        }
    }
    return NULL;
}

newcamd_connection_t *
newcamd_early_recall(const newcamd_conversation_t *conversation, unsigned direction, uint32_t place,
                     newcamd_pdu_kind_t *kind, uint32_t *length)
{
    newcamd_connection_t *connection =
        early_greeting_at(conversation->early.greetings[direction], direction, place);

    if (connection != NULL) {
        *kind = NEWCAMD_PDU_GREETING;
        *length = NEWCAMD_GREETING_LEN - (place - connection->session.greeting_place);
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
