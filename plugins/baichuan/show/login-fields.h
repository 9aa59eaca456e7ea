/* login-fields.h
 * What logins and logouts show: nonce, hashes, whether they are those of the user's key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 2.5, 2.7 and 3.1.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_LOGIN_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_LOGIN_FIELDS_H

#include <epan/packet.h>

#include <baichuan/session/session.h>
#include <baichuan/show/xml-fields.h>

void bc_login_fields_register(int proto);

/* Adds the elements of login, logout and user messages to a map. */
void bc_login_fields_map(bc_xml_map_t *map);

/* Adds what the hashes of a login request say of the key table, as the session has decided. Nothing for other
 * messages. */
void bc_login_fields_verdict(tvbuff_t *tvb, proto_tree *tree, const bc_decision_t *decision);

/* What a login request says in the Info column, in packet scope; NULL if its user is not known (NULL), or to be
 * hidden. */
const char *bc_login_phrase(packet_info *pinfo, const char *user, bool hide);

/* Lists a login request whose hash is that of a known user among Wireshark's credentials.
 *   user  NULL: not known, and nothing is done */
void bc_login_list_user(packet_info *pinfo, const char *user, const bc_decision_t *decision, bool hide);

/* Adds the two hashes of a legacy login, whose body is all of tvb; a body that is cut shows what is there. */
void bc_login_fields_legacy(tvbuff_t *tvb, proto_tree *tree);

/* Adds the two tokens of an answer to getAccesskey, which is all of tvb, as far as the key opens them. hide
 * only that they are there */
void bc_login_fields_tokens(tvbuff_t *tvb, proto_tree *tree, const bc_decision_t *decision, bool hide);

#endif
