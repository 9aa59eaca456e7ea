/* conversation.c
 * The epan side of newcamd's state: conversations, connections, PDU records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/conversation.h>

#include <string.h>

#include <common/epan/per-file.h>

#include <newcamd/record/keytable.h>
#include <newcamd/record/learned-keys.h>
#include <newcamd/record/records.h>

/* As big as a login can be with its length field. */
#define LOGIN_MAX (NEWCAMD_LENGTH_LEN + NEWCAMD_LOGIN_LENGTH_MAX)

static camshark_per_file_t *ciphers_of_file;

static void *
make_ciphers(void)
{
    return newcamd_ciphers_new();
}

static void
release_ciphers(void *ciphers)
{
    newcamd_ciphers_free(ciphers);
}

void
newcamd_conversation_register(void)
{
    ciphers_of_file = camshark_per_file_new(make_ciphers, release_ciphers);
}

void
newcamd_conversation_restart(newcamd_conversation_t *conversation)
{
    newcamd_connection_t *connection = wmem_new0(wmem_file_scope(), newcamd_connection_t);

    connection->session.ciphers = camshark_per_file_get(ciphers_of_file);
    connection->restarted = conversation->connection != NULL;
    conversation->connection = connection;
    for (unsigned direction = 0; direction < 2; direction++) {
        conversation->in_step[direction] = false;
        conversation->place[direction] = (camshark_stream_place_t){ 0 };
        conversation->gaps[direction] = 0;
    }
}

newcamd_conversation_t *
newcamd_conversation_get(packet_info *pinfo, bool create)
{
    uint32_t number;
    newcamd_conversation_t *conversation =
        camshark_conversation_data(newcamd_records, pinfo, NEWCAMD_DATA_STREAM, create, &number);

    if (conversation == NULL && create) {
        conversation = wmem_new0(wmem_file_scope(), newcamd_conversation_t);
        conversation->number = number;
        copy_address_wmem(wmem_file_scope(), &conversation->end, &pinfo->src);
        conversation->end_port = pinfo->srcport;
        newcamd_conversation_restart(conversation);
        camshark_conversation_add(newcamd_records, pinfo, NEWCAMD_DATA_STREAM, conversation);
    }
    return conversation;
}

unsigned
newcamd_conversation_direction(const newcamd_conversation_t *conversation, const packet_info *pinfo)
{
    return (pinfo->srcport == conversation->end_port && addresses_equal(&pinfo->src, &conversation->end)) ? 0
                                                                                                          : 1;
}

static camshark_record_key_t
pdu_key(const newcamd_conversation_t *conversation, unsigned direction, uint32_t place)
{
    return (camshark_record_key_t){
        .kind = NEWCAMD_RECORD_PDU,
        .conversation = conversation->number,
        .direction = (uint8_t)direction,
        .place = place,
    };
}

newcamd_pdu_t *
newcamd_pdu_get(const packet_info *pinfo, const newcamd_conversation_t *conversation, unsigned direction,
                uint32_t place)
{
    const camshark_record_key_t key = pdu_key(conversation, direction, place);

    return camshark_record_find(newcamd_records, pinfo, &key);
}

/* Notes how a PDU lies to what was read before: behind a gap, inside one, or once more. */
static void
note_place(newcamd_conversation_t *conversation, newcamd_pdu_t *pdu, uint32_t place)
{
    const unsigned direction = pdu->direction;
    camshark_stream_place_t *stream = &conversation->place[direction];
    newcamd_gap_t *gaps = conversation->gap[direction];
    const uint32_t next = stream->next;

    pdu->lost = camshark_stream_place_lost(stream, place);
    if (pdu->lost > 0) {
        gaps[conversation->gaps[direction]++ % NEWCAMD_GAPS] = (newcamd_gap_t){ .start = next, .end = place };
    } else if (stream->known && place != next) {
        pdu->repeated = true;
        for (unsigned i = 0; i < MIN(conversation->gaps[direction], NEWCAMD_GAPS); i++) {
            if (place - gaps[i].start < gaps[i].end - gaps[i].start) {
                pdu->repeated = false;
                pdu->out_of_order = true;
            }
        }
    }
    camshark_stream_place_advance(stream, place + pdu->length);
}

newcamd_pdu_t *
newcamd_pdu_add(const packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction,
                uint32_t place, newcamd_pdu_kind_t kind, uint32_t length)
{
    const camshark_record_key_t key = pdu_key(conversation, direction, place);
    newcamd_pdu_t *pdu = wmem_new0(wmem_file_scope(), newcamd_pdu_t);

    pdu->connection = conversation->connection;
    pdu->kind = kind;
    pdu->length = length;
    pdu->direction = (uint8_t)direction;
    note_place(conversation, pdu, place);
    camshark_record_add(newcamd_records, pinfo, &key, pdu);
    return pdu;
}

