/* key-row.h
 * A row with keys of a card server, as it is tried: of the key table, a preference, or a line from elsewhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_KEY_ROW_H
#define CAMSHARK_NEWCAMD_RECORD_KEY_ROW_H

#include <common/epan/ws-compat.h>

#include <epan/address.h>

#include <common/pure/address-rule.h>

#include <newcamd/wire/crypto.h>

/* The columns of a row, as texts; none is NULL. */
typedef struct {
    const char *server, *port, *deskey, *user, *password, *session_key;
} newcamd_key_texts_t;

typedef struct {
    camshark_address_rule_t server;
    uint16_t port;                    /* 0 = any */
    bool has_deskey, has_session_key; /* a row with neither names a port, and no more */
    uint8_t deskey[NEWCAMD_KEY14_LEN], session_key[NEWCAMD_KEY14_LEN];
    char *name;        /* where it comes from, for the user: "row 1: living room" */
    char *user;        /* empty = not known */
    char *password;    /* NULL = none */
    char *crypt;       /* cache of newcamd_key_row_crypt(); NULL = not asked for yet */
    bool has_made_key; /* cache of newcamd_key_row_made_key() */
    uint8_t made_key[NEWCAMD_KEY14_LEN];
} newcamd_key_row_t;

/* Whether a text may stand in a column. If not, *err (NULL if nobody asks) is a sentence for the user, to be freed with
 * g_free(). What is empty may stand in each. */
bool newcamd_key_is_deskey(const char *text, char **err);
bool newcamd_key_is_session_key(const char *text, char **err);
bool newcamd_key_is_password(const char *text, char **err);

/* A row of texts, which are copied; to be freed with newcamd_key_row_free(). NULL if they can not be used.
 *   name   what it is called
 *   error  out: then the sentence that says why, which repeats none of them; never to be freed */
newcamd_key_row_t *newcamd_key_row_new(const char *name, const newcamd_key_texts_t *texts,
                                       const char **error);

/* NULL is nothing. */
void newcamd_key_row_free(void *row);

/* Stands for all ports where keys are asked for. */
#define NEWCAMD_ANY_PORT 0

/* Whether a row is for a card server. */
bool newcamd_key_row_fits(const newcamd_key_row_t *row, const address *server, uint32_t port);

/* The crypt string of its password, NEWCAMD_CRYPT_LEN characters (any length if the user gave a "$1$" string of his own);
 * computed once. NULL if there is no password. */
const char *newcamd_key_row_crypt(newcamd_key_row_t *row);

/* The session key of its DESKEY and password, NEWCAMD_KEY14_LEN bytes; computed once. NULL if it has not both. */
const uint8_t *newcamd_key_row_made_key(newcamd_key_row_t *row);

#endif
