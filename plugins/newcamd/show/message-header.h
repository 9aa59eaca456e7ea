/* message-header.h
 * The header in front of the command: message id and custom data, whose meaning depends on the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 3, 3.1 and 7.
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_MESSAGE_HEADER_H
#define CAMSHARK_NEWCAMD_SHOW_MESSAGE_HEADER_H

#include <newcamd/show/message.h>

/* What the fields of the custom data are in a message (section 3.1). */
typedef enum {
    NEWCAMD_CUSTOM_REQUEST,      /* service id, CAID, provider; so wherever nothing else is known */
    NEWCAMD_CUSTOM_LOGIN,        /* client id */
    NEWCAMD_CUSTOM_LOGIN_ACK,    /* mark or revision of the server */
    NEWCAMD_CUSTOM_CARD_REQUEST, /* nothing, but for one client */
    NEWCAMD_CUSTOM_CARD_DATA,    /* EMM block mask of one server */
    NEWCAMD_CUSTOM_CARD_NEWS,    /* port of the server, CAID and provider of the card */
    NEWCAMD_CUSTOM_SID_LIST,     /* port of the server; the rest belongs to the list */
    NEWCAMD_CUSTOM_KEEPALIVE     /* marks of a cache extension */
} newcamd_custom_t;

/* Whether the message has the fields of the long header: version 525, and what a server has written over a
 * message of version 524. */
bool newcamd_header_is_long(const newcamd_message_t *message);

/* The two bytes that are the service id in most messages. */
uint16_t newcamd_header_sid(const newcamd_message_t *message);

/* CAID of the header; 0 if it is not given. */
uint16_t newcamd_header_caid(const newcamd_message_t *message);

/* Provider of the header; 0 if it is not given. */
uint32_t newcamd_header_provider(const newcamd_message_t *message);

/* Adds the fields of the header. */
void newcamd_header_show(const newcamd_message_t *message, newcamd_custom_t custom);

/* Adds the port on which a server listens. */
void newcamd_server_port_show(const newcamd_message_t *message, proto_tree *tree, unsigned offset);

void newcamd_message_header_register(int proto);

#endif
