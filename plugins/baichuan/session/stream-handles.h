/* stream-handles.h
 * The handles with which a client asks for streams: which were used before in a login.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements the rule of docs/baichuan.md section 3.3 that each open stream has a handle of its own.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_STREAM_HANDLES_H
#define CAMSHARK_BAICHUAN_SESSION_STREAM_HANDLES_H

#include <baichuan/session/decision.h>
#include <baichuan/wire/message.h>

/* The handles of one login; so many that a client can use, and no more. */
typedef struct bc_stream_handles bc_stream_handles_t;

/* login: its number in the connection */
bc_stream_handles_t *bc_stream_handles_new(unsigned login);
void bc_stream_handles_free(bc_stream_handles_t *handles); /* NULL is allowed */

/* A stream is asked for. Returns what its handle was used for before. */
bc_handle_use_t bc_stream_handles_ask(bc_stream_handles_t *handles, uint32_t channel, uint32_t handle,
                                      uint32_t exchange_id);

/* The stream with this handle is to end. */
void bc_stream_handles_stop(bc_stream_handles_t *handles, uint32_t channel, uint32_t handle);

/* The request for a stream was refused, so its handle counts as not used. */
void bc_stream_handles_refuse(bc_stream_handles_t *handles, uint32_t exchange_id);

/* Learns from a message, and sets the handle's use in its decision. Messages that have nothing to do with
 * streams are left alone.
 *   handles  of the connection, NULL before the first stream; each login gets its own
 *   login    number of the login in force */
void bc_stream_handles_note(bc_stream_handles_t **handles, unsigned login, bc_message_t *message,
                            bc_decision_t *decision);

#endif
