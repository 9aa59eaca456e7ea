/* candidates.h
 * The keys that may open a connection, in the order in which they are tried.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_CANDIDATES_H
#define CAMSHARK_NEWCAMD_RECORD_CANDIDATES_H

#include <common/epan/ws-compat.h>

#include <epan/packet_info.h>
#include <epan/prefs.h>

#include <newcamd/record/key-row.h>

/* A key to try: the DESKEY of a row, or its session key, which need not be one of that DESKEY. The row is valid until keys
 * come or go: copy what has to live longer. */
typedef struct {
    newcamd_key_row_t *row;
    bool is_session_key;
    bool of_capture; /* whoever made the capture put it there */
    bool is_default; /* the well-known one */
} newcamd_candidate_t;

/* Registers the key sources beside the table. refill() gives the user's keys (newcamd_candidates_add()): it is called before
 * the next look at them after newcamd_candidates_stale(). */
void newcamd_candidates_register(module_t *module, void (*refill)(void));
void newcamd_candidates_stale(void);

typedef enum { NEWCAMD_KEYS_OF_TABLE, NEWCAMD_KEYS_OF_PREFERENCE, NEWCAMD_DEFAULT_KEY } newcamd_key_place_t;

/* Forgets the user's keys, and adds a row, in the order of their places; one that cannot be read is left out, because whoever
 * checked it has said so.
 *   name  what it is called, for the user */
void newcamd_candidates_empty(void);
void newcamd_candidates_add(newcamd_key_place_t place, const char *name, const newcamd_key_texts_t *texts);

/* Reads the keys that this frame brings with it, and the key log file if that has changed, on the first pass. With every frame that may
 * be newcamd, before keys are looked for. */
void newcamd_candidates_look(const packet_info *pinfo);

/* A number that changes when keys of a log or of the capture come or go. */
uint32_t newcamd_candidates_edition(void);

/* Visits the DESKEYs for a card server in the order in which they are tried: rows of the table that fit address and port, from
 * the top; such lines of the key log file; the single preference; such lines of the capture; the well-known default key. Begin
 * with *at = 0; returns false behind the last. */
bool newcamd_candidate_next(const address *server, uint32_t port, unsigned *at,
                            newcamd_candidate_t *candidate);

/* Visits, in the same order, the keys of both kinds for a card server at either end of a packet.
 *   at_source  whether it can only be the packet's source */
bool newcamd_candidate_next_either(const packet_info *pinfo, unsigned *at, newcamd_candidate_t *candidate,
                                   bool *at_source);

/* Whether a candidate may be tried, to be asked before each try: those of the capture only so often in all. First pass only. */
bool newcamd_candidate_may_try(const newcamd_candidate_t *candidate);

/* The session key of a candidate, as it was given, or that of its DESKEY and password, NEWCAMD_KEY14_LEN bytes. NULL if there
 * is none. Valid as the row is. */
const uint8_t *newcamd_candidate_session_key(const newcamd_candidate_t *candidate);

/* Where the first of the session keys comes from that were given for a card server at either end of a packet; NULL if there
 * is none. Valid as a row is.
 *   more  out: how many more there are */
const char *newcamd_candidates_session_keys(const packet_info *pinfo, unsigned *more);

/* The rows of the key log file, in their order: how many there are. */
unsigned newcamd_candidates_log_rows(void);

/* One of them, from 0 on, if it has a DESKEY and is for either end of a packet; else NULL. Valid until keys come or go. */
const newcamd_key_row_t *newcamd_candidates_log_deskey(const packet_info *pinfo, unsigned nth);

/* Whether a DESKEY (besides the well-known default) is there for a card server at either end. */
bool newcamd_candidates_have_deskey(const packet_info *pinfo);

/* Whether a row of the user, in the table or in the key log file, names this server's port, not just any port: then the user
 * says that it speaks newcamd. */
bool newcamd_candidates_name(const address *server, uint32_t port);

/* The ports that such rows name, as keys of a table that belongs to whoever asks. When a file begins, too. */
GHashTable *newcamd_candidates_ports(void);

#endif
