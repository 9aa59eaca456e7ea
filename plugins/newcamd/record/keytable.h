/* keytable.h
 * The keys of the user: the key table, the single preferences, and the candidate keys that they give.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_KEYTABLE_H
#define CAMSHARK_NEWCAMD_RECORD_KEYTABLE_H

#include <common/epan/ws-compat.h>

#include <epan/packet_info.h>
#include <epan/prefs.h>

#include <newcamd/wire/crypto.h>

/* A key to try. Pointers are valid until the next preference change: copy what has to live longer. */
typedef struct {
    const uint8_t *deskey; /* NEWCAMD_KEY14_LEN bytes */
    const char *name;      /* where it comes from, for the user: "row 1: living room" */
    const char *user;      /* whose password it has; empty = not known */
    unsigned row;          /* for newcamd_candidate_crypt() */
} newcamd_candidate_t;

/* Registers the preferences that are keys. Returns the protocol's preferences, for more. */
module_t *newcamd_keytable_register(int proto);

/* Stands for all ports where keys are asked for. */
#define NEWCAMD_ANY_PORT 0

/* Visits the keys for a card server in the order in which they are tried: rows that fit address and port,
 * from the top; the single preference; the well-known default key. Begin with *at = 0; returns false behind
 * the last. */
bool newcamd_candidate_next(const address *server, uint32_t port, unsigned *at,
                            newcamd_candidate_t *candidate);

/* The crypt string of a candidate's password, NEWCAMD_CRYPT_LEN characters (any length if the user gave a
 * "$1$" string of his own); computed once a row. NULL if there is no password. Valid as the candidate is. */
const char *newcamd_candidate_crypt(const newcamd_candidate_t *candidate);

/* Visits, in the same order, the keys for a card server at either end of a packet.
 *   at_source  whether it can only be the packet's source */
bool newcamd_candidate_next_either(const packet_info *pinfo, unsigned *at, newcamd_candidate_t *candidate,
                                   bool *at_source);

/* The session key of a candidate's DESKEY and password, NEWCAMD_KEY14_LEN bytes; computed once a row. NULL if
 * there is no password. Valid as the candidate is. */
const uint8_t *newcamd_candidate_session_key(const newcamd_candidate_t *candidate);

/* Where the first of the keys for a card server comes from that are tried before the well-known default; NULL if there is
 * none. Valid as a candidate is.
 *   more  out: how many more there are */
const char *newcamd_keytable_tried(const address *server, uint32_t port, unsigned *more);

/* Whether a key (besides the well-known default) or a password is there for a card server at either end. */
bool newcamd_keytable_has_deskey(const packet_info *pinfo);
bool newcamd_keytable_has_password(const packet_info *pinfo);

/* Whether a row names this server's port, not just any port: then the user says that it speaks newcamd. */
bool newcamd_keytable_names(const address *server, uint32_t port);

/* Visits the ports that rows name. Begin with *at = 0; returns false behind the last. */
bool newcamd_keytable_next_port(unsigned *at, uint16_t *port);

/* The sentence about a single preference that cannot be used, or NULL. Valid as a candidate is. */
const char *newcamd_keytable_complaint(void);

#endif
