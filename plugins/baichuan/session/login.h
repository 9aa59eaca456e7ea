/* login.h
 * One login of a BC connection: its nonce and hashes, the passwords that were tried on them, and its key.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 2.5 and 2.6. A second login on the same connection has another nonce
 * and so other keys. No Wireshark header is needed here.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_LOGIN_H
#define CAMSHARK_BAICHUAN_SESSION_LOGIN_H

#include <glib.h>

#include <baichuan/wire/tokens.h>

/* Bytes of a legacy login that mean something: the hashes of user and password, each in 32 bytes. */
#define BC_LEGACY_HASH_FIELD 32u
#define BC_LEGACY_LOGIN      (2u * BC_LEGACY_HASH_FIELD)

/* u16 at 16 of a nonce reply (section 2.1). What is negotiated otherwise, such as full AES, may encrypt media, too. */
#define BC_NEGOTIATED_NONE 0xdd00u
#define BC_NEGOTIATED_XOR  0xdd01u
#define BC_NEGOTIATED_AES  0xdd02u /* texts alone are encrypted */

/* An AES key that is in force, with the words that say where it came from ("row 2: porch"). */
typedef struct {
    bc_aes_t *aes;
    char *origin;
    uint8_t key[BC_AES_BLOCK];
    uint8_t iv[BC_AES_BLOCK];
} bc_key_t;

/* Something that may open a connection: a password, or (password NULL) a raw key. */
typedef struct {
    const char *user; /* of the password; NULL or empty if not given */
    const char *password;
    const uint8_t *key; /* BC_AES_BLOCK bytes */
    const uint8_t *iv;  /* BC_AES_BLOCK bytes */
    const uint8_t
        *pad; /* bc_aes_pad() of them, with which many keys are tried at little cost; NULL: not made */
    const char *origin;
    uint32_t *tries; /* how often it may still be tried, together with others; NULL: without end */
    bool fallback;   /* the empty password that is always tried last; nobody has configured it */
} bc_candidate_t;

/* Where candidates come from: gives number nth and returns true, or false when there is none. It is asked
 * for 0, 1, 2 and so on; 0 begins anew. What it gives need only stay valid until the next call.
 *   edition  a number that changes when there are other candidates: keys may come while a capture runs. NULL: they
 *            stay as they are */
typedef struct {
    bool (*get)(void *context, unsigned nth, bc_candidate_t *out);
    void *context;
    uint32_t (*edition)(void *context);
} bc_candidates_t;

/* What keeps a message, or the messages after it, from being read. */
typedef enum {
    BC_PROBLEM_NONE,
    BC_PROBLEM_NO_LOGIN,       /* the login's nonce is not in the capture, and no raw key is known to fit */
    BC_PROBLEM_NO_KEY,         /* no password or key is configured for this camera */
    BC_PROBLEM_WRONG_PASSWORD, /* no configured password has the hash that the login shows */
    BC_PROBLEM_WRONG_KEY,      /* configured keys or passwords were tried on a block, and none opens it */
    BC_PROBLEM_KEY_EXCHANGE,   /* the key is one that no password gives, and no raw key is configured */
    BC_PROBLEM_NOT_OPENED,     /* the key is known, and this part is still no XML */
} bc_problem_t;

/* What a hash says of what the user has configured. */
typedef enum {
    BC_VERDICT_NONE, /* there is nothing to compare */
    BC_VERDICT_NO,
    BC_VERDICT_YES,
} bc_verdict_t;

