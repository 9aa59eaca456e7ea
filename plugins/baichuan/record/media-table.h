/* media-table.h
 * The media streams of one direction of a connection, found by message id and what ties their messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 5.7. First pass only; a table is freed with the file.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_MEDIA_TABLE_H
#define CAMSHARK_BAICHUAN_RECORD_MEDIA_TABLE_H

#include <baichuan/record/media-note.h>

/* The stream of a message, made if there is none, as is the table where *table is NULL. It belongs to the table, until it
 * is forgotten.
 *   tie     bc_message_t's
 *   breaks  of the direction, so far: a new stream does not ask about them */
bc_media_stream_t *bc_media_table_get(GHashTable **table, uint32_t msg_id, uint32_t tie, uint32_t breaks);

/* Forgets one stream, or all. table may be NULL. */
void bc_media_table_forget(GHashTable *table, uint32_t msg_id, uint32_t tie);
void bc_media_table_clear(GHashTable *table);

#endif
