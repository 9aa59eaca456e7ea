/* udp-documents.h
 * The messages inside BcUdp discovery packets: their names, and the values that people filter on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 6.7.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DOCUMENTS_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DOCUMENTS_H

#include <epan/packet.h>

/* What a message means for a session. */
enum {
    BC_UDP_BETWEEN = 1,       /* it travels between client and device, not to or from a server */
    BC_UDP_BEGINS = 2,        /* data follows, from packet 0 on */
    BC_UDP_ENDS = 4,          /* the session is over */
    BC_UDP_REPEATS = 8,       /* it is sent again and again, answered or not */
    BC_UDP_ASKS = 16,         /* the client wants the device, */
    BC_UDP_ANSWERS = 32,      /* which is there, */
    BC_UDP_OFFERS = 64,       /* offers a path, */
    BC_UDP_ACCEPTS = 128,     /* that the client takes; */
    BC_UDP_LIVES = 256,       /* it is still there */
    BC_UDP_FROM_SERVER = 512, /* a server tells the client of it */
};

typedef struct {
    const char *name;    /* of the element: sender, 2, receiver, what */
    const char *meaning; /* a few words */
    unsigned flags;
} bc_udp_message_t;

/* The element that is the message of a document, by its name; NULL if it is none of those that are known. */
const bc_udp_message_t *bc_udp_message_find(const char *name);

/* Its name in a document <P2P>; NULL if there is none. */
const char *bc_udp_message_root(wmem_allocator_t *scope, tvbuff_t *document);

/* Adds ids, ports and servers. */
void bc_udp_fields_show(tvbuff_t *document, packet_info *pinfo, proto_tree *tree);

/* Masks tokens and other secrets of a document in plain text. */
void bc_udp_mask_secrets(uint8_t *text, size_t len);

void bc_udp_messages_register(int proto);

#endif
