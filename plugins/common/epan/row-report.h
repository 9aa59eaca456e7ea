/* row-report.h
 * A statistic of the command line that prints rows of text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_ROW_REPORT_H
#define CAMSHARK_COMMON_EPAN_ROW_REPORT_H

#include <common/epan/ws-compat.h>

#include <epan/tap.h>

/* A kind of report. Lives as long as the program. */
typedef struct {
    const char *tap;      /* that it listens to */
    const char *command;  /* of -z; a comma and a display filter may follow */
    const char *title;    /* for the user */
    const char *head;     /* printed before the rows */
    tap_packet_cb packet; /* its first argument is for camshark_report_add() */
} camshark_report_t;

/* Registers a report. */
void camshark_report_register(camshark_report_t *kind);

/* Adds a row, which is freed with g_free(), unless the report has it. */
void camshark_report_add(void *report, char *row);

#endif
