/* message-history.h
 * What a message's meaning takes from the messages before it, or behind it, in its connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass notes every opened message here, in the order of the capture, and gets what its record has
 * to keep: on every pass the message is shown from that.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_MESSAGE_HISTORY_H
#define CAMSHARK_NEWCAMD_RECORD_MESSAGE_HISTORY_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* One card data message. File scope, never changes. */
typedef struct {
    uint32_t frame;
    uint16_t caid;
    uint16_t provider_count; /* of those that are there */
    const uint32_t *providers;
} newcamd_card_t;

/* An EMM reply that asks for a new card data request. Goes from unknown to known. */
typedef struct {
    uint32_t request_frame; /* 0: none came until now */
    uint32_t replies;       /* that it is to follow */
} newcamd_card_refresh_t;

typedef enum { NEWCAMD_ECHO_NONE, NEWCAMD_ECHO_SAME, NEWCAMD_ECHO_CHANGED } newcamd_echo_t;

/* Belongs to one message, or to all that need to know nothing but the card. File scope; only what refresh
 * points to changes. */
typedef struct {
    const newcamd_card_t *card;            /* of ECM and EMM: the last card data before it, or NULL */
    const newcamd_card_refresh_t *refresh; /* of an EMM reply that asks for card data, else NULL */
    uint8_t echo;                          /* newcamd_echo_t: what the answer to a keepalive is */
    uint32_t open_frame;  /* of an ECM reply without control words: an older ECM that was open then, else 0 */
    uint16_t request_sid; /* of an ECM reply with other_sid: the service id of its request */
    bool other_sid;       /* of an ECM reply: its service id is neither 0 nor that of its request */
    bool echoed_ecm;      /* of an ECM reply: the ECM stands before the control words */
    uint8_t damaged;      /* tag that was overwritten by its server (section 5.3), 0 if all is well */
    uint8_t refresh_rank; /* the how manyth of refresh->replies, from 1 on; further ones are the last one */
} newcamd_context_t;

/* Of one connection. First pass only. */
typedef struct newcamd_message_state newcamd_message_state_t;

/* A message on its way through what the first pass notes. Its bytes go from the message id to the end of what may be
 * message data, padding included; its checksum is right. */
typedef struct {
    uint32_t frame; /* number of the frame in which it ends */
    uint32_t
        request_frame;    /* of the request that it answers; 0 if it answers none, or that is not known yet */
    uint32_t open_frame;  /* of the reply to an ECM: an older ECM that was open then; 0 if there is none */
    const nstime_t *time; /* of the frame in which it ends */
    unsigned direction;   /* 0 or 1 */
    bool from_server;     /* sent by the card server */
    const uint8_t *bytes;
    unsigned len;
    unsigned header_len; /* NEWCAMD_HEADER_524 or _525 */
    uint8_t damaged;     /* from newcamd_context_damaged() */
} newcamd_noted_t;

/* The tag that a message had before its server wrote other bytes over it (section 5.3); 0 if it did not.
 *   state  of its connection, NULL if it is the first message */
uint8_t newcamd_context_damaged(const newcamd_message_state_t *state, const newcamd_noted_t *message);

/* Notes a message and returns its context, NULL if it has none. *state may be NULL: it is made in file scope.
 */
const newcamd_context_t *newcamd_context_note(newcamd_message_state_t **state,
                                              const newcamd_noted_t *message);

#endif
