/* message-history.c
 * What a message's meaning takes from the messages before it, or behind it, in its connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/message-history.h>

#include <string.h>

#include <common/epan/file-memory.h>

#include <newcamd/wire/card-data.h>
#include <newcamd/wire/frame.h>

/* Requests that a late reply may still belong to. */
#define ECMS_REMEMBERED       16
#define KEEPALIVES_REMEMBERED 4

#define CONTROL_WORDS_LEN     16

/* Where the service id stands in the two headers (section 3). */
#define LONG_SID_AT           2
#define SHORT_SID_AT          4

#define EMM_FLAG_CARD_CHANGED 0x20 /* "provider ids may have changed" of an EMM reply (section 5.1) */

/* The bytes of a message that is to be compared with a later one. The hash is another one in each run of the program, so
 * nobody can make two messages that have the same. */
typedef struct {
    uint16_t msg_id;
    uint16_t len;
    uint32_t hash;
} fingerprint_t;

typedef struct {
    uint32_t frame; /* 0: none */
    fingerprint_t fingerprint;
} keepalive_t;

typedef struct {
    uint32_t frame;
    uint16_t sid;
    fingerprint_t fingerprint; /* of the message data */
} ecm_t;

struct newcamd_message_state {
    const newcamd_card_t *card;
    const newcamd_context_t *card_alone; /* of all messages that need to know nothing but the card */
    unsigned card_requests;              /* without card data so far */
    newcamd_card_refresh_t *refresh;     /* waits for a card data request */
    bool damages;                        /* this server has overwritten a message before (section 5.3) */
    keepalive_t keepalives[KEEPALIVES_REMEMBERED];
    unsigned keepalive_count;
    ecm_t ecms[ECMS_REMEMBERED];
    unsigned ecm_count;
};

static uint16_t
word_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static fingerprint_t
fingerprint(uint16_t msg_id, const uint8_t *bytes, unsigned len)
{
    return (fingerprint_t){ .msg_id = msg_id, .len = (uint16_t)len, .hash = wmem_strong_hash(bytes, len) };
}

static bool
same_fingerprint(const fingerprint_t *one, const fingerprint_t *other)
{
    return one->len == other->len && one->hash == other->hash;
}

static newcamd_context_t *
new_context(const newcamd_message_state_t *state)
{
    newcamd_context_t *context = camshark_file_new0(newcamd_context_t);

    context->card = state->card;
    return context;
}

static const newcamd_context_t *
card_alone(newcamd_message_state_t *state)
{
    if (state->card_alone == NULL && state->card != NULL) {
        state->card_alone = new_context(state);
    }
    return state->card_alone;
}

static const uint8_t *
data_of(const newcamd_noted_t *message)
{
    return message->bytes + message->header_len + NEWCAMD_MESSAGE_HEAD_LEN;
}

/* Bytes of message data, or -1 if it does not fit. */
static int
data_len_of(const newcamd_noted_t *message)
{
    const unsigned len = newcamd_data_len(message->bytes, message->len, message->header_len);

    return (message->header_len + NEWCAMD_MESSAGE_HEAD_LEN + len <= message->len) ? (int)len : -1;
}

static void
note_card_data(newcamd_message_state_t *state, const newcamd_noted_t *message, unsigned data_len)
{
    const uint8_t *data = data_of(message);

    state->card_requests = 0;
    if (data_len < NEWCAMD_CARD_HEAD_LEN) {
        return;
    }
    const unsigned announced = data[NEWCAMD_CARD_COUNT_AT];
    const unsigned there = (data_len - NEWCAMD_CARD_HEAD_LEN) / NEWCAMD_PROVIDER_LEN;
    const unsigned count = MIN(announced, there);
    uint32_t *providers = (count > 0) ? wmem_alloc_array(wmem_file_scope(), uint32_t, count) : NULL;
    newcamd_card_t *card = camshark_file_new0(newcamd_card_t);

    for (unsigned i = 0; i < count; i++) {
        const uint8_t *ident = data + NEWCAMD_CARD_HEAD_LEN + i * NEWCAMD_PROVIDER_LEN;
        providers[i] = (uint32_t)(ident[0] << 16 | ident[1] << 8 | ident[2]);
    }
    card->frame = message->frame;
    card->caid = word_at(data + NEWCAMD_CARD_CAID_AT);
    card->provider_count = (uint16_t)count;
    card->providers = providers;
    state->card = card;
    state->card_alone = NULL;
}