typedef struct bc_login {
    bool seen;           /* some leg of it was captured */
    bool legacy;         /* the camera did not answer with a nonce: no XML and no encryption follow */
    bool legacy_hello;   /* its first message carried the hashes of a legacy login */
    bool modern;         /* the client went on with a <LoginUser> */
    bool key_exchange;   /* it has secrets that only the ends know, section 2.7 */
    uint16_t requested;  /* u16 at 16 of the first message; 0 if not captured */
    uint16_t negotiated; /* u16 at 16 of the nonce reply; 0 if not captured */
    char *nonce;         /* NULL if not captured */
    bool hash_known;
    bool hash_of_token;              /* the password's is that of the second token */
    char user_hash[BC_HASH_LEN + 1]; /* of the login request; "" if there is none of this length */
    char password_hash[BC_HASH_LEN + 1];
    const char
        *user; /* whose hash user_hash is, by the text of a candidate, until that is taken; NULL if unknown */
    const char *refused;     /* where the passwords come from that do not have it: "row 1: porch, row 4" */
    const char *raw_refused; /* the same of raw keys, of a login whose nonce is not known */
    GStringChunk *texts; /* such lists, which live as long as the login: decisions point to them; or NULL */
    const bc_key_t *key; /* NULL until one is proved */
    uint32_t edition;    /* of the candidates that were tried last */
    unsigned n_trials;   /* first blocks of XML parts on which every candidate failed, */
    unsigned n_tried;    /* those since there are other candidates, */
    uint8_t *tried;      /* and some of them; NULL before the first. All parts of a session begin alike. */
    uint8_t *tokens;     /* as the camera sent them: BC_TOKENS * BC_TOKEN_SLOT bytes; NULL if it did not */
    unsigned n_tails;    /* ends of messages that were tried in vain */
    bc_key_t own_key;
    struct bc_login *previous; /* the login before this one in the connection, */
    unsigned number;           /* and how many there were */
} bc_login_t;

/* What a login's hashes say of the candidates. refused lives as long as the login. */
typedef struct {
    bc_verdict_t password;
    bc_verdict_t user;
    const char *refused; /* NULL if a password was proved, or if none is configured */
    const char
        *name; /* of the user, where a candidate or the usual name has the hash: the candidate's own text */
} bc_proof_t;

/* To be freed with bc_login_free(), which does not free the one before. */
bc_login_t *bc_login_new(void);
void bc_login_free(bc_login_t *login);

/* Whether clear bytes begin like the body of a legacy login: with two hashes, or none where there is no
 * password. */
bool bc_bytes_are_legacy_login(const uint8_t *bytes, size_t len);

/* Compares the hashes of a login request (user_hash, password_hash, nonce known) with all candidates; the
 * first password that has the hash gives the key. One MD5 a candidate. */
void bc_login_prove_by_hash(bc_login_t *login, const bc_candidates_t *candidates, bc_proof_t *out);

/* The same for the hashes of a legacy login, which need no nonce and give no key.
 *   fields  BC_LEGACY_LOGIN bytes */
void bc_login_prove_legacy(bc_login_t *login, const uint8_t *fields, const bc_candidates_t *candidates,
                           bc_proof_t *out);

/* The same for the hash of a login whose password field is that of the second token (tokens, password_hash
 * and nonce known; section 2.7). */
void bc_login_prove_by_token(bc_login_t *login, const bc_candidates_t *candidates, bc_proof_t *out);

/* Tries all candidates on the first block of a part that should be XML, unless this was done. Where there are others than
 * when that was done, or when the login's hashes were compared, both are done again. */
void bc_login_prove_by_block(bc_login_t *login, const uint8_t *part, size_t len,
                             const bc_candidates_t *candidates);

/* The same with the end of a message whose header is lost: a capture that begins inside a message may have no
 * more of it. Only the first few are tried. */
void bc_login_prove_by_tail(bc_login_t *login, const uint8_t *bytes, size_t len,
                            const bc_candidates_t *candidates);

/* Why a part of this login can not be read. */
bc_problem_t bc_login_problem(const bc_login_t *login, const bc_candidates_t *candidates);

/* The rows of raw keys that were tried on this login and do not fit: "row 1: porch, row 4". It lives as long as the login;
 * NULL if there are none. */
const char *bc_login_refused_keys(bc_login_t *login, const bc_candidates_t *candidates);

#endif
