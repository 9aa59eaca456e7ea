/* plain-parts.c
 * The parts of a message in plain text, as a session has decided about them: each opened once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/plain-parts.h>

#include <glib.h>
#include <string.h>

#include <baichuan/wire/parts.h>

/* Bytes of a payload that share a cipher. */
typedef struct {
    size_t from, to;
} cipher_range_t;

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
    message->extension.all = message->extension.len;
    return open_plain(message, decision, (bc_cipher_t)decision->extension, message->body,
                      &message->extension);
}

/* ---- behind holes --------------------------------------------------------------------------------------- */

/* A payload with holes on its way to plain text. */
typedef struct {
    const bc_message_t *message;
    const bc_decision_t *decision;
    cipher_range_t range; /* what is AES, in the payload as it was sent */
    uint8_t *bytes;       /* room for all of it */
    size_t len;           /* so far */
} opening_t;

/* From where on the bytes of a piece, which lies behind a hole, can be read: AES needs the encrypted block before. */
static size_t
readable_from(const opening_t *opening, size_t at, size_t end)
{
    const cipher_range_t *range = &opening->range;

    if (at <= range->from || at >= range->to) {
        return at;
    }
    const size_t blocks = (at - range->from + BC_AES_BLOCK - 1) / BC_AES_BLOCK + 1;
    return MIN(range->from + blocks * BC_AES_BLOCK, MIN(range->to, end));
}

/* Opens bytes that lie at a place of the payload.
 *   raw     as they were sent; with AES in the middle of a range, the block before them is there, too */
static void
open_bytes_at(const opening_t *opening, const uint8_t *raw, size_t at, size_t len)
{
    const uint8_t channel = opening->message->header->channel;
    uint8_t *out = opening->bytes + opening->len;
    const size_t from = CLAMP(opening->range.from, at, at + len);
    const size_t to = CLAMP(opening->range.to, from, at + len);

    memcpy(out, raw, len);
    if (opening->decision->payload == BC_CIPHER_XOR) {
        bc_xor_at(out, len, channel, channel + at);
    } else if (from < to && from == opening->range.from) {
        bc_aes_decrypt(aes_of_decision(opening->decision), out + (from - at), to - from);
    } else if (from < to) {
        bc_aes_decrypt_after(aes_of_decision(opening->decision), raw + (from - at) - BC_AES_BLOCK,
                             out + (from - at), to - from);
    }
}

/* Adds what can be read of a piece behind a hole. */
static void
open_piece_behind(opening_t *opening, const bc_body_piece_t *piece)
{
    const size_t payload = (size_t)opening->message->header->payload_offset + opening->message->skip;
    const size_t cut = (piece->offset < payload) ? MIN(payload - piece->offset, piece->len) : 0;
    const size_t at = piece->offset + cut - payload;
    const size_t end = at + piece->len - cut;
    const size_t from = readable_from(opening, at, end);

    open_bytes_at(opening, piece->bytes + cut + (from - at), from, end - from);
    opening->len += end - from;
}

static size_t
sum_of_pieces(const bc_message_t *message)
{
    size_t sum = 0;

    for (size_t i = 0; i < message->n_behind; i++) {
        sum += message->behind[i].len;
    }
    return sum;
}

/* The ranges that a cipher works on, of a payload that goes on behind holes. */
static cipher_range_t
range_of_whole_payload(const bc_decision_t *decision)
{
    switch ((bc_cipher_t)decision->payload) {
    case BC_CIPHER_AES:
        return (cipher_range_t){ 0, SIZE_MAX };
    case BC_CIPHER_FULL_AES:
        return (cipher_range_t){ decision->encrypt_pos,
                                 (size_t)decision->encrypt_pos + decision->encrypt_len };
    case BC_CIPHER_NONE:
    case BC_CIPHER_XOR:
    case BC_CIPHER_UNKNOWN:
        break;
    }
    return (cipher_range_t){ 0, 0 };
}

/* Opens a payload with holes, of which the beginning is open already. */
static void
open_behind_holes(bc_message_t *message, const bc_decision_t *decision)
{
    bc_plain_t *plain = &message->payload;
    opening_t opening = { message, decision, range_of_whole_payload(decision), NULL, plain->len };
    uint32_t *breaks = (uint32_t *)(void *)bc_message_alloc(message, message->n_behind * sizeof *breaks);

    opening.bytes = bc_message_alloc(message, plain->len + sum_of_pieces(message));
    memcpy(opening.bytes, plain->bytes, plain->len);
    bc_message_forget_bytes(message, plain);
    for (size_t i = 0; i < message->n_behind; i++) {
        breaks[i] = (uint32_t)opening.len;
        open_piece_behind(&opening, &message->behind[i]);
    }
    plain->bytes = opening.bytes;
    plain->own = true;
    plain->all = opening.len;
    plain->breaks = breaks;
    plain->n_breaks = message->n_behind;
}

