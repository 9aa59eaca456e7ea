/* records.h
 * The kinds of records and of conversation data that newcamd keeps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * See common/epan/record-store.h. Each kind has one type.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_RECORDS_H
#define CAMSHARK_NEWCAMD_RECORD_RECORDS_H

#include <common/epan/record-store.h>

typedef enum {
    NEWCAMD_RECORD_PDU, /* newcamd_pdu_t of record/conversation.h, the first one of a segment, by the place of that */
} newcamd_record_kind_t;

/* Kinds of conversation data. */
typedef enum {
    NEWCAMD_DATA_STREAM, /* newcamd_conversation_t: of a TCP stream */
} newcamd_data_kind_t;

/* Of this protocol; made by newcamd_records_register(). */
extern camshark_record_store_t *newcamd_records;

void newcamd_records_register(int proto);

#endif
