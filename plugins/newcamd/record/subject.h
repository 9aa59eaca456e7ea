/* subject.h
 * What an ECM or EMM request is about: service, CAID, provider, and the ECM itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_SUBJECT_H
#define CAMSHARK_NEWCAMD_RECORD_SUBJECT_H

#include <common/epan/exchange.h>

#include <newcamd/record/hops.h>
#include <newcamd/record/message-history.h>

/* What the control words of the first reply to an ECM are to those of the service's replies before it, in the same connection.
 * Another reply to the same ECM is nothing to it. */
typedef enum {
    NEWCAMD_WORDS_NONE, /* no reply yet, one without control words, or to an ECM that was answered before */
    NEWCAMD_WORDS_NEW,  /* one of them, or both, was not there before */
    NEWCAMD_WORDS_REPEATED, /* both are those of the reply before it */
    NEWCAMD_WORDS_BACKWARDS /* both came before, and were replaced */
} newcamd_words_t;

/* Numbers in the byte order of the host. File scope; only words, and what hop points to, go from unknown to known. */
typedef struct camshark_exchange_subject {
    uint64_t ecm_hash;  /* of an ECM's tag and data: the same in every run of every program; 0 of an EMM */
    newcamd_hop_t *hop; /* of an ECM; NULL of an EMM */
    uint32_t provider;
    uint16_t sid;
    uint16_t caid; /* of the header, or else of the card data before; 0 if neither says it */
    bool is_ecm;
    bool has_sid; /* an ECM always has one, though it may be 0 */
    bool has_provider;
    uint8_t words; /* newcamd_words_t */
} newcamd_subject_t;

/* Notes what a request is about, in its exchange. What is neither ECM nor EMM gets no subject. First pass only.
 *   message  the request
 *   card     of the last card data before it, NULL if there are none */
void newcamd_subject_note(const newcamd_noted_t *message, const newcamd_card_t *card,
                          camshark_exchange_t *exchange);

/* CAID and service in a word: "0B00:0001", "SID 0001", "0B00"; empty if neither is known. In that scope. */
const char *newcamd_subject_name(wmem_allocator_t *scope, const newcamd_subject_t *subject);

#endif
