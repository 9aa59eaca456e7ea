/* dialogue.c
 * Statistics > Flow Graph, and `-z flow,NAME,standard`: who says what, an arrow a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/dialogue.h>

#include <epan/tap.h>

#include <common/epan/per-file.h>
#include <common/pure/hash.h>

/* ---- What Wireshark's sequence_analysis.h says, which is not installed: the same in all versions ------- */

#define MAX_NODES 40

/* More follows in some versions: Wireshark makes them. */
typedef struct {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label; /* freed with g_free(), as the other texts */
    char *time_str;
    char *comment;
    uint16_t conv_num;
    unsigned fg_color;
    unsigned bg_color;
    wsc_bool has_color_filter;
    wsc_bool display;
    unsigned src_node;
    unsigned dst_node;
    uint16_t line_style;
} seq_analysis_item_t;

typedef struct {
    const char *name;
    wsc_bool any_addr;
    int nconv;
    GQueue *items; /* of seq_analysis_item_t */
    GHashTable *ht;
    address nodes[MAX_NODES];
    uint32_t num_nodes;
} seq_analysis_info_t;

WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, int proto_id,
                                         const char *tap_listener, unsigned tap_flags,
                                         tap_packet_cb tap_func);
WS_DLL_PUBLIC seq_analysis_item_t *sequence_analysis_create_sai_with_addresses(packet_info *pinfo,
                                                                               seq_analysis_info_t *sainfo);

/* ---- Arrows that stand for several messages ------------------------------------------------------------ */

/* What is a run: hashed as bytes, so it has none that nobody sets. */
typedef struct {
    uint64_t part_of;
    uint32_t connection;
    uint16_t ports[2];
} run_key_t;

G_STATIC_ASSERT(sizeof(run_key_t) == CAMSHARK_KEY_LEN);

typedef struct {
    run_key_t key;
    seq_analysis_item_t *item; /* in the graph, as long as that is not begun anew */
    char *first;               /* what is said of the first message */
    uint32_t messages;
    uint64_t bytes;
    unsigned interruptions; /* of the connection, when it began */
} run_t;

/* What is remembered of a graph that is drawn. */
typedef struct {
    GHashTable *runs;          /* run_key_t, in its run_t -> that: the last one of each stream or file */
    GHashTable *interruptions; /* connection -> messages so far that are no part of anything */
} graph_t;

static camshark_per_file_t *graphs; /* seq_analysis_info_t -> graph_t, in a hash table */

static void
free_run(gpointer data)
{
    run_t *run = data;

    g_free(run->first);
    g_free(run);
}

static void
free_graph(gpointer data)
{
    graph_t *graph = data;

    g_hash_table_destroy(graph->runs);
    g_hash_table_destroy(graph->interruptions);
    g_free(graph);
}

static void *
make_graphs(void)
{
    return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_graph);
}

static void
release_graphs(void *table)
{
    g_hash_table_destroy(table);
}

/* What is remembered of a graph: nothing as long as it has no arrow, whatever was at its address before. All arrows in it
 * are made here, so those that are remembered are there. */
static graph_t *
graph_of(const seq_analysis_info_t *drawn)
{
    GHashTable *table = camshark_per_file_get(graphs);
    graph_t *graph = g_hash_table_lookup(table, drawn);

    if (graph == NULL || g_queue_is_empty(drawn->items)) {
        graph = g_new0(graph_t, 1);
        graph->runs = g_hash_table_new_full(camshark_hash_key, camshark_equal_keys, NULL, free_run);
        graph->interruptions = g_hash_table_new(g_direct_hash, g_direct_equal);
        g_hash_table_insert(table, (gpointer)drawn, graph);
    }
    return graph;
}

static unsigned
interruptions_of(const graph_t *graph, const camshark_arrow_t *arrow)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(graph->interruptions, GUINT_TO_POINTER(arrow->connection)));
}

static run_key_t
key_of(const packet_info *pinfo, const camshark_arrow_t *arrow)
{
    return (run_key_t){
        .part_of = arrow->part_of,
        .connection = arrow->connection,
        .ports = { (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport },
    };
}

/* Adds a message to the arrow of its run; false if there is none that goes on. */
static bool
go_on(const graph_t *graph, const packet_info *pinfo, const camshark_arrow_t *arrow)
{
    const run_key_t key = key_of(pinfo, arrow);
    run_t *run = g_hash_table_lookup(graph->runs, &key);

    if (run == NULL || run->interruptions != interruptions_of(graph, arrow)) {
        return false;
    }
    run->messages++;
    run->bytes += arrow->bytes;
    g_free(run->item->comment);
    run->item->comment = g_strdup_printf("%s [%u messages, %" PRIu64 " bytes, to frame %u]", run->first,
                                         run->messages, run->bytes, pinfo->num);
    return true;
}

static void
note_arrow(const graph_t *graph, const packet_info *pinfo, const camshark_arrow_t *arrow,
           seq_analysis_item_t *item)
{
    const unsigned interruptions = interruptions_of(graph, arrow);

    if (arrow->part_of == 0) {
        g_hash_table_insert(graph->interruptions, GUINT_TO_POINTER(arrow->connection),
                            GUINT_TO_POINTER(interruptions + 1));
        return;
    }
    run_t *run = g_new0(run_t, 1);
    *run = (run_t){ key_of(pinfo, arrow), item, g_strdup(arrow->comment), 1, arrow->bytes, interruptions };
    g_hash_table_replace(graph->runs, &run->key, run);
}

/* ---- The graph ----------------------------------------------------------------------------------------- */

static tap_packet_status
draw_arrow(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    seq_analysis_info_t *drawn = data;
    const camshark_arrow_t *arrow = tapped;
    const graph_t *graph = graph_of(drawn);

    if (arrow->part_of != 0 && go_on(graph, pinfo, arrow)) {
        return TAP_PACKET_REDRAW;
    }
    seq_analysis_item_t *item = sequence_analysis_create_sai_with_addresses(pinfo, drawn);
    if (item == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    item->frame_number = pinfo->num;
    item->port_src = (uint16_t)pinfo->srcport;
    item->port_dst = (uint16_t)pinfo->destport;
    item->frame_label = g_strdup(arrow->label);
    item->comment = g_strdup(arrow->comment);
    item->conv_num = (uint16_t)arrow->connection; /* which chooses a colour */
    item->line_style = 1;
    item->display = true;
    g_queue_push_tail(drawn->items, item);
    note_arrow(graph, pinfo, arrow, item);
    return TAP_PACKET_REDRAW;
}

bool
camshark_dialogue_wanted(const camshark_dialogue_t *dialogue)
{
    return have_tap_listener(dialogue->tap);
}

void
camshark_dialogue_queue(const camshark_dialogue_t *dialogue, packet_info *pinfo,
                        const camshark_arrow_t *arrow)
{
    tap_queue_packet(dialogue->tap, pinfo, wmem_memdup(pinfo->pool, arrow, sizeof *arrow));
}

void
camshark_dialogue_register(int proto, camshark_dialogue_t *dialogue)
{
    dialogue->tap = register_tap(dialogue->tap_name);
    graphs = camshark_per_file_new(make_graphs, release_graphs);
    /* What documents say is read for columns only. */
    register_seq_analysis(dialogue->name, dialogue->title, proto, dialogue->tap_name, TL_REQUIRES_COLUMNS,
                          draw_arrow);
}