void
newcamd_conversation_greet(newcamd_conversation_t *conversation, unsigned acceptor,
                           const uint8_t greeting[NEWCAMD_GREETING_LEN], uint32_t place,
                           uint32_t connector_place)
{
    wmem_map_t **greetings = &conversation->greetings[acceptor];

    newcamd_session_greet(&conversation->connection->session, acceptor, greeting, place, connector_place);
    if (*greetings == NULL) {
        *greetings = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    }
    wmem_map_insert(*greetings, GUINT_TO_POINTER(place), conversation->connection);
}

void
newcamd_conversation_keep_login(newcamd_conversation_t *conversation, const uint8_t *frame,
                                uint32_t frame_len, newcamd_key_t key)
{
    const newcamd_note_t *note = &conversation->note;
    newcamd_connection_t *connection = conversation->connection;
    wmem_tree_t **logins = &conversation->pieced_logins[1 - note->direction];

    connection->pieced_login = frame;
    connection->pieced_place = note->answer_place;
    connection->pieced_login_len = frame_len;
    connection->pieced_key = key;
    if (*logins == NULL) {
        *logins = wmem_tree_new(wmem_file_scope());
    }
    wmem_tree_insert32(*logins, connection->pieced_place, connection);
}

void
newcamd_conversation_claim_from(newcamd_conversation_t *conversation, uint32_t frame_num)
{
    conversation->connection->claimed_from = frame_num;
    if (conversation->claims == NULL) {
        conversation->claims = wmem_tree_new(wmem_file_scope());
    }
    wmem_tree_insert32(conversation->claims, frame_num, conversation->connection);
}

/* The connection whose login in pieces has the byte at a place; NULL if there is none. */
static newcamd_connection_t *
pieced_login_at(wmem_tree_t *logins, uint32_t place)
{
    if (logins == NULL) {
        return NULL;
    }
    newcamd_connection_t *connection = wmem_tree_lookup32_le(logins, place);
    if (connection == NULL) { /* one that lies across the wrap of sequence numbers, then */
        connection = wmem_tree_lookup32_le(logins, UINT32_MAX);
    }
    return (connection != NULL && place - connection->pieced_place < connection->pieced_login_len)
               ? connection
               : NULL;
}

newcamd_connection_t *
newcamd_conversation_recall(const newcamd_conversation_t *conversation, unsigned direction, uint32_t place,
                            newcamd_pdu_kind_t *kind, uint32_t *length)
{
    newcamd_connection_t *connection = NULL;

    if (conversation->greetings[direction] != NULL) {
        connection = wmem_map_lookup(conversation->greetings[direction], GUINT_TO_POINTER(place));
    }
    if (connection != NULL && connection->session.greeted && connection->session.acceptor == direction &&
        connection->session.greeting_place == place) {
        *kind = NEWCAMD_PDU_GREETING;
        *length = NEWCAMD_GREETING_LEN;
        return connection;
    }
    connection = pieced_login_at(conversation->pieced_logins[direction], place);
    if (connection != NULL && connection->session.greeted) {
        *kind = NEWCAMD_PDU_PIECE_OF_LOGIN;
        *length = connection->pieced_login_len - (place - connection->pieced_place);
        return connection;
    }
    return NULL;
}

newcamd_connection_t *
newcamd_conversation_claimant(const newcamd_conversation_t *conversation, uint32_t frame)
{
    return (conversation->claims != NULL) ? wmem_tree_lookup32_le(conversation->claims, frame) : NULL;
}

/* Whether the password of the key that opened the login is not the one that is in it. */
static bool
password_differs(const newcamd_session_t *session, const newcamd_candidate_t *candidate, const uint8_t *frame,
                 size_t frame_len)
{
    const char *crypt = newcamd_candidate_crypt(candidate);
    uint8_t key[NEWCAMD_KEY14_LEN];

    if (crypt == NULL) {
        return false;
    }
    newcamd_session_key(candidate->deskey, (const uint8_t *)crypt, strlen(crypt), key);
    if (memcmp(key, session->session_key, sizeof key) == 0) {
        return false;
    }
    if (*candidate->user == '\0') {
        return true;
    }

    newcamd_login_text_t text;
    const size_t plain_len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    uint8_t *plain = g_malloc(plain_len);
    const bool same_user = newcamd_session_open(session, NEWCAMD_KEY_LOGIN, frame, frame_len, plain) &&
                           newcamd_login_read(plain, plain_len, session->header, &text) &&
                           strlen(candidate->user) == text.user_len &&
                           memcmp(candidate->user, plain + text.user, text.user_len) == 0;
    g_free(plain);
    return same_user;
}

