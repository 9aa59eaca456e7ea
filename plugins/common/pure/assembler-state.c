/* assembler-state.c
 * The work of an assembler: made when it is needed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/assembler-state.h>

#include <glib.h>

const camshark_work_t *
camshark_assembler_work(const camshark_assembler_t *assembler)
{
    static const camshark_work_t idle = { 0 };

    return (assembler->work != NULL) ? assembler->work : &idle;
}

camshark_work_t *
camshark_assembler_begin_work(camshark_assembler_t *assembler)
{
    if (assembler->work == NULL) {
        assembler->work = g_new0(camshark_work_t, 1);
        camshark_place_ranges_add(&assembler->work->here, assembler->here_from, assembler->newest, NULL,
                                  NULL);
    }
    return assembler->work;
}