const bc_plain_t *
bc_plain_payload(bc_message_t *message, const bc_decision_t *decision)
{
    bc_plain_t *plain = &message->payload;

    if (plain->bytes == NULL) {
        plain->len = bc_message_payload_len(message);
        plain->all = plain->len;
        open_plain(message, decision, (bc_cipher_t)decision->payload, bc_message_payload(message), plain);
        if (plain->bytes != NULL && message->n_behind > 0) {
            open_behind_holes(message, decision);
        }
    }
    return plain;
}

/* ---- stretches ------------------------------------------------------------------------------------------ */

size_t
bc_plain_needs_before(const bc_decision_t *decision, size_t at)
{
    const cipher_range_t range = range_of_whole_payload(decision);

    if (at <= range.from || at >= range.to) {
        return 0;
    }
    const size_t place = at - range.from;
    return (place < BC_AES_BLOCK) ? place : BC_AES_BLOCK + place % BC_AES_BLOCK;
}

/* Opens a stretch that begins inside a range of AES, of which the encrypted bytes that it needs before it are known:
 * the block before its own one, if its own is not the first, and what its own block has before it. */
static bool
open_stretch_after(const bc_message_t *message, const bc_decision_t *decision, const bc_stretch_bytes_t *raw,
                   bc_plain_t *out)
{
    const size_t block = (raw->n_before >= BC_AES_BLOCK) ? BC_AES_BLOCK : 0;
    const size_t into = raw->n_before - block;
    const size_t encrypted = MIN(raw->len, range_of_whole_payload(decision).to - raw->at);
    uint8_t *bytes = bc_message_alloc(message, into + raw->len);
    bc_aes_t *aes = aes_of_decision(decision);

    memcpy(bytes, raw->before + block, into);
    memcpy(bytes + into, raw->bytes, raw->len);
    out->bytes = bytes + into;
    return aes != NULL && (block == 0 ? bc_aes_decrypt(aes, bytes, into + encrypted)
                                      : bc_aes_decrypt_after(aes, raw->before, bytes, into + encrypted));
}

/* The same of one that begins before a range, or outside of any, or behind a hole. */
static bool
open_stretch_at(const bc_message_t *message, const bc_decision_t *decision, const bc_stretch_bytes_t *raw,
                bc_plain_t *out)
{
    opening_t opening = { message, decision, range_of_whole_payload(decision), NULL, 0 };
    const size_t from = readable_from(&opening, raw->at, raw->at + raw->len);

    opening.bytes = bc_message_alloc(message, raw->len);
    if (opening.range.to > 0 && aes_of_decision(decision) == NULL) {
        return false;
    }
    open_bytes_at(&opening, raw->bytes + (from - raw->at), from, raw->at + raw->len - from);
    out->bytes = opening.bytes;
    out->len = raw->at + raw->len - from;
    return true;
}

bc_plain_t
bc_plain_stretch(const bc_message_t *message, const bc_decision_t *decision, const bc_stretch_bytes_t *raw)
{
    const size_t needed = bc_plain_needs_before(decision, raw->at);
    bc_plain_t plain = { .len = raw->len, .own = true };
    bool opened = false;

    if (decision->payload == BC_CIPHER_NONE) {
        plain.bytes = raw->bytes;
        plain.own = false;
        opened = true;
    } else if (decision->payload != BC_CIPHER_UNKNOWN) {
        opened = (needed > 0 && raw->n_before == needed) ? open_stretch_after(message, decision, raw, &plain)
                                                         : open_stretch_at(message, decision, raw, &plain);
    }
    if (!opened) {
        return (bc_plain_t){ .len = raw->len };
    }
    plain.all = plain.len;
    return plain;
}

bc_plain_t
bc_plain_inner_extension(const bc_message_t *message, const bc_decision_t *decision)
{
    const size_t at = bc_message_extension_len(message) + decision->inner_prefix;
    bc_plain_t plain = { .len = (at < message->have) ? MIN(decision->inner_len, message->have - at) : 0 };

    plain.all = plain.len;
    open_plain(message, decision, BC_CIPHER_AES, message->body + at, &plain);
    return plain;
}

/* ---- a few bytes ---------------------------------------------------------------------------------------- */

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
