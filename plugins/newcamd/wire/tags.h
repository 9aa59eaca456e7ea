/* tags.h
 * The commands of newcamd: one row a tag, with all that is known of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 3.2, 5.1, 8.5 and 8.6. A command is added here, with the function that shows
 * it; this file makes what the pure code asks for, show/commands.c makes the functions and show/message.c the names.
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_TAGS_H
#define CAMSHARK_NEWCAMD_WIRE_TAGS_H

#include <stdbool.h>
#include <stdint.h>

/* A row: X(tag, name, proof, client's length, server's length, client's purpose, server's purpose, the tag that stands
 * for request and reply, secret, what the custom data of the header are, what shows it).
 *   proof    PROOF: one of the 46 tags that the error rates of section 8.6 count; WEAK: no proof of a key
 *   length   of the message data when the client or the server sends it after the login (newcamd_data_rule_t); asked for
 *            PROOF tags only
 *   purpose  newcamd_purpose_t; a message that nobody answers: TELLS, TELLS. SAME: the message's own tag stands for both
 *   secret   newcamd_secret_t
 *   custom   newcamd_custom_t of show/message-header.h, without its prefix
 *   shows    newcamd_show_..., a function of the show/command-*.c files; plain: its name and its bytes */
/* clang-format off */
#define NEWCAMD_TAG_TABLE(X)                                                                                          \
    X(0x80, "ECM even",             PROOF, ANY,   CW,    ASKS,    ANSWERS, 0x80, CW,    REQUEST,      ecm)            \
    X(0x81, "ECM odd",              PROOF, ANY,   CW,    ASKS,    ANSWERS, 0x80, CW,    REQUEST,      ecm)            \
    X(0x82, "EMM 0x82",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x83, "EMM 0x83",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x84, "EMM 0x84",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x85, "EMM 0x85",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x86, "EMM 0x86",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x87, "EMM 0x87",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x88, "EMM 0x88",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x89, "EMM 0x89",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x8a, "EMM 0x8a",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x8b, "EMM 0x8b",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x8c, "EMM 0x8c",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x8d, "EMM 0x8d",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x8e, "EMM 0x8e",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x8f, "EMM 0x8f",             PROOF, ANY,   EMPTY, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x90, "EMM 0x90",             WEAK,  NEVER, NEVER, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0x91, "EMM 0x91",             WEAK,  NEVER, NEVER, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      emm)            \
    X(0xc0, "Cached control words, even", PROOF, IS_16, NEVER, TELLS, TELLS, SAME, DATA, REQUEST, cached_control_words) \
    X(0xc1, "Cached control words, odd",  PROOF, IS_16, NEVER, TELLS, TELLS, SAME, DATA, REQUEST, cached_control_words) \
    X(0xd1, "OSD message",          PROOF, NEVER, ANY,   TELLS,   TELLS,   SAME, NONE,  REQUEST,      osd)            \
    X(0xd2, "All cards",            PROOF, NEVER, ANY,   TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xd3, "Add card",             PROOF, NEVER, EMPTY, TELLS,   TELLS,   SAME, NONE,  CARD_NEWS,    card_news)      \
    X(0xd4, "Remove card",          PROOF, NEVER, EMPTY, TELLS,   TELLS,   SAME, NONE,  CARD_NEWS,    card_news)      \
    X(0xd5, "Change key",           PROOF, NEVER, ANY,   TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xd6, "Get version",          PROOF, EMPTY, TO_16, ASKS,    ANSWERS, SAME, NONE,  REQUEST,      version)        \
    X(0xd7, "SID list",             PROOF, NEVER, BY_3,  TELLS,   TELLS,   SAME, NONE,  SID_LIST,     sid_list)       \
    X(0xd8, "Card discover",        PROOF, EMPTY, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xe0, "Login",                PROOF, NEVER, NEVER, ASKS,    TELLS,   SAME, LOGIN, LOGIN,        login)          \
    X(0xe1, "Login accepted",       PROOF, NEVER, NEVER, TELLS,   ANSWERS, 0xe0, NONE,  LOGIN_ACK,    plain)          \
    X(0xe2, "Login refused",        PROOF, NEVER, NEVER, TELLS,   ANSWERS, 0xe0, NONE,  REQUEST,      login_refused)  \
    X(0xe3, "Card data request",    PROOF, EMPTY, NEVER, ASKS,    TELLS,   SAME, NONE,  CARD_REQUEST, plain)          \
    X(0xe4, "Card data",            PROOF, NEVER, CARD,  TELLS,   ANSWERS, 0xe3, NONE,  CARD_DATA,    card_data)      \
    X(0xe5, "Server name",          PROOF, NEVER, NEVER, TELLS,   ASKS,    SAME, NONE,  REQUEST,      server_name)    \
    X(0xe6, "Server name accepted", PROOF, NEVER, NEVER, ANSWERS, TELLS,   0xe5, NONE,  REQUEST,      plain)          \
    X(0xe7, "Server name refused",  PROOF, NEVER, NEVER, ANSWERS, TELLS,   0xe5, NONE,  REQUEST,      plain)          \
    X(0xe8, "Server login",         PROOF, NEVER, NEVER, TELLS,   ASKS,    SAME, LOGIN, LOGIN,        login)          \
    X(0xe9, "Server login accepted", PROOF, NEVER, NEVER, ANSWERS, TELLS,  0xe8, NONE,  LOGIN_ACK,    plain)          \
    X(0xea, "Server login refused", PROOF, NEVER, NEVER, ANSWERS, TELLS,   0xe8, NONE,  REQUEST,      login_refused)  \
    X(0xeb, "Admin",                PROOF, NEVER, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xec, "Admin acknowledge",    PROOF, NEVER, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xed, "Admin login",          PROOF, NEVER, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xee, "Admin login accepted", PROOF, NEVER, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xef, "Admin login refused",  PROOF, NEVER, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xf0, "Admin command",        PROOF, NEVER, NEVER, TELLS,   TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xf1, "Admin command acknowledge", PROOF, NEVER, NEVER, TELLS, TELLS, SAME, NONE, REQUEST,      plain)          \
    X(0xf2, "Admin command refused", PROOF, NEVER, NEVER, TELLS,  TELLS,   SAME, NONE,  REQUEST,      plain)          \
    X(0xfd, "Keepalive",            PROOF, EMPTY, EMPTY, MAY_ASK, MAY_ASK, SAME, NONE,  KEEPALIVE,    keepalive)
