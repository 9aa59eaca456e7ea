/* key-log.h
 * A key log file: what it has, and whether it has changed since it was read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_KEY_LOG_H
#define CAMSHARK_COMMON_EPAN_KEY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a file looked like. All zero: there is none. */
typedef struct {
    bool there;
    uint64_t device;
    uint64_t number;
    int64_t size;
    int64_t changed; /* seconds */
} camshark_log_state_t;

/* What the file at a path looks like now. */
camshark_log_state_t camshark_log_look(const char *path);

bool camshark_log_same(const camshark_log_state_t *one, const camshark_log_state_t *other);

/* Reads a file from its beginning. Never waits: what is no regular file (a pipe, a device) is not read.
 *   max    bytes that are read at most
 *   error  out: why it can not be read, a text that is never to be freed
 *   len    out: how many bytes there are
 * To be freed with g_free(); NULL if it can not be read. */
uint8_t *camshark_log_read(const char *path, size_t max, size_t *len, const char **error);

#endif
