/* fuzz-baichuan-session.c
 * A BC connection: negotiation, logins, keys, and what is decided about each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: messages one after the other: 1 byte (bit 0: direction; bit 1: only half of the body was captured;
 * bits 2 and 3: Extension and payload are first encrypted here with BC XOR or AES), then a header as on the
 * wire and its body.
 */
#include "fuzz.h"

#include <gcrypt.h>

#include <baichuan/session/plain-parts.h>
#include <baichuan/session/session.h>

#define HALF 2u
#define XOR  4u
#define AES  8u

/* The nonce with which seeds.py logs in; the password is one of the candidates. */
static const char nonce[] = "7C3E19A0D4F25B86";
static const char password[] = "Secret-1";

static bool
get_candidate(void *context G_GNUC_UNUSED, unsigned nth, bc_candidate_t *out)
{
    static const uint8_t raw[BC_AES_BLOCK] = "4D2C923E651AB640";
    const bc_candidate_t candidates[] = {
        { .user = "admin", .password = "wrong", .origin = "row 1" },
        { .user = "admin", .password = password, .origin = "row 2" },
        { .key = raw, .iv = bc_default_iv, .origin = "row 3" },
        { .password = "", .origin = "the empty password", .fallback = true },
    };

    if (nth >= G_N_ELEMENTS(candidates)) {
        return false;
    }
    *out = candidates[nth];
    return true;
}

static void
encrypt(unsigned kind, uint8_t *bytes, size_t len, uint8_t offset)
{
    uint8_t key[BC_AES_BLOCK];
    gcry_cipher_hd_t cipher;

    if (kind & XOR) {
        bc_xor(bytes, len, offset);
    } else if ((kind & AES) && len > 0) {
        FUZZ_CHECK(bc_session_key(nonce, password, key));
        FUZZ_CHECK(gcry_cipher_open(&cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0) == 0);
        FUZZ_CHECK(gcry_cipher_setkey(cipher, key, BC_AES_BLOCK) == 0);
        FUZZ_CHECK(gcry_cipher_setiv(cipher, bc_default_iv, BC_AES_BLOCK) == 0);
        FUZZ_CHECK(gcry_cipher_encrypt(cipher, bytes, len, NULL, 0) == 0);
        gcry_cipher_close(cipher);
    }
}

static void
check_decision(const bc_header_t *header, const bc_decision_t *decision)
{
    const uint64_t payload = header->body_len - header->payload_offset;

    FUZZ_CHECK((uint64_t)decision->encrypt_pos + decision->encrypt_len <= payload);
    FUZZ_CHECK(decision->extension <= BC_CIPHER_FULL_AES && decision->payload <= BC_CIPHER_FULL_AES);
    FUZZ_CHECK(decision->kind <= BC_PAYLOAD_UNREADABLE && decision->jpeg <= BC_JPEG_LAST);
    if (decision->payload == BC_CIPHER_AES || decision->payload == BC_CIPHER_FULL_AES ||
        decision->extension == BC_CIPHER_AES) {
        FUZZ_CHECK(decision->key != NULL && decision->key->aes != NULL && decision->key->origin != NULL);
    }
    FUZZ_CHECK(decision->refused == NULL || g_utf8_validate(decision->refused, -1, NULL));
}

/* What is opened has as many bytes as were there, and what is looked at alone is the same. */
static void
check_parts(bc_message_t *message, const bc_decision_t *decision)
{
    const bc_plain_t *extension = bc_plain_extension(message, decision);
    const bc_plain_t *payload = bc_plain_payload(message, decision);
    uint8_t bytes[BC_PEEK_MAX];

    FUZZ_CHECK(extension->bytes == NULL || extension->len + bc_message_payload_len(message) == message->have);
    FUZZ_CHECK(payload->bytes == NULL || payload->len == bc_message_payload_len(message));
    for (size_t at = 0; payload->bytes != NULL && at < payload->len; at += 7) {
        const size_t len = MIN(sizeof bytes, payload->len - at);
        FUZZ_CHECK(bc_plain_peek(message, decision, at, bytes, len));
        FUZZ_CHECK(memcmp(bytes, payload->bytes + at, len) == 0);
    }
}

static bool
next_message(bc_session_t *session, fuzz_input_t *input)
{
    const bc_candidates_t candidates = { .get = get_candidate };
    const unsigned kind = fuzz_byte(input);
    bc_header_t header;
    bc_decision_t decision;
    bc_tail_t tail;

    if (bc_header_parse(input->at, input->left, &header) != BC_HEADER_OK || !bc_header_possible(&header)) {
        bc_session_find_tail(session, input->at, input->left, &candidates, &tail);
        return false;
    }
    fuzz_take(input, header.len);
    size_t have = MIN(header.body_len, input->left);
    const uint8_t *body = fuzz_take(input, have);
    if (kind & HALF) {
        have /= 2;
    }
    uint8_t *bytes = fuzz_copy(body, have);
    const size_t extension = MIN(header.payload_offset, have);
    encrypt(kind, bytes, extension, header.channel);
    encrypt(kind, bytes + extension, have - extension, header.channel);

    bc_session_see_header(session, &header, kind & 1);
    bc_message_t message = {
        .header = &header,
        .direction = kind & 1,
        .client = bc_session_client(session),
        .body = bytes,
        .have = have,
    };
    bc_session_decide(session, &message, &candidates, &decision);
    check_decision(&header, &decision);
    check_parts(&message, &decision);
    bc_message_clear(&message);
    g_free(bytes);
    return input->left > 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    fuzz_input_t input = { data, size };

    if (!ready) {
        gcry_check_version(NULL);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
        ready = true;
    }
    bc_session_t *session = bc_session_new();
    while (next_message(session, &input)) {
    }
    FUZZ_CHECK(bc_session_client(session) >= -1 && bc_session_client(session) <= 1);
    bc_session_free(session);
    return 0;
}
