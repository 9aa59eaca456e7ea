/* file-memory.c
 * Memory for small things that live as long as the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/file-memory.h>

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <stdint.h>
#include <stdlib.h>

#include <common/epan/per-file.h>

#define BLOCK         0x4000u       /* bytes */
#define SMALL         (BLOCK / 16u) /* what is larger leaves too much of a block behind, and minds 16 bytes less */
#define ALIGNED(size) (((size) + 7u) & ~(size_t)7u)

/* What is left of the newest block. */
typedef struct {
    uint8_t *at;
    size_t left;
    bool alone; /* no piece is cut from a block */
} rest_t;

static camshark_per_file_t *rest_of_file; /* rest_t */

/* Whoever has Wireshark take each piece of memory by itself wants a tool to look after it. */
static void *
make_rest(void)
{
    rest_t *rest = g_new0(rest_t, 1);

    rest->alone = getenv("WIRESHARK_DEBUG_WMEM_OVERRIDE") != NULL;
    return rest;
}

static rest_t *
rest_of_this_file(void)
{
    if (rest_of_file == NULL) {
        rest_of_file = camshark_per_file_new(make_rest, g_free);
    }
    return camshark_per_file_get(rest_of_file);
}

void *
camshark_file_alloc0(size_t size)
{
    rest_t *rest = rest_of_this_file();

    if (size > SMALL || rest->alone) {
        return wmem_alloc0(wmem_file_scope(), size);
    }
    if (rest->left < ALIGNED(size)) {
        rest->at = wmem_alloc0(wmem_file_scope(), BLOCK);
        rest->left = BLOCK;
    }
    void *piece = rest->at;

    rest->at += ALIGNED(size);
    rest->left -= ALIGNED(size);
    return piece;
}