static void
note_card_request(newcamd_message_state_t *state, const newcamd_noted_t *message)
{
    state->card_requests++;
    if (state->refresh != NULL) {
        state->refresh->request_frame = message->frame;
        state->refresh = NULL;
    }
}

static const newcamd_context_t *
note_emm(newcamd_message_state_t *state, const newcamd_noted_t *message)
{
    newcamd_context_t *context = NULL;

    if (!message->from_server) {
        return card_alone(state);
    }
    if (message->bytes[message->header_len + 1] & EMM_FLAG_CARD_CHANGED) {
        /* One request answers all replies before it. */
        if (state->refresh == NULL) {
            state->refresh = camshark_file_new0(newcamd_card_refresh_t);
        }
        context = new_context(state);
        context->refresh = state->refresh;
        state->refresh->replies++;
        context->refresh_rank = (uint8_t)MIN(state->refresh->replies, UINT8_MAX);
    }
    return context;
}

/* Whether the data of a reply begins with that of a request of the same number. */
static bool
echoes_ecm(const newcamd_message_state_t *state, const newcamd_noted_t *message, unsigned data_len)
{
    if (data_len <= CONTROL_WORDS_LEN || data_len == 2 * CONTROL_WORDS_LEN) {
        return false;
    }
    const fingerprint_t head =
        fingerprint(word_at(message->bytes), data_of(message), data_len - CONTROL_WORDS_LEN);
    for (unsigned i = 0; i < MIN(state->ecm_count, ECMS_REMEMBERED); i++) {
        const fingerprint_t *ecm = &state->ecms[i].fingerprint;
        if (ecm->msg_id == head.msg_id && same_fingerprint(ecm, &head)) {
            return true;
        }
    }
    return false;
}

static uint16_t
sid_of(const newcamd_noted_t *message)
{
    return word_at(message->bytes +
                   ((message->header_len == NEWCAMD_HEADER_525) ? LONG_SID_AT : SHORT_SID_AT));
}

/* Whether a reply names another service than its request, whose number is given then. A server may leave it 0. */
static bool
names_other_sid(const newcamd_message_state_t *state, const newcamd_noted_t *message, uint16_t *request_sid)
{
    const uint16_t sid = sid_of(message), msg_id = word_at(message->bytes);

    for (unsigned i = 0; i < MIN(state->ecm_count, ECMS_REMEMBERED); i++) {
        const ecm_t *ecm = &state->ecms[i];
        if (ecm->frame == message->request_frame && ecm->fingerprint.msg_id == msg_id) {
            *request_sid = ecm->sid;
            return sid != 0 && sid != ecm->sid;
        }
    }
    return false;
}

static const newcamd_context_t *
note_ecm_reply(newcamd_message_state_t *state, const newcamd_noted_t *message, unsigned data_len)
{
    const bool echoed = echoes_ecm(state, message, data_len);
    const uint32_t open_frame = (data_len == 0) ? message->open_frame : 0;
    uint16_t request_sid = 0;
    const bool other_sid = names_other_sid(state, message, &request_sid);

    if (!echoed && open_frame == 0 && !other_sid) {
        return card_alone(state);
    }
    newcamd_context_t *context = new_context(state);
    context->echoed_ecm = echoed;
    context->open_frame = open_frame;
    context->other_sid = other_sid;
    context->request_sid = request_sid;
    return context;
}

static const newcamd_context_t *
note_ecm(newcamd_message_state_t *state, const newcamd_noted_t *message, unsigned data_len)
{
    if (message->from_server) {
        return note_ecm_reply(state, message, data_len);
    }
    state->ecms[state->ecm_count++ % ECMS_REMEMBERED] =
        (ecm_t){ .frame = message->frame,
                 .sid = sid_of(message),
                 .fingerprint = fingerprint(word_at(message->bytes), data_of(message), data_len) };
    return card_alone(state);
}