/* clang-format on */

/* Lengths of message data, in bytes, that a side is known to send behind the login. */
typedef enum {
    NEWCAMD_DATA_NEVER, /* it does not send this tag then */
    NEWCAMD_DATA_ANY,
    NEWCAMD_DATA_EMPTY,
    NEWCAMD_DATA_IS_16,
    NEWCAMD_DATA_CW,    /* control words: 0, 16 or 32 */
    NEWCAMD_DATA_CARD,  /* card data: 12 and 11 a provider */
    NEWCAMD_DATA_TO_16, /* 16 at most */
    NEWCAMD_DATA_BY_3,  /* a multiple of 3 */
} newcamd_data_rule_t;

typedef enum {
    NEWCAMD_TELLS,   /* neither asks nor answers */
    NEWCAMD_ASKS,    /* the other side has to answer */
    NEWCAMD_MAY_ASK, /* the other side may answer with the same tag; if it waits for one, this is the answer */
    NEWCAMD_ANSWERS,
    NEWCAMD_MAY_RETURN, /* of unknown meaning: one server returns it without data, with the same message id */
} newcamd_purpose_t;

typedef enum {
    NEWCAMD_SECRET_NONE,
    NEWCAMD_SECRET_LOGIN, /* what follows the user name */
    NEWCAMD_SECRET_CW,    /* the data, when the server sends them */
    NEWCAMD_SECRET_DATA,  /* the data, whoever sends them */
} newcamd_secret_t;

/* The command's name; "Unknown command" if it has none. */
const char *newcamd_tag_name(uint8_t tag);

/* Whether the tag counts as a proof of a key. */
bool newcamd_tag_proves(uint8_t tag);

/* Whether a side sends this tag with so many bytes of data, behind the login. */
bool newcamd_tag_fits(uint8_t tag, bool from_server, unsigned data_len);

/* What a message is for; *request is the tag that stands for its request and the replies to it. Nobody has to answer a
 * keepalive (section 5.6), nor what has a tag of unknown meaning. */
newcamd_purpose_t newcamd_tag_purpose(uint8_t tag, bool from_server, uint8_t *request);

newcamd_secret_t newcamd_tag_secret(uint8_t tag);

#endif
