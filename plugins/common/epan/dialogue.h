/* dialogue.h
 * Statistics > Flow Graph, and `-z flow,NAME,standard`: who says what, an arrow a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark keeps all arrows of a graph: they are no more than the messages of the capture. Messages that are parts of one
 * stream or file make one arrow, as long as nothing else is said in their connection.
 */
#ifndef CAMSHARK_COMMON_EPAN_DIALOGUE_H
#define CAMSHARK_COMMON_EPAN_DIALOGUE_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* A message. Lives, with its texts, until the packet that it was found in is dissected. */
typedef struct {
    uint32_t connection; /* by its number */
    uint64_t part_of;    /* a number of the stream or file, in the connection; 0: it is no part of one */
    uint32_t bytes;      /* of the message */
    const char *label;   /* at the arrow: a few words */
    const char
        *comment; /* beside it; of an arrow for several messages, it is the first one's, with their number */
} camshark_arrow_t;

/* A graph of one protocol. Lives as long as the program. */
typedef struct {
    const char *name;     /* of -z flow */
    const char *title;    /* for the user */
    const char *tap_name; /* which gives the arrows */
    int tap;              /* out */
} camshark_dialogue_t;

/* To be called when the protocol registers. */
void camshark_dialogue_register(int proto, camshark_dialogue_t *dialogue);

/* Whether somebody draws the graph. */
bool camshark_dialogue_wanted(const camshark_dialogue_t *dialogue);

/* Gives a message of the packet at hand, which is copied; the texts are not. */
void camshark_dialogue_queue(const camshark_dialogue_t *dialogue, packet_info *pinfo,
                             const camshark_arrow_t *arrow);

#endif
