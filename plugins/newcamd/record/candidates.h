/* candidates.h
 * The keys that may open a connection, in the order in which they are tried.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_CANDIDATES_H
#define CAMSHARK_NEWCAMD_RECORD_CANDIDATES_H

#include <common/epan/ws-compat.h>

#include <epan/packet_info.h>

#include <newcamd/wire/crypto.h>

/* A key to try. Pointers are valid until keys come or go: copy what has to live longer. */
typedef struct {
    const uint8_t *deskey; /* NEWCAMD_KEY14_LEN bytes; NULL: a session key is all that is known */
    const char *name;      /* where it comes from, for the user: "row 1: living room" */
    const char *user;      /* whose password it has; empty = not known */
    unsigned row;          /* for newcamd_candidate_crypt() */
} newcamd_candidate_t;

/* The columns of a row of keys, as texts; none is NULL. */
typedef struct {
    const char *server, *port, *deskey, *user, *password, *session_key;
} newcamd_key_texts_t;

/* Whether a text may stand in a column. If not, *err (NULL if nobody asks) is a sentence for the user, to be freed with
 * g_free(). What is empty may stand in each. */
bool newcamd_key_is_deskey(const char *text, char **err);
bool newcamd_key_is_session_key(const char *text, char **err);
bool newcamd_key_is_password(const char *text, char **err);

/* Says who gives the user's keys: refill() is called before the next look at them after newcamd_candidates_stale(), and
 * adds all of them, the default last. */
void newcamd_candidates_register(void (*refill)(void));
void newcamd_candidates_stale(void);

/* Forgets all keys, and adds a row, whose texts are copied; one that cannot be read is left out, because whoever checked it
 * has said so.
 *   name  what it is called, for the user */
void newcamd_candidates_empty(void);
void newcamd_candidates_add(const char *name, const newcamd_key_texts_t *texts);

/* Stands for all ports where keys are asked for. */
#define NEWCAMD_ANY_PORT 0

/* Visits the DESKEYs for a card server in the order in which they are tried: rows that fit address and port,
 * from the top; the single preference; the well-known default key. Begin with *at = 0; returns false behind
 * the last. */
bool newcamd_candidate_next(const address *server, uint32_t port, unsigned *at,
                            newcamd_candidate_t *candidate);

/* The crypt string of a candidate's password, NEWCAMD_CRYPT_LEN characters (any length if the user gave a
 * "$1$" string of his own); computed once a row. NULL if there is no password. Valid as the candidate is. */
const char *newcamd_candidate_crypt(const newcamd_candidate_t *candidate);

/* Visits, in the same order, the keys of both kinds for a card server at either end of a packet.
 *   at_source  whether it can only be the packet's source */
bool newcamd_candidate_next_either(const packet_info *pinfo, unsigned *at, newcamd_candidate_t *candidate,
                                   bool *at_source);

/* The session key of a candidate, as it was given, or that of its DESKEY and password, NEWCAMD_KEY14_LEN bytes; computed
 * once a row. NULL if there is none. Valid as the candidate is. */
const uint8_t *newcamd_candidate_session_key(const newcamd_candidate_t *candidate);

/* Where the first of the DESKEYs for a card server comes from that are tried before the well-known default; NULL if there
 * is none. Valid as a candidate is.
 *   more  out: how many more there are */
const char *newcamd_candidates_tried(const address *server, uint32_t port, unsigned *more);

/* The same of the session keys that were given for a card server at either end of a packet. */
const char *newcamd_candidates_session_keys(const packet_info *pinfo, unsigned *more);

/* Whether a DESKEY (besides the well-known default), or anything that gives a session key, is there for a card server at
 * either end. */
bool newcamd_candidates_have_deskey(const packet_info *pinfo);
bool newcamd_candidates_give_session_key(const packet_info *pinfo);

/* Whether a row names this server's port, not just any port: then the user says that it speaks newcamd. */
bool newcamd_candidates_name(const address *server, uint32_t port);

/* Visits the ports that rows name. Begin with *at = 0; returns false behind the last. */
bool newcamd_candidates_next_port(unsigned *at, uint16_t *port);

#endif