static const newcamd_context_t *
note_keepalive(newcamd_message_state_t *state, const newcamd_noted_t *message, unsigned data_len)
{
    const fingerprint_t print = fingerprint(word_at(message->bytes), message->bytes,
                                            message->header_len + NEWCAMD_MESSAGE_HEAD_LEN + data_len);
    newcamd_echo_t echo = NEWCAMD_ECHO_NONE;

    if (message->request_frame == 0) {
        state->keepalives[state->keepalive_count++ % KEEPALIVES_REMEMBERED] =
            (keepalive_t){ .frame = message->frame, .fingerprint = print };
        return NULL;
    }
    for (unsigned i = 0; i < KEEPALIVES_REMEMBERED; i++) {
        const keepalive_t *asked = &state->keepalives[i];
        if (asked->frame == message->request_frame && echo != NEWCAMD_ECHO_SAME) {
            echo = same_fingerprint(&asked->fingerprint, &print) ? NEWCAMD_ECHO_SAME : NEWCAMD_ECHO_CHANGED;
        }
    }
    newcamd_context_t *context = new_context(state);
    context->echo = (uint8_t)echo;
    return context;
}

/* Whether this is card data whose first three message bytes were overwritten with custom data of version 525
 * (section 5.3): tag and length are 0 then, and the number of providers fits the frame. */
static bool
is_damaged_card_data(const newcamd_message_state_t *state, const newcamd_noted_t *message)
{
    const uint8_t *bytes = message->bytes + message->header_len;
    const unsigned card = message->header_len + NEWCAMD_MESSAGE_HEAD_LEN + NEWCAMD_CARD_HEAD_LEN;

    if (message->header_len != NEWCAMD_HEADER_524 || !message->from_server || state->card_requests == 0 ||
        bytes[0] != 0 || newcamd_data_len(message->bytes, message->len, message->header_len) != 0 ||
        message->len < card) {
        return false;
    }
    const unsigned end = card + NEWCAMD_PROVIDER_LEN * data_of(message)[NEWCAMD_CARD_COUNT_AT];
    return end <= message->len && message->len - end < 8;
}

/* Whether this is the announcement of a card that the same server has overwritten in the same way: port and
 * CAID of version 525, which are 0 in all other messages of this server, and the three bytes of the provider
 * where tag and length should be. */
static bool
is_damaged_add_card(const newcamd_message_state_t *state, const newcamd_noted_t *message)
{
    const unsigned shortest = NEWCAMD_HEADER_524 + NEWCAMD_MESSAGE_HEAD_LEN;

    return state->damages && message->header_len == NEWCAMD_HEADER_524 && message->from_server &&
           message->len - shortest < 8 && word_at(message->bytes + 2) != 0 &&
           word_at(message->bytes + 4) != 0;
}

uint8_t
newcamd_context_damaged(const newcamd_message_state_t *state, const newcamd_noted_t *message)
{
    if (state == NULL || message->len < message->header_len + NEWCAMD_MESSAGE_HEAD_LEN) {
        return 0;
    }
    return is_damaged_card_data(state, message)  ? NEWCAMD_CARD_DATA
           : is_damaged_add_card(state, message) ? NEWCAMD_ADD_CARD
                                                 : 0;
}

static const newcamd_context_t *
note_damaged(newcamd_message_state_t *state, const newcamd_noted_t *message)
{
    if (message->damaged == NEWCAMD_CARD_DATA) {
        state->damages = true;
        note_card_data(state, message, newcamd_damaged_card_data_len(data_of(message)));
    }
    newcamd_context_t *context = new_context(state);
    context->damaged = message->damaged;
    return context;
}

const newcamd_context_t *
newcamd_context_note(newcamd_message_state_t **state, const newcamd_noted_t *message)
{
    if (message->len < message->header_len + NEWCAMD_MESSAGE_HEAD_LEN) {
        return NULL;
    }
    if (*state == NULL) {
        *state = camshark_file_new0(newcamd_message_state_t);
    }
    newcamd_message_state_t *all = *state;
    const int data_len = data_len_of(message);
    const unsigned tag = message->bytes[message->header_len];

    if (message->damaged != 0) {
        return note_damaged(all, message);
    }
    if (data_len < 0) {
        return NULL;
    }
    if (tag == NEWCAMD_ECM_EVEN || tag == NEWCAMD_ECM_ODD) {
        return note_ecm(all, message, (unsigned)data_len);
    }
    if (tag >= NEWCAMD_EMM_FIRST && tag <= NEWCAMD_EMM_LAST_WIDE) {
        return note_emm(all, message);
    }
    if (tag == NEWCAMD_KEEPALIVE) {
        return note_keepalive(all, message, (unsigned)data_len);
    }
    if (tag == NEWCAMD_CARD_DATA && message->from_server) {
        note_card_data(all, message, (unsigned)data_len);
    } else if (tag == NEWCAMD_CARD_DATA_REQUEST && !message->from_server) {
        note_card_request(all, message);
    }
    return NULL;
}
