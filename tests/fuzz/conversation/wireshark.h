/* wireshark.h
 * A Wireshark in this process: opens "files" of frames that somebody made up, as tshark -2 and the window do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_FUZZ_CONVERSATION_WIRESHARK_H
#define CAMSHARK_FUZZ_CONVERSATION_WIRESHARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame's bytes begin with. */
typedef enum {
    LINK_RAW_IP,
    LINK_UPPER_PDU, /* an Exported PDU: tags, then bytes of a protocol that the tags name */
} link_t;

typedef struct {
    uint8_t *data; /* len captured bytes, which the owner frees with g_free() */
    unsigned len;
    unsigned wire_len; /* bytes on the wire, at least len */
    uint64_t time_us;  /* microseconds since some day */
    link_t link;
} made_frame_t;

/* What a user may set before a file is opened. */
typedef enum {
    OPEN_HIDE_SECRETS = 1 << 0,
    OPEN_OUT_OF_ORDER = 1 << 1,  /* TCP puts segments in order before anybody sees them */
    OPEN_LATE_SEGMENTS = 1 << 2, /* tcp.no_subdissector_on_error:FALSE */
    OPEN_NO_KEYS = 1 << 3,
    OPEN_TAPS = 1 << 4, /* statistics and exported objects */
    OPEN_NO_MEDIA = 1 << 5,
    OPEN_REASSEMBLE_MEDIA = 1 << 6,
    OPEN_FIRST_PASS_SHOWS = 1 << 7, /* one pass shows all of it, as without -2 */
} open_options_t;

/* Starts it, once a process, with our dissectors, nobody's preferences, and the generators' keys. */
void wireshark_start(void);

/* Opens a file of count frames, dissects all in two passes and some of them once more in any order, and closes
 * it. Ends the process if one of our dissectors has a bug. options: of open_options_t */
void wireshark_open(const made_frame_t *frames, size_t count, unsigned options);

#endif