void
newcamd_connection_server(const newcamd_connection_t *connection, const packet_info *pinfo,
                          unsigned direction, const address **server, uint32_t *port)
{
    const newcamd_session_t *session = &connection->session;
    const bool to_server = direction != (session->reverse ? session->server : session->acceptor);

    *server = to_server ? &pinfo->dst : &pinfo->src;
    *port = session->reverse ? session->server_port : to_server ? pinfo->destport : pinfo->srcport;
}

bool
newcamd_connection_login(newcamd_connection_t *connection, const address *server, uint32_t port,
                         uint32_t login_frame, const uint8_t *frame, size_t frame_len)
{
    newcamd_session_t *session = &connection->session;
    gcry_cipher_hd_t trial = newcamd_trial_open();
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool opened = false;

    connection->login_frame = login_frame;
    session->login = NEWCAMD_LOGIN_NOT_OPENED;
    while (trial != NULL && !opened && newcamd_candidate_next(server, port, &at, &candidate)) {
        opened = newcamd_session_try_login(session, trial, candidate.deskey, newcamd_forced_header(), frame,
                                           frame_len);
    }
    gcry_cipher_close(trial);
    if (opened) {
        connection->key_row = wmem_strdup(wmem_file_scope(), candidate.name);
    }
    if (session->login == NEWCAMD_LOGIN_OPENED) {
        connection->password_differs = password_differs(session, &candidate, frame, frame_len);
        newcamd_learn_session_key(session, port, connection->login_frame, connection->key_row);
    }
    return opened;
}

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

bool
newcamd_connection_login_reply(newcamd_connection_t *connection, const address *server, uint32_t port,
                               const uint8_t *frame, size_t frame_len)
{
    gcry_cipher_hd_t trial = newcamd_trial_open();
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool opened = false;

    while (trial != NULL && !opened && newcamd_candidate_next(server, port, &at, &candidate)) {
        opened = newcamd_session_try_reply(&connection->session, trial, candidate.deskey,
                                           newcamd_forced_header(), frame, frame_len);
    }
    gcry_cipher_close(trial);
    if (opened) {
        connection->key_row = wmem_strdup(wmem_file_scope(), candidate.name);
    }
    return opened;
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
    newcamd_note_t *note = &conversation->note;
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

/* Finds out what an opened message is to those before it. plain is the plaintext region. */
static void
note_opened(newcamd_connection_t *connection, const newcamd_sent_t *sent, const uint8_t *plain,
            size_t plain_len, newcamd_part_t *part, const newcamd_context_t **context)
{
    newcamd_noted_t message = {
        .frame = sent->frame,
        .from_server = sent->from_server,
        .bytes = plain,
        .len = (unsigned)plain_len - 1, /* without the checksum */
        .header = connection->session.header,
    };

    if (newcamd_xor_sum(plain, plain_len) != 0) {
        newcamd_requests_hole(&connection->requests, sent);
        *context = NULL;
        return;
    }
    message.damaged = newcamd_context_damaged(connection->messages, &message);
    newcamd_requests_note(&connection->requests, sent, plain, plain_len, message.header, message.damaged,
                          part);
    if (part->role == NEWCAMD_ROLE_REPLY && part->exchange != NULL) {
        message.request_frame = part->exchange->request_frame;
    }
    *context = newcamd_context_note(&connection->messages, &message);
}

void
newcamd_connection_message(newcamd_connection_t *connection, uint32_t frame, const nstime_t *when,
                           unsigned direction, bool lost, const uint8_t *plain, size_t plain_len,
                           newcamd_part_t *part, const newcamd_context_t **context)
{
    const newcamd_sent_t sent = {
        .frame = frame,
        .time = when,
        .direction = direction,
        .from_server = direction == connection->session.server,
    };

    if (lost || plain == NULL) {
        newcamd_requests_hole(&connection->requests, &sent);
    }
    if (plain != NULL) {
        note_opened(connection, &sent, plain, plain_len, part, context);
    }
}

void
newcamd_connection_hole(newcamd_connection_t *connection, unsigned direction, const nstime_t *when)
{
    const newcamd_sent_t missing = { .time = when, .direction = direction };

    newcamd_requests_hole(&connection->requests, &missing);
}
