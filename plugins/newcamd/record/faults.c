/* faults.c
 * Expert items that may come with every message: only the first ones of a connection are listed one by one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass counts, and notes in which frame the last one is that is listed. Every pass lists what lies in that frame or
 * before it, so the order of looks does not matter.
 */
#include <newcamd/record/faults.h>

static int hf_newcamd_fault_count = -1;

static expert_field ei_newcamd_fault_listed = EI_INIT;

struct newcamd_fault_count {
    newcamd_fault_count_t *next; /* in newcamd_faults_t.many */
    const expert_field *ei;
    uint32_t count;
    uint32_t last_frame; /* with the last one that is listed, and its PDU's place; 0 while all are */
    uint32_t last_place;
};

static newcamd_fault_count_t *
count_of(newcamd_faults_t *faults, const expert_field *ei, bool create)
{
    if (faults->counts == NULL && create) {
        faults->counts = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    }
    newcamd_fault_count_t *count = (faults->counts != NULL) ? wmem_map_lookup(faults->counts, ei) : NULL;
    if (count == NULL && create) {
        count = wmem_new0(wmem_file_scope(), newcamd_fault_count_t);
        count->ei = ei;
        wmem_map_insert(faults->counts, ei, count);
    }
    return count;
}

static void
count_fault(const newcamd_fault_at_t *at, newcamd_fault_count_t *count)
{
    if (++count->count == NEWCAMD_FAULTS_LISTED) {
        count->last_frame = at->pinfo->num;
        count->last_place = at->place;
        count->next = at->faults->many;
        at->faults->many = count;
    }
}

/* Whether a fault is listed; counts it where that is due. */
static bool
is_listed(const newcamd_fault_at_t *at, const expert_field *ei)
{
    const bool first_pass = !PINFO_FD_VISITED(at->pinfo);
    newcamd_fault_count_t *count = count_of(at->faults, ei, first_pass);

    if (first_pass) {
        count_fault(at, count);
    }
    return count == NULL || count->last_frame == 0 || at->pinfo->num <= count->last_frame;
}

/* A line with the item's name, and no item. */
static void
add_unlisted(proto_item *item, const expert_field *ei, const char *text)
{
    proto_tree *own = (item != NULL) ? proto_item_get_subtree(item) : NULL;
    proto_tree *tree = (own != NULL || item == NULL) ? own : proto_item_get_parent(item);

    proto_item_set_generated(proto_tree_add_none_format(tree, ei->hf, NULL, 0, 0, "%s", text));
}

void
newcamd_fault(const newcamd_fault_at_t *at, proto_item *item, expert_field *ei)
{
    if (is_listed(at, ei)) {
        expert_add_info(at->pinfo, item, ei);
    } else {
        add_unlisted(item, ei, expert_get_summary(ei));
    }
}

void
newcamd_fault_format(const newcamd_fault_at_t *at, proto_item *item, expert_field *ei, const char *format,
                     ...)
{
    va_list args;

    va_start(args, format);
    const char *text = wmem_strdup_vprintf(at->pinfo->pool, format, args);
    va_end(args);
    if (is_listed(at, ei)) {
        expert_add_info_format(at->pinfo, item, ei, "%s", text);
    } else {
        add_unlisted(item, ei, text);
    }
}

/* The number goes from unknown to known. */
static void
say_last_listed(const newcamd_fault_at_t *at, proto_item *item, const expert_field *ei, uint32_t count)
{
    expert_add_info_format(at->pinfo, item, &ei_newcamd_fault_listed,
                           "%u of these are listed for a connection, further ones stand in the trees alone: "
                           "filter %s",
                           NEWCAMD_FAULTS_LISTED, proto_registrar_get_abbrev(ei->hf));
    if (PINFO_FD_VISITED(at->pinfo)) {
        proto_tree *tree = proto_item_get_subtree(item);
        proto_item_set_generated(proto_tree_add_uint_format(tree, hf_newcamd_fault_count, NULL, 0, 0, count,
                                                            "%s: %u in this connection",
                                                            proto_registrar_get_abbrev(ei->hf), count));
    }
}

void
newcamd_fault_ranked(const newcamd_fault_at_t *at, proto_item *item, expert_field *ei,
                     newcamd_fault_rank_t rank, const char *text)
{
    if (rank.rank > NEWCAMD_FAULTS_LISTED) {
        add_unlisted(item, ei, text);
        return;
    }
    expert_add_info_format(at->pinfo, item, ei, "%s", text);
    if (rank.rank == NEWCAMD_FAULTS_LISTED) {
        say_last_listed(at, item, ei, rank.count);
    }
}

void
newcamd_faults_sum_up(const newcamd_fault_at_t *at, proto_item *item)
{
    for (const newcamd_fault_count_t *count = at->faults->many; count != NULL; count = count->next) {
        if (count->last_frame == at->pinfo->num && count->last_place == at->place) {
            say_last_listed(at, item, count->ei, count->count);
        }
    }
}

void
newcamd_faults_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_fault_count,
          { "Faults of this kind", "newcamd.fault.count", FT_UINT32, BASE_DEC, NULL, 0,
            "How many there are in this connection of a kind of expert item of which only the first ones are listed", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_fault_listed,
          { "newcamd.expert.last_listed", PI_PROTOCOL, PI_NOTE,
            "The last expert item of its kind that is listed for this connection", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
