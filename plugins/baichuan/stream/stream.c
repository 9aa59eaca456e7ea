/* stream.c
 * What was decided in a frame about the bytes that one direction of a connection brings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <baichuan/stream/stream.h>

bc_decided_t *
bc_stream_add_decided(bc_stream_t *stream)
{
    bc_decided_t *decided = wmem_new0(stream->pinfo->pool, bc_decided_t);

    *stream->last_decided = decided;
    stream->last_decided = &decided->next;
    return decided;
}
