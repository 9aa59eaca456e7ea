/* plain-parts.c
 * The parts of a message in plain text, as a session has decided about them: each opened once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/plain-parts.h>

#include <glib.h>
#include <string.h>

#include <baichuan/wire/parts.h>

static bc_aes_t *
aes_of_decision(const bc_decision_t *decision)
{
    return (decision->key != NULL) ? decision->key->aes : NULL;
}

/* Opens a part that has a cipher, in memory of its own. */
static void
open_plain_copy(const bc_message_t *message, const bc_decision_t *decision, bc_cipher_t cipher,
                const uint8_t *part, bc_plain_t *out)
{
    uint8_t *copy = bc_message_alloc(message, out->len);

    memcpy(copy, part, out->len);
    out->bytes = copy;
    out->own = true;
    if (!bc_part_open_range(cipher, copy, out->len, message->header->channel,
                            (bc_encrypted_t){ decision->encrypt_pos, decision->encrypt_len },
                            aes_of_decision(decision))) {
        bc_message_forget(message, out);
    }
}

static const bc_plain_t *
open_plain(const bc_message_t *message, const bc_decision_t *decision, bc_cipher_t cipher,
           const uint8_t *part, bc_plain_t *plain)
{
    if (plain->bytes != NULL || plain->len == 0 || cipher == BC_CIPHER_UNKNOWN) {
        return plain;
    }
    if (cipher == BC_CIPHER_NONE) {
        plain->bytes = part;
    } else {
        open_plain_copy(message, decision, cipher, part, plain);
    }
    return plain;
}

const bc_plain_t *
bc_plain_extension(bc_message_t *message, const bc_decision_t *decision)
{
    message->extension.len = bc_message_extension_len(message);
    return open_plain(message, decision, (bc_cipher_t)decision->extension, message->body,
                      &message->extension);
}

const bc_plain_t *
bc_plain_payload(bc_message_t *message, const bc_decision_t *decision)
{
    message->payload.len = bc_message_payload_len(message);
    return open_plain(message, decision, (bc_cipher_t)decision->payload, bc_message_payload(message),
                      &message->payload);
}

/* ---- a few bytes ---------------------------------------------------------------------------------------- */

/* Bytes of a payload that share a cipher. */
typedef struct {
    size_t from, to;
} cipher_range_t;

static cipher_range_t
encrypted_range(const bc_decision_t *decision, size_t have)
{
    cipher_range_t range = { 0, have };

    if (decision->payload == BC_CIPHER_FULL_AES) {
        range.from = MIN(decision->encrypt_pos, have);
        range.to = range.from + MIN(decision->encrypt_len, have - range.from);
    }
    return range;
}

/* Decrypts bytes at a place in a range of AES, whose blocks are counted from its first byte. */
static bool
peek_aes(const uint8_t *payload, cipher_range_t range, size_t at, uint8_t *out, size_t len, bc_aes_t *aes)
{
    uint8_t blocks[BC_PEEK_MAX + BC_AES_BLOCK];
    const size_t into = (at - range.from) % BC_AES_BLOCK;
    const uint8_t *begin = payload + at - into;

    memcpy(blocks, begin, into + len);
    if (!(at - into == range.from ? bc_aes_decrypt(aes, blocks, into + len)
                                  : bc_aes_decrypt_after(aes, begin - BC_AES_BLOCK, blocks, into + len))) {
        return false;
    }
    memcpy(out, blocks + into, len);
    return true;
}

/* The same with any cipher. */
static bool
peek_range(const bc_message_t *message, const bc_decision_t *decision, cipher_range_t range, size_t at,
           uint8_t *out, size_t len)
{
    bc_aes_t *aes = aes_of_decision(decision);

    switch ((bc_cipher_t)decision->payload) {
    case BC_CIPHER_NONE:
        return true;
    case BC_CIPHER_XOR:
        bc_xor_at(out, len, message->header->channel, message->header->channel + at);
        return true;
    case BC_CIPHER_AES:
    case BC_CIPHER_FULL_AES:
        return aes != NULL && peek_aes(bc_message_payload(message), range, at, out, len, aes);
    case BC_CIPHER_UNKNOWN:
        break;
    }
    return false;
}

bool
bc_plain_peek(const bc_message_t *message, const bc_decision_t *decision, size_t at, uint8_t *out, size_t len)
{
    const size_t have = bc_message_payload_len(message);

    if (len > BC_PEEK_MAX || at > have || len > have - at) {
        return false;
    }
    const cipher_range_t range = encrypted_range(decision, have);
    const size_t from = CLAMP(range.from, at, at + len);
    const size_t to = CLAMP(range.to, from, at + len);
    memcpy(out, bc_message_payload(message) + at, len);
    return from == to || peek_range(message, decision, range, from, out + (from - at), to - from);
}
