/* durations.c
 * The least, average, 95th percentile and longest of durations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/durations.h>

#define US_A_MS 1000.0 /* microseconds */
#define PERCENT 95
#define HUNDRED 100

static int
compare_durations(const void *one, const void *other, void *data _U_)
{
    const int first = GPOINTER_TO_INT(one), second = GPOINTER_TO_INT(other);

    return (first > second) - (first < second);
}

void
newcamd_durations_add(newcamd_durations_t *durations, const nstime_t *from, const nstime_t *to)
{
    nstime_t elapsed;

    nstime_delta(&elapsed, to, from);
    const int microseconds = (int)CLAMP(nstime_to_msec(&elapsed) * US_A_MS + 0.5, 0, INT_MAX);
    if (durations->sorted == NULL) {
        durations->sorted = g_sequence_new(NULL);
    }
    g_sequence_insert_sorted(durations->sorted, GINT_TO_POINTER(microseconds), compare_durations, NULL);
    durations->sum += microseconds;
}

static double
milliseconds_at(GSequence *sorted, int place)
{
    return GPOINTER_TO_INT(g_sequence_get(g_sequence_get_iter_at_pos(sorted, place))) / US_A_MS;
}

newcamd_spread_t
newcamd_durations_spread(const newcamd_durations_t *durations)
{
    GSequence *sorted = durations->sorted;

    if (sorted == NULL) {
        return (newcamd_spread_t){ 0 };
    }
    const int count = g_sequence_get_length(sorted);
    /* The nearest rank: so many percent of all are not longer. */
    const int rank = (int)(((int64_t)count * PERCENT + HUNDRED - 1) / HUNDRED);
    return (newcamd_spread_t){
        .least = milliseconds_at(sorted, 0),
        .average = durations->sum / count / US_A_MS,
        .percentile_95 = milliseconds_at(sorted, rank - 1),
        .longest = milliseconds_at(sorted, count - 1),
    };
}

void
newcamd_durations_free(newcamd_durations_t *durations)
{
    g_clear_pointer(&durations->sorted, g_sequence_free);
}
