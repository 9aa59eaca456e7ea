/* clear-proof.c
 * Connections that are not encrypted and whose login is not in the capture: what proves them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/session/clear-proof.h>

#include <glib.h>

#define FRAMES_NEEDED 3

static const unsigned headers[] = { NEWCAMD_HEADER_525, NEWCAMD_HEADER_524 };

static newcamd_worlds_t
worlds_in_clear(unsigned direction, const uint8_t *bytes, size_t len)
{
    newcamd_worlds_t worlds = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        for (unsigned server = 0; server < 2; server++) {
            if (newcamd_clear_direction_ok(bytes, len, headers[i], server == direction)) {
                worlds.possible |= newcamd_world_bit(i, server);
            }
        }
    }
    worlds.likely = worlds.possible;
    return worlds;
}

bool
newcamd_clear_possible(unsigned direction, const uint8_t *bytes, size_t len)
{
    return worlds_in_clear(direction, bytes, len).possible != 0;
}

/* The worlds in which a frame answers the newest one of the other side: an ECM or EMM comes back with its id and tag. */
static uint8_t
answers(const newcamd_clear_proof_t *proof, unsigned direction, uint16_t msg_id, const uint8_t tags[2])
{
    const unsigned other = 1 - direction;
    uint8_t worlds = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        if (proof->known[other] && proof->msg_id[other] == msg_id && proof->tags[other][i] == tags[i] &&
            tags[i] >= NEWCAMD_ECM_EVEN && tags[i] <= NEWCAMD_EMM_LAST) {
            worlds |= newcamd_world_bit(i, direction);
        }
    }
    return worlds;
}

bool
newcamd_clear_proof_note(newcamd_clear_proof_t *proof, unsigned direction, const uint8_t *bytes, size_t len,
                         unsigned *header_len, unsigned *server)
{
    newcamd_worlds_t worlds = worlds_in_clear(direction, bytes, len);

    if (worlds.possible == 0) {
        *proof = (newcamd_clear_proof_t){ 0 };
        return false;
    }
    if (proof->frames > 0 && newcamd_proof_combine(proof->worlds, worlds).possible == 0) {
        *proof = (newcamd_clear_proof_t){ 0 };
    }
    if (proof->frames > 0) {
        worlds = newcamd_proof_combine(proof->worlds, worlds);
    }
    const uint16_t msg_id = (uint16_t)(bytes[0] << 8 | bytes[1]);
    const uint8_t tags[2] = { (len > headers[0]) ? bytes[headers[0]] : 0, bytes[headers[1]] };
    proof->worlds = worlds;
    proof->frames = MIN(proof->frames + 1, FRAMES_NEEDED);
    proof->answered |= answers(proof, direction, msg_id, tags);
    proof->known[direction] = true;
    proof->msg_id[direction] = msg_id;
    proof->tags[direction][0] = tags[0];
    proof->tags[direction][1] = tags[1];

    const uint8_t proved = worlds.possible & proof->answered;
    if (proof->frames < FRAMES_NEEDED || proved == 0) {
        return false;
    }
    newcamd_proof_choose((newcamd_worlds_t){ .possible = proved, .likely = proved }, direction, header_len,
                         server);
    return true;
}
