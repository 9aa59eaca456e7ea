/* proof.c
 * Session keys for connections whose login is not in the capture: one frame makes a key a suspect, a second
 * one proves it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/session/proof.h>

#include <glib.h>

static const unsigned headers[] = { NEWCAMD_HEADER_525, NEWCAMD_HEADER_524 };

/* Whether the second plaintext block may belong to a message that fills its frame: it holds tag and length of
 * the long header, and the low byte of the length of the short one. */
static bool
second_block_fits(const uint8_t block[NEWCAMD_BLOCK_LEN], size_t plain_len)
{
    const unsigned flags_at = NEWCAMD_HEADER_525 + 1 - NEWCAMD_BLOCK_LEN;
    const unsigned long_len = (unsigned)((block[flags_at] & 0x0f) << 8) | block[flags_at + 1];
    const unsigned long_left = (unsigned)plain_len - NEWCAMD_HEADER_525 - NEWCAMD_MESSAGE_HEAD_LEN - 1;
    const unsigned short_left = (unsigned)plain_len - NEWCAMD_HEADER_524 - NEWCAMD_MESSAGE_HEAD_LEN - 1;

    return (long_len <= long_left && long_left - long_len < NEWCAMD_BLOCK_LEN) ||
           (uint8_t)(short_left - block[0]) < NEWCAMD_BLOCK_LEN;
}

/* ECM and EMM tags are used by both sides; short ones are replies. An ECM of 32 bytes is as long as the
 * replies of one server (section 5.4), but the reserved bits of a section are set, where that server writes
 * 0. */
static bool
is_likely(const uint8_t *plain, size_t plain_len, unsigned header_len, bool from_server)
{
    const unsigned len = newcamd_data_len(plain, plain_len, header_len);
    const uint8_t tag = plain[header_len];

    if (tag == NEWCAMD_ECM_EVEN || tag == NEWCAMD_ECM_ODD) {
        const bool reserved_bits = (plain[header_len + 1] & 0x30) == 0x30;
        return from_server == (len == 0 || len == 16 || (len == 32 && !reserved_bits));
    }
    if (tag >= NEWCAMD_EMM_FIRST && tag <= NEWCAMD_EMM_LAST) {
        return from_server == (len == 0);
    }
    return true;
}

static newcamd_worlds_t
worlds_of(const uint8_t *plain, size_t plain_len, unsigned header_len, unsigned direction)
{
    newcamd_worlds_t worlds = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        if (header_len != 0 && header_len != headers[i]) {
            continue;
        }
        for (unsigned server = 0; server < 2; server++) {
            const bool from_server = server == direction;
            if (newcamd_direction_ok(plain, plain_len, headers[i], from_server)) {
                worlds.possible |= newcamd_world_bit(i, server);
                worlds.likely |=
                    is_likely(plain, plain_len, headers[i], from_server) ? newcamd_world_bit(i, server) : 0;
            }
        }
    }
    return worlds;
}

/* Decrypts the blocks from one offset to another one, the first of which is preceded by previous. */
static bool
open_blocks(gcry_cipher_hd_t trial, const uint8_t *cipher, const uint8_t *previous, size_t from, size_t to,
            uint8_t *plain)
{
    for (size_t at = from; at < to; at += NEWCAMD_BLOCK_LEN) {
        if (!newcamd_trial_block(trial, cipher + at, previous, plain + at)) {
            return false;
        }
        previous = cipher + at;
    }
    return true;
}

bool
newcamd_proof_try(gcry_cipher_hd_t trial, unsigned header_len, unsigned direction, const uint8_t *frame,
                  size_t frame_len, newcamd_worlds_t *worlds)
{
    const uint8_t *cipher = frame + NEWCAMD_LENGTH_LEN;
    const size_t plain_len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    const uint8_t *iv = cipher + plain_len;
    const size_t second = NEWCAMD_BLOCK_LEN, third = 2 * NEWCAMD_BLOCK_LEN;
    uint8_t plain[NEWCAMD_LENGTH_MAX];

    *worlds = (newcamd_worlds_t){ 0 };
    if (frame_len < NEWCAMD_LENGTH_LEN + NEWCAMD_LENGTH_MIN || plain_len > sizeof plain ||
        !open_blocks(trial, cipher, cipher, second, third, plain) ||
        !second_block_fits(plain + second, plain_len) || !open_blocks(trial, cipher, iv, 0, second, plain)) {
        return false;
    }
    /* These two blocks hold tag and length of both headers. */
    if ((newcamd_frame_ok(plain, plain_len, NEWCAMD_HEADER_525) ||
         newcamd_frame_ok(plain, plain_len, NEWCAMD_HEADER_524)) &&
        open_blocks(trial, cipher, cipher + second, third, plain_len, plain) &&
        newcamd_xor_sum(plain, plain_len) == 0) {
        *worlds = worlds_of(plain, plain_len, header_len, direction);
    }
    return worlds->possible != 0;
}

newcamd_worlds_t
newcamd_proof_combine(newcamd_worlds_t one, newcamd_worlds_t other)
{
    return (newcamd_worlds_t){ .possible = one.possible & other.possible,
                               .likely = one.likely & other.likely };
}

void
newcamd_proof_choose(newcamd_worlds_t worlds, unsigned expected_server, unsigned *header_len,
                     unsigned *server)
{
    const uint8_t left = (worlds.likely != 0) ? worlds.likely : worlds.possible;

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        for (unsigned k = 0; k < 2; k++) {
            const unsigned side = (k == 0) ? expected_server : 1 - expected_server;
            if (left & newcamd_world_bit(i, side)) {
                *header_len = headers[i];
                *server = side;
                return;
            }
        }
    }
}
