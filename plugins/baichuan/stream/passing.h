/* passing.h
 * Media that pass by: of a message with video, a replay or talk each packet shows what it brings, and its bytes are not kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * First pass only. Such a message is decided about when its payload begins. What follows in a row is read in its order, a
 * stretch a packet, and of it no more is kept than decryption of the next stretch needs. Bytes behind a hole wait for
 * those in it, as all others do. Header and Extension are shown in the frame that completes the message.
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_PASSING_H
#define CAMSHARK_BAICHUAN_STREAM_PASSING_H

#include <baichuan/stream/feeding.h>

/* Lets a message that has just begun pass by, if it can: the user has not asked for whole messages, it is the oldest one,
 * and it carries media. */
void bc_passing_begin(bc_feeding_t *feeding, camshark_message_t *message, const bc_header_t *header);

/* Reads on in a message, whether it passes by or not, as far as its bytes are here now: up to its last packet. */
void bc_passing_go_on(bc_feeding_t *feeding, camshark_message_t *message);

/* Whether the packet at hand shows all bytes up to an offset of the message, of which it is the first to bring them. */
bool bc_passing_shows(const bc_feeding_t *feeding, const bc_assembly_t *assembly, uint32_t end);

/* Reads what is left of such a message, which is to be finished, behind its holes, too. */
void bc_passing_finish(bc_feeding_t *feeding, const camshark_message_t *message);

/* Adds runs for what is left of a message at the end of a capture; its media are not read. Later passes.
 *   scope  of the bytes */
void bc_passing_preview(const camshark_assembler_t *assembler, const camshark_message_t *message,
                        wmem_allocator_t *scope, bc_segment_t *rest);

#endif
