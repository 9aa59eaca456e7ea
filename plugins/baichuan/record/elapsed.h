/* elapsed.h
 * Times that passed, as records keep them: in half the room of Wireshark's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_ELAPSED_H
#define CAMSHARK_BAICHUAN_RECORD_ELAPSED_H

#include <wsutil/nstime.h>

#define BC_NS_A_SECOND 1000000000

/* Nanoseconds from one time to another; negative if that lies before. */
static inline int64_t
bc_elapsed(const nstime_t *from, const nstime_t *to)
{
    nstime_t passed;

    nstime_delta(&passed, to, from);
    return (int64_t)passed.secs * BC_NS_A_SECOND + passed.nsecs;
}

/* The same as Wireshark has it. */
static inline nstime_t
bc_elapsed_time(int64_t nanoseconds)
{
    return (nstime_t){ nanoseconds / BC_NS_A_SECOND, (int)(nanoseconds % BC_NS_A_SECOND) };
}

#endif
