/* faults.h
 * Expert items that may come with every message: only the first ones of a connection are listed one by one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is not listed stays in the tree as a line, so that the filter with the item's name finds all of them. With the last
 * one that is listed an item says so, and how many there are in all.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_FAULTS_H
#define CAMSHARK_NEWCAMD_RECORD_FAULTS_H

#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

/* Of each kind, so many in a connection are listed; with them, all that are in the frame of the last one. */
#define NEWCAMD_FAULTS_LISTED 20u

typedef struct newcamd_fault_count newcamd_fault_count_t;

/* Of one connection; all zero is the start. Counted on the first pass. */
typedef struct {
    wmem_map_t *counts;          /* expert_field -> newcamd_fault_count_t; NULL before the first fault */
    newcamd_fault_count_t *many; /* those that are no longer listed */
} newcamd_faults_t;

/* Where a fault is found. */
typedef struct {
    packet_info *pinfo;
    newcamd_faults_t *faults; /* of the connection */
    uint32_t place;           /* TCP sequence number of the PDU */
} newcamd_fault_at_t;

/* As expert_add_info() and expert_add_info_format(). */
void newcamd_fault(const newcamd_fault_at_t *at, proto_item *item, expert_field *ei);
void newcamd_fault_format(const newcamd_fault_at_t *at, proto_item *item, expert_field *ei,
                          const char *format, ...) G_GNUC_PRINTF(4, 5);

typedef struct {
    uint32_t rank;  /* the how manyth of its kind in the connection, from 1 on */
    uint32_t count; /* how many there are */
} newcamd_fault_rank_t;

/* The same of a fault that only what comes later makes one. */
void newcamd_fault_ranked(const newcamd_fault_at_t *at, proto_item *item, expert_field *ei,
                          newcamd_fault_rank_t rank, const char *text);

/* To be called behind all faults of a PDU: says of which of them it has the last ones that are listed.
 *   item  the PDU's line */
void newcamd_faults_sum_up(const newcamd_fault_at_t *at, proto_item *item);

void newcamd_faults_register(int proto);

#endif
