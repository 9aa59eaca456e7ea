/* pdu.h
 * One PDU in tree and columns, from its record alone, on every pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_PDU_H
#define CAMSHARK_NEWCAMD_SHOW_PDU_H

#include <newcamd/record/segment.h>

/* Shows the PDU at hand.
 *   plain  the opened plaintext, where the first pass has it already; else NULL */
void newcamd_show_pdu(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, uint8_t *plain);

/* Shows a segment with a piece of a login that was gathered by the heuristic: the login is shown where its
 * last byte arrived. length is what is left of the login from this place on. */
void newcamd_show_piece_of_login(newcamd_segment_t *segment, newcamd_connection_t *connection,
                                 uint32_t length);

/* Registers the fields and expert items of frames; those of messages belong to the commands. */
void newcamd_pdu_tree_register(int proto);

#endif
