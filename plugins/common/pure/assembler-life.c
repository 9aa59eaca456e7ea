/* assembler-life.c
 * How an assembler begins, rests and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Anybody can begin any number of streams, and most of them are idle most of the time: all bytes have come and belong to
 * messages that are finished. Then an assembler is a few places, and the rest of it is made anew with the next slice.
 */
#include <common/pure/assembler.h>

#include <glib.h>

#include <common/pure/assembler-state.h>

/* Room before the first place, so that bytes before it have places, too. The low 32 bits are not touched. */
#define BASE (UINT64_C(1) << 32)
/* Idle: what each direction of a first contact costs. */
G_STATIC_ASSERT(sizeof(camshark_assembler_t) < 60);

typedef camshark_place_range_t range_t;

/* ---- Work ---------------------------------------------------------------------------------------------- */

static void
free_work(camshark_assembler_t *assembler)
{
    if (assembler->work != NULL) {
        camshark_pieces_drop(&assembler->work->pieces, 0, UINT64_MAX);
        camshark_place_ranges_clear(&assembler->work->here);
        camshark_place_ranges_clear(&assembler->work->seen);
        camshark_messages_forget(&assembler->work->open, UINT64_MAX);
        camshark_messages_forget(&assembler->work->finished, UINT64_MAX);
        g_clear_pointer(&assembler->work, g_free);
    }
}

static bool
is_idle(const camshark_assembler_t *assembler)
{
    const camshark_work_t *work = assembler->work;
    const range_t *first = (const range_t *)camshark_place_tree_behind(&work->here.stretches, 0);

    return work->pieces.tree.count == 0 && work->open.count == 0 && work->finished.count == 0 && !work->cut &&
           !work->far_known && first != NULL && first->to == assembler->newest;
}

void
camshark_assembler_end_work(camshark_assembler_t *assembler)
{
    if (is_idle(assembler)) {
        assembler->here_from = camshark_place_tree_behind(&assembler->work->here.stretches, 0)->at;
        free_work(assembler);
    }
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

camshark_assembler_t *
camshark_assembler_new(void)
{
    return g_new0(camshark_assembler_t, 1);
}

void
camshark_assembler_restart(camshark_assembler_t *assembler, uint32_t place)
{
    free_work(assembler);
    assembler->newest = BASE + place;
    assembler->front = BASE + place;
    assembler->here_from = BASE + place;
    assembler->floor = BASE + place - CAMSHARK_ASSEMBLER_WINDOW;
}

void
camshark_assembler_free(camshark_assembler_t *assembler)
{
    if (assembler != NULL) {
        free_work(assembler);
        g_free(assembler);
    }
}
