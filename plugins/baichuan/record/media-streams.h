/* media-streams.h
 * The media streams of a connection: which packets a BC message carries, decided once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 5.6 to 5.8. On the first pass the messages of a stream are read in
 * their order, and what is found in each becomes a part of its record; every pass shows it from there. Bytes
 * of pictures and sound are not kept, except for headers, parameter sets and SEI that are cut by the end of a
 * message, or if the user wants packets reassembled.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_MEDIA_STREAMS_H
#define CAMSHARK_BAICHUAN_RECORD_MEDIA_STREAMS_H

#include <epan/packet.h>
#include <epan/prefs.h>

#include <baichuan/record/media-record.h>
#include <baichuan/wire/message.h>
#include <baichuan/session/session.h>

/* The streams of a connection, in file scope. All zero is the start. */
typedef struct {
    GHashTable *streams[2]; /* of a direction; NULL before the first one */
    uint32_t breaks[2];
} bc_media_streams_t;

/* Registers the preferences. */
void bc_media_streams_register(module_t *module);

/* Whether the user wants messages with media, and media packets, to be whole where they are shown. */
bool bc_media_streams_reassemble(void);

/* Bytes of this direction are missing, or not understood, before the next message. First pass only, as all
 * that follows. */
void bc_media_streams_lose(bc_media_streams_t *streams, unsigned direction);

/* Notes a message, or a stretch of one that goes on, in the order of the capture, behind bc_transfers_note(), which sets
 * its tie. If it carries media, its
 * payload is opened for that. Returns NULL if there is nothing to show, or if all of it is put into
 * slot, which may be NULL. */
const bc_media_record_t *bc_media_streams_note(bc_media_streams_t *streams, packet_info *pinfo,
                                               bc_message_t *message, const bc_decision_t *decision,
                                               bc_media_slot_t *slot);

#endif
