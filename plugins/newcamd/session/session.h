/* session.h
 * A newcamd login as it is followed through a connection, and which key opens which frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 2.3, 3.3, 4.1, 8.1 to 8.3 and 8.5. Directions are 0 and 1 as the caller
 * likes; places in the stream are TCP sequence numbers. The key of a frame follows from its place alone, so
 * frames that are missing, repeated or looked at in another order do no harm.
 */
#ifndef CAMSHARK_NEWCAMD_SESSION_SESSION_H
#define CAMSHARK_NEWCAMD_SESSION_SESSION_H

#include <newcamd/wire/ciphers.h>
#include <newcamd/wire/frame.h>

typedef enum {
    NEWCAMD_KEY_NONE,
    NEWCAMD_KEY_LOGIN,
    NEWCAMD_KEY_SESSION,
    NEWCAMD_KEY_CLEAR /* not encrypted at all (section 2.3) */
} newcamd_key_t;

typedef enum {
    NEWCAMD_LOGIN_NOT_SEEN,
    NEWCAMD_LOGIN_NOT_OPENED, /* seen, and no key fits */
    NEWCAMD_LOGIN_OPENED,
    NEWCAMD_LOGIN_CLEAR,      /* seen, and the whole connection is in clear */
    NEWCAMD_LOGIN_OLD_LAYOUT, /* opened, and has the layout of releases that are not supported */
    NEWCAMD_LOGIN_PROVED      /* not seen or not opened, and frames behind it have proved the session key */
} newcamd_login_state_t;

/* All zero but ciphers is a connection of which nothing is known. What is known only ever grows. */
typedef struct {
    newcamd_ciphers_t *ciphers; /* of the file */
    bool greeted;               /* the greeting is in the capture: the members below are valid */
    unsigned acceptor;
    uint8_t greeting[NEWCAMD_GREETING_LEN];
    uint32_t greeting_place;
    uint32_t first[2];        /* place of the first encrypted frame, by direction */
    bool reverse;             /* the server connected, and told its name in clear (section 8.3) */
    unsigned name_header_len; /* of the clear frames of a reverse login */
    uint16_t server_port;     /* on which a server that connected listens */

    newcamd_login_state_t login;
    unsigned header_len;       /* NEWCAMD_HEADER_524 or _525, from the login or as the user wants it */
    unsigned login_header_len; /* the one that the login has; 0 if there is none */
    unsigned server;           /* direction in which the card server sends */
    bool reply_opened;         /* deskey opened the reply to a login that was not seen */
    bool has_deskey;           /* it is known: a session key alone may have been proved */
    uint8_t deskey[NEWCAMD_KEY14_LEN], session_key[NEWCAMD_KEY14_LEN];
    bool settled[2]; /* without a greeting: a frame of this direction has the session key for sure */
    uint32_t settled_place[2]; /* and the first one that has; login and reply may lie before it */
} newcamd_session_t;

/* Notes the greeting.
 *   acceptor         direction of the side that sent it
 *   place            sequence number of its first byte
 *   connector_place  sequence number of the first byte that the other side sends */
void newcamd_session_greet(newcamd_session_t *session, unsigned acceptor,
                           const uint8_t greeting[NEWCAMD_GREETING_LEN], uint32_t place,
                           uint32_t connector_place);

/* Tries a DESKEY on the login frame. session is greeted.
 *   trial   from newcamd_trial_open()
 *   header  what all messages are to be read with; 0 for that of the login
 *   frame   the whole frame with its length field, frame_len bytes; its length field is possible and agrees
 * Returns true if the login grammar holds: then the session has its keys, header version and server side; or
 * if the login has the layout of old releases: then login says so, and nothing else is known. */
bool newcamd_session_try_login(newcamd_session_t *session, gcry_cipher_hd_t trial,
                               const uint8_t deskey[NEWCAMD_KEY14_LEN], unsigned header_len,
                               const uint8_t *frame, size_t frame_len);

/* Whether this is the place of the reply to the login. */
bool newcamd_session_is_reply_place(const newcamd_session_t *session, unsigned direction, uint32_t place);

/* Tries a DESKEY on the reply to a login that was not seen (section 4.3); all else as for
 * newcamd_session_try_login(). A wrong key passes with a chance of 1.5e-8. Returns true if the frame is such
 * a reply: then the session has the login key, header version and server side. */
bool newcamd_session_try_reply(newcamd_session_t *session, gcry_cipher_hd_t trial,
                               const uint8_t deskey[NEWCAMD_KEY14_LEN], unsigned header_len,
                               const uint8_t *frame, size_t frame_len);

/* Looks whether the frame at the login's place is in clear: a login, then the connection is; or a server's
 * name, then it is a reverse login and the encrypted frames come behind this one and its answer. session is
 * greeted, frame and header as above. place is that of the frame. Returns whether it is either. */
bool newcamd_session_try_clear(newcamd_session_t *session, uint32_t place, unsigned header_len,
                               const uint8_t *frame, size_t frame_len);

/* Whether a place is where a direction's first frame begins, in clear or not. */
bool newcamd_session_is_first(const newcamd_session_t *session, unsigned direction, uint32_t place);

/* Whether the frame at this place is in clear, by all that is known when it is reached in order. */
bool newcamd_session_expects_clear(const newcamd_session_t *session, unsigned direction, uint32_t place);

/* Takes a session key that two frames have proved (proof.h).
 *   deskey  that it was made of; NULL if that is not known
 *   server  direction in which the card server sends
 * With the greeting and the DESKEY the login key follows too. */
void newcamd_session_prove(newcamd_session_t *session, const uint8_t *deskey,
                           const uint8_t session_key[NEWCAMD_KEY14_LEN], unsigned header_len,
                           unsigned server);

/* The frames of a connection whose login was not seen have proved that it is in clear (clear-proof.h).
 *   header_len  what its messages are to be read with
 *   server      direction in which the card server sends */
void newcamd_session_take_clear(newcamd_session_t *session, unsigned header_len, unsigned server);

/* Whether the session key is known, and with it how to open whatever follows. */
bool newcamd_session_has_key(const newcamd_session_t *session);

/* Whether this is the place of the login frame. */
bool newcamd_session_is_login_place(const newcamd_session_t *session, unsigned direction, uint32_t place);

/* Which key the frame at a place has to be opened with; NEWCAMD_KEY_NONE while there is none. */
newcamd_key_t newcamd_session_key_at(const newcamd_session_t *session, unsigned direction, uint32_t place);

/* Opens a frame (as for newcamd_session_try_login()) into plain: frame_len - 10 bytes. Returns false if there
 * is no such key. The checksum is not looked at. */
bool newcamd_session_open(const newcamd_session_t *session, newcamd_key_t key, const uint8_t *frame,
                          size_t frame_len, uint8_t *plain);

/* Notes that the session key opened the frame at a place; where there is a greeting that follows from the place. */
void newcamd_session_settle(newcamd_session_t *session, unsigned direction, uint32_t place);

/* Opens a frame with the key that its place asks for, or, if the checksum is wrong, with the connection's other key if
 * that gives a right checksum and a message of this direction (section 8.5, 3 and 4). Without a greeting the place does
 * not tell the login and its reply from others, and their key is not known: then the session key has to give a message
 * that fills its frame, until one has. Gives the key that plain was opened with; NEWCAMD_KEY_NONE if there is none. */
newcamd_key_t newcamd_session_decide(const newcamd_session_t *session, unsigned direction, uint32_t place,
                                     const uint8_t *frame, size_t frame_len, uint8_t *plain);

#endif
