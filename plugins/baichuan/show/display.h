/* display.h
 * What everything that shows something of BC has in common: columns, documents, other dissectors, secrets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_DISPLAY_H
#define CAMSHARK_BAICHUAN_SHOW_DISPLAY_H

#include <epan/packet.h>
#include <epan/prefs.h>

/* Begins BC's part of the columns, for a frame or for a further buffer of one. */
void bc_begin_columns(packet_info *pinfo);

/* Adds something to the Info column, separated from what is there. */
void bc_append_info(packet_info *pinfo, const char *text);

/* Calls another dissector for bytes inside a message. It can not write into columns and packet information as
 * if the packet were its own, and an exception that it throws ends its own tree only. cut says that bytes at
 * the end were left out on purpose: that they are missing is no error then. */
void bc_call_fenced(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool cut);

/* The same, and expert items of that dissector are left out: some say of every packet what the dissector does not know.
 * An exception is still told. */
void bc_call_silenced(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                      bool cut);

/* Whether the user wants passwords, keys and hashes masked. */
bool bc_hides_secrets(void);

/* A buffer of len bytes of which nothing can be read, in place of bytes of tvb that may be secrets. */
tvbuff_t *bc_masked_bytes(tvbuff_t *tvb, packet_info *pinfo, unsigned len);

/* Adds how bytes are encrypted, or that it is unknown, as a generated item that highlights them.
 *   tree    of the message, not of the part: with the field in the subtrees of two parts, the JSON of tshark 4.0 (-T ek) has
 *           one key twice in an object
 *   cipher  bc_cipher_t
 *   part    what the bytes are: "payload" */
void bc_show_encryption(tvbuff_t *tvb, proto_tree *tree, int offset, int len, uint8_t cipher,
                        const char *part);

/* Adds a document in plain text as a field, and its elements by Wireshark's xml dissector below it; an expert
 * item says why, if these are not shown.
 *   xml  all of it is the document
 *   hf   of the field, FT_STRING */
void bc_show_xml(tvbuff_t *xml, packet_info *pinfo, proto_tree *tree, int hf);

/* Registers what these show, and the preference that hides secrets. */
void bc_display_register(int proto, module_t *module);
void bc_display_handoff(void);

#endif
