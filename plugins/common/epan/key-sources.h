/* key-sources.h
 * Keys that come as lines and not as rows of the key table: from a key log file, and out of the capture itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lines are rows of the protocol's key table (common/pure/key-line.h). Where they may stand:
 *   - the key log file, preference PROTOCOL.keylog_file: the user's own, read again when it has changed;
 *   - a secrets block of the capture (pcapng), from Wireshark 4.4 on;
 *   - a packet comment `camshark-key: PROTOCOL ROW`.
 * Who wrote the last two is whoever made the capture: a key in them is a candidate as any other, is proved as any other, and
 * gives no other right (it names no port). All lives as long as the file. There is one set of sources in a plugin.
 */
#ifndef CAMSHARK_COMMON_EPAN_KEY_SOURCES_H
#define CAMSHARK_COMMON_EPAN_KEY_SOURCES_H

#include <common/epan/ws-compat.h>

#include <epan/packet_info.h>
#include <epan/prefs.h>

#include <common/pure/key-line.h>

#define CAMSHARK_KEY_LOG_ROWS     4096u /* of the key log file that are used */
#define CAMSHARK_KEY_LOG_BYTES    (1024u * 1024u)
#define CAMSHARK_KEY_CAPTURE_ROWS 256u /* of a capture that are used, */
#define CAMSHARK_KEY_TRIES                                                                                   \
    2000000u /* and how often one of them is tried on something, in all; some tries count for more */

/* Whose keys they are. Lives as long as the program. */
typedef struct {
    const char *protocol; /* "baichuan": in the name of the preference and in comments */
    uint32_t block;       /* type of the secrets block: four letters */
    unsigned columns;     /* of the key table */
    /* Makes a row of the cells of a line. NULL if they can not be used: then *error is a sentence for the user, which repeats no
     * secret, to be freed with g_free().
     *   origin  where the line stands, as trees say it: "key log line 3: porch"; in UTF-8; to be copied */
    void *(*new_row)(const camshark_key_line_t *line, const char *origin, char **error);
    void (*free_row)(void *row);
} camshark_key_kind_t;

/* Which rows: they are tried in this order, those of the capture behind all that the user gave. */
typedef enum {
    CAMSHARK_KEYS_OF_LOG,
    CAMSHARK_KEYS_OF_CAPTURE,
    CAMSHARK_KEY_GROUPS,
} camshark_key_group_t;

/* To be called once, when the protocol registers: adds the preference, and asks for secrets blocks. */
void camshark_key_sources_register(module_t *module, const camshark_key_kind_t *kind);

/* Reads the key log file where a file begins, unless that was done: for those who need rows in an init routine of their own,
 * which may be called earlier than the one that does it. */
void camshark_key_sources_begin(void);

/* Reads what this frame's comments have, on the first pass and once a frame. To be called with every frame that may be one of the
 * protocol, before keys are looked for. */
void camshark_key_sources_read(const packet_info *pinfo);

/* The same with a frame that is one of the protocol: what is to be said of lines is said with it. */
void camshark_key_sources_see(const packet_info *pinfo);

/* A number that changes when rows came or went: whoever tried all rows in vain need not try again before. Looks whether the
 * key log file has changed, and reads it: first pass only. */
uint32_t camshark_key_sources_edition(void);

/* Whether the user has named a key log file. */
bool camshark_key_sources_has_log(void);

/* How many rows a group has, and one of them, by its number from 0 on. Valid until the next call of
 * camshark_key_sources_see() or camshark_key_sources_edition(). */
unsigned camshark_key_sources_count(camshark_key_group_t group);
void *camshark_key_sources_row(camshark_key_group_t group, unsigned nth);

/* How many tries of rows of the capture are left: whoever tries one takes one off, and leaves it where there is none. Nobody
 * can make a file slow by them. Valid as long as the file. */
uint32_t *camshark_key_sources_tries(void);

/* What is to be said with a frame of lines that can not be used, or are too many: sentence number nth, from 0 on, or NULL. On every
 * pass, behind camshark_key_sources_see(). Valid as long as the file. */
const char *camshark_key_sources_fault(uint32_t frame, unsigned nth);

#endif
