/* record-store.h
 * What the first pass has decided, to be read on every pass: records of PDUs, and data of conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only place that hands data to Wireshark's conversations, and that finds records again. Each has a kind, which is
 * part of what it is found by: a record is never read as one of another type, whatever a sender makes of places,
 * carriers and ids. All of it lives in file scope; finding and adding take the same time, however many there are.
 */
#ifndef CAMSHARK_COMMON_EPAN_RECORD_STORE_H
#define CAMSHARK_COMMON_EPAN_RECORD_STORE_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* The records of one protocol. */
typedef struct camshark_record_store camshark_record_store_t;

/* What a record is found by, together with the frame. */
typedef struct {
    uint32_t conversation; /* a number of the carrier's own */
    uint32_t place;        /* in the conversation's byte stream, or in the frame, as the kind says */
    uint8_t kind;          /* of the protocol's own numbering: what type the record has */
    uint8_t carrier;       /* of the protocol's own numbering */
    uint8_t direction;     /* 0 or 1 */
} camshark_record_key_t;

/* To be called when a protocol registers. The result lives as long as the program; its records as long as a file. */
camshark_record_store_t *camshark_record_store_new(int proto);

/* A new record of the frame at hand: size bytes, all zero, in file scope. First pass only. Where there is one with that
 * key, that one stays, and the new one is not found again. */
void *camshark_record_new(camshark_record_store_t *store, const packet_info *pinfo,
                          const camshark_record_key_t *key, size_t size);

/* The record of the frame at hand with that key, in file scope; NULL if there is none. */
void *camshark_record_find(const camshark_record_store_t *store, const packet_info *pinfo,
                           const camshark_record_key_t *key);

/* Notes a number above 0 of the packet at hand, for what Wireshark asks while that is dissected; it is gone with it. */
void camshark_packet_note(const camshark_record_store_t *store, packet_info *pinfo, uint32_t number);

/* The last number that was noted of it; 0 if none was. */
uint32_t camshark_packet_noted(const camshark_record_store_t *store, packet_info *pinfo);

/* Kinds of conversation data are numbers below this. */
#define CAMSHARK_CONVERSATION_KINDS 3u

/* The data of that kind of the packet's conversation, in file scope; NULL if there is none. *number, if not NULL, is
 * the conversation's, for keys of records.
 *   create  makes the conversation if Wireshark has none */
void *camshark_conversation_data(const camshark_record_store_t *store, packet_info *pinfo, unsigned kind,
                                 bool create, uint32_t *number);

/* Gives the packet's conversation data of a kind, which are in file scope. Made if Wireshark has none. */
void camshark_conversation_add(const camshark_record_store_t *store, packet_info *pinfo, unsigned kind,
                               void *data);

#endif
