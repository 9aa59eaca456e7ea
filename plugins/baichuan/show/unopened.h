/* unopened.h
 * Why a message, or a part of it, was not opened: in the tree, in the list, and what would help.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * docs/troubleshooting.md lists the reasons in the words that are shown.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_UNOPENED_H
#define CAMSHARK_BAICHUAN_SHOW_UNOPENED_H

#include <epan/packet.h>

#include <baichuan/record/conversation.h>

/* Adds baichuan.opened to a message of which something was not opened.
 *   offset  of the message in tvb */
void bc_unopened_show(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_header_t *header,
                      const bc_decision_t *decision);

/* The same in brackets, for the Info column, and that a login has the hash of another password; else NULL. */
const char *bc_unopened_note(const bc_header_t *header, const bc_decision_t *decision);

/* Adds the expert item of a decision's problem, if there is one.
 *   item  of the part that was not opened, or of the login that no password fits */
void bc_unopened_explain(packet_info *pinfo, proto_item *item, const bc_decision_t *decision);

void bc_unopened_register(int proto);

#endif
