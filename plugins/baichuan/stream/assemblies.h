/* assemblies.h
 * The messages of a stream from their beginning to the record of what was decided about them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_ASSEMBLIES_H
#define CAMSHARK_BAICHUAN_STREAM_ASSEMBLIES_H

#include <baichuan/stream/feeding.h>

/* Begins a message, or bytes that are none, at a place, and decides about it at once if all of it is here.
 *   header  NULL: it is no message
 * False if the assembler can not take it; then nothing is begun. */
bool bc_assembly_begin(bc_feeding_t *feeding, uint64_t place, uint32_t total, const bc_header_t *header);

/* Decides about a message that has begun, as far as it is here, and notes it in the segment of the frame at hand. */
void bc_assembly_finish(bc_feeding_t *feeding, camshark_message_t *message);

/* Notes that the packet that is fed has bytes of an assembly. */
void bc_assembly_grow(const bc_feeding_t *feeding, bc_assembly_t *assembly);

/* Notes in the segment of a packet that len bytes of it lie at an offset of an assembly. */
void bc_assembly_share(const bc_feeding_t *feeding, bc_segment_t *segment, const bc_assembly_t *assembly,
                       uint32_t offset, uint32_t len);

/* Notes in the segments of all packets that have bytes of a message, from an offset in it on, that they have: of those
 * that wait (bc_assembly_wait), and of the one that is fed. */
void bc_assembly_share_all(bc_feeding_t *feeding, const camshark_message_t *message, bc_assembly_t *assembly,
                           uint32_t from);

/* Copies what is here of a message, with the lists of its packets and holes; of one that passes by the lists alone.
 *   temporary  scope of what is used on the way
 *   scope      of the copies */
void bc_assembly_fill(const camshark_assembler_t *assembler, const camshark_message_t *message,
                      wmem_allocator_t *temporary, wmem_allocator_t *scope, bc_assembly_t *assembly);

/* Bytes of the header, if it is among what is here: above the bounds of the assembler, it may not be. Else 0. */
uint8_t bc_assembly_header(const bc_assembly_t *assembly);

/* At the end of a packet: notes whether bytes of it are nobody's, which a message that begins later may find. */
void bc_assembly_wait(bc_feeding_t *feeding);

/* Notes len bytes at an offset of the packet at hand that are shown by themselves.
 *   header_frame  see bc_skip_t
 *   lost          what streams have in them is missing from now on; false: it was, before they came */
void bc_assembly_skip(bc_feeding_t *feeding, uint32_t offset, uint32_t len, uint32_t header_frame, bool lost);

#endif
