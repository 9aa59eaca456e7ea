/* wireshark.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Our dissectors are linked into the program, not loaded, so that the fuzzer sees which of their branches an
 * input takes. libwireshark itself is the one that is installed, without sanitizers; its allocator is told to
 * take every block from malloc, so that the sanitizer knows the borders of what it gives to us.
 */
#define _GNU_SOURCE /* setresuid() */
#include "wireshark.h"

#include <common/epan/ws-compat.h>

#include <unistd.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Declare what the sanitizers ask for. */
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>

#include <epan/column-info.h>
#include <epan/column.h>
#include <epan/epan_dissect.h>
#include <epan/export_object.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stats_tree.h>
#include <epan/stats_tree_priv.h>
#include <epan/tap.h>
#include <epan/timestamp.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/report_message.h>
#include <wsutil/wslog.h>

#include <baichuan/packet-baichuan.h>
#include <newcamd/packet-newcamd.h>

/* What Wireshark asks for the times of other frames. */
struct packet_provider_data {
    frame_data *frames;
    size_t count;
};

static column_info columns;
static unsigned options_set; /* what the preferences say */

/* The sanitizer would look through all that Wireshark keeps after every input: at a tenth of the speed.
 * mutate.py looks for what we do not free. */
int
__lsan_is_turned_off(void)
{
    return 1;
}

/* Blocks that were freed wait 32 MB long to be found in use, not 256: they are so small that what the
 * sanitizer puts around them is three times as much. */
const char *
__asan_default_options(void)
{
    return "quarantine_size_mb=32:malloc_context_size=12";
}

/* ---- bugs that Wireshark survives ---- */

static bool
is_ours(const char *message)
{
    static const char *const names[] = { "newcamd", "Baichuan", "baichuan", "BC", "BcUdp" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *start = g_strdup_printf("Dissector bug, protocol %s,", names[i]);
        const bool found = strstr(message, start) != NULL;

        g_free(start);
        if (found) {
            return true;
        }
    }
    return false;
}

/* Wireshark logs the bugs of dissectors and goes on; those of others, which get spoiled video from us, are not
 * what we look for. */
static void
read_log(const char *domain G_GNUC_UNUSED, enum ws_log_level level, struct timespec when G_GNUC_UNUSED,
         const char *file G_GNUC_UNUSED, long line G_GNUC_UNUSED, const char *func G_GNUC_UNUSED,
         const char *format, va_list arguments, void *data G_GNUC_UNUSED)
{
    char *message = g_strdup_vprintf(format, arguments);

    if (level >= LOG_LEVEL_CRITICAL || is_ours(message)) {
        fprintf(stderr, "ERROR: %s\n", message);
        abort();
    }
    g_free(message);
}

static void
ignore_report(const char *format G_GNUC_UNUSED, va_list arguments G_GNUC_UNUSED)
{
}

/* ---- taps ---- */

/* Exported objects go on growing after they were handed over, so they stay until the file is closed. */
static GPtrArray *entries;

static void
keep_entry(void *list G_GNUC_UNUSED, export_object_entry_t *entry)
{
    g_ptr_array_add(entries, entry);
}

static export_object_entry_t *
nth_entry(void *list G_GNUC_UNUSED, int row)
{
    return row >= 0 && (unsigned)row < entries->len ? entries->pdata[row] : NULL;
}

static void
free_entry(void *entry)
{
    eo_free_entry(entry);
}

static const char *const tree_names[] = { "baichuan_media", "baichuan_udp" };

/* Made once a process. */
static stats_tree *trees[G_N_ELEMENTS(tree_names)];
static export_object_list_t objects = { .add_entry = keep_entry, .get_entry = nth_entry };

static void
make_trees(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tree_names); i++) {
        trees[i] = stats_tree_new(stats_tree_get_cfg_by_abbr(tree_names[i]), NULL, NULL);
        trees[i]->cfg->init(trees[i]);
    }
}

static void
expect_no_error(GString *error)
{
    if (error != NULL) {
        fprintf(stderr, "ERROR: tap: %s\n", error->str);
        abort();
    }
}

static void
listen_to_taps(void)
{
    register_eo_t *export = get_eo_by_name("baichuan");

    entries = g_ptr_array_new_with_free_func(free_entry);
    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
        stats_tree_reinit(trees[i]);
        expect_no_error(register_tap_listener(trees[i]->cfg->tapname, trees[i], NULL, trees[i]->cfg->flags,
                                              NULL, stats_tree_packet, NULL, NULL));
    }
    expect_no_error(register_tap_listener(get_eo_tap_listener_name(export), &objects, NULL, 0, NULL,
                                          get_eo_packet_func(export), NULL, NULL));
}

static void
stop_listening(void)
{
    const export_object_gui_reset_cb forget = get_eo_reset_func(get_eo_by_name("baichuan"));

    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
        remove_tap_listener(trees[i]);
    }
    remove_tap_listener(&objects);
    if (forget != NULL) {
        forget();
    }
    g_ptr_array_free(entries, TRUE);
}

/* ---- start ---- */

static void
set_preference(const char *text)
{
    char *copy = g_strdup(text), *error = NULL;

    if (prefs_set_pref(copy, &error) != PREFS_SET_OK) {
        fprintf(stderr, "ERROR: preference %s: %s\n", text, error ? error : "");
        abort();
    }
    g_free(copy);
}

static void
set_boolean(const char *name, bool value)
{
    char *text = g_strdup_printf("%s:%s", name, value ? "TRUE" : "FALSE");

    set_preference(text);
    g_free(text);
}

static void
set_preferences(unsigned options)
{
    const bool keys = !(options & OPEN_NO_KEYS);

    set_boolean("newcamd.hide_secrets", options & OPEN_HIDE_SECRETS);
    set_boolean("baichuan.hide_secrets", options & OPEN_HIDE_SECRETS);
    set_boolean("tcp.reassemble_out_of_order", options & OPEN_OUT_OF_ORDER);
    set_boolean("tcp.no_subdissector_on_error", !(options & OPEN_LATE_SEGMENTS));
    set_boolean("baichuan.dissect_media", !(options & OPEN_NO_MEDIA));
    set_boolean("baichuan.reassemble_media", options & OPEN_REASSEMBLE_MEDIA);
    set_preference(keys ? "newcamd.deskey:a1b2c3d4e5f60718293a4b5c6d7e" : "newcamd.deskey:");
    set_preference(keys ? "newcamd.password:sesame" : "newcamd.password:");
    set_preference(keys ? "baichuan.password:Secret-1" : "baichuan.password:");
    prefs_apply_all();
    options_set = options;
}

/* Wireshark notes who started it. From root it takes no folder by its environment. */
static void
start_as_nobody(void)
{
    const uid_t user = getuid();
    const gid_t group = getgid();

    if (user == 0 && (setresgid(65534, 65534, group) != 0 || setresuid(65534, 65534, user) != 0)) {
        abort();
    }
    init_process_policies();
    if (user == 0 && (setresuid(user, user, user) != 0 || setresgid(group, group, group) != 0)) {
        abort();
    }
}

void
wireshark_start(void)
{
    static const proto_plugin ours[] = {
        { proto_register_newcamd, proto_reg_handoff_newcamd },
        { proto_register_baichuan, proto_reg_handoff_baichuan },
    };
    static const struct report_message_routines reports = { .vreport_failure = ignore_report,
                                                            .vreport_warning = ignore_report };

    setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", 1);
    setenv("WIRESHARK_CONFIG_DIR", "/nonexistent", 1);
    /* Among the data are the lists of vendors and services, which 4.0 reads for every file. */
    setenv("WIRESHARK_DATA_DIR", "/nonexistent", 1);
    setenv("HOME", "/nonexistent", 1);
    ws_log_init_with_writer("fuzzer", read_log, NULL);
    start_as_nobody();
    g_free(configuration_init("/usr/bin/tshark", NULL));
    init_report_message("fuzzer", &reports);
    timestamp_set_type(TS_RELATIVE);
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
    wtap_init(FALSE);
    for (size_t i = 0; i < G_N_ELEMENTS(ours); i++) {
        proto_register_plugin(&ours[i]);
    }
    if (!epan_init(NULL, NULL, FALSE)) {
        abort();
    }
    epan_load_settings();
    set_preferences(0);
    make_trees();
    build_column_format_array(&columns, prefs.num_cols, TRUE);
}

/* ---- a file ---- */

typedef struct {
    const made_frame_t *made;
    struct packet_provider_data provider;
    epan_t *session;
    const frame_data *reference;
    frame_data *displayed; /* the last one */
    nstime_t elapsed;
    uint32_t cum_bytes;
} file_t;

static const nstime_t *
time_of_frame(struct packet_provider_data *provider, uint32_t number)
{
    return (number >= 1 && number <= provider->count) ? &provider->frames[number - 1].abs_ts : NULL;
}

static void
fill_record(wtap_rec *record, const made_frame_t *made)
{
    wtap_rec_init(record);
    record->rec_type = REC_TYPE_PACKET;
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    record->ts.secs = (time_t)(1700000000 + made->time_us / 1000000);
    record->ts.nsecs = (int)(made->time_us % 1000000) * 1000;
    record->tsprec = WTAP_TSPREC_USEC;
    record->rec_header.packet_header.caplen = made->len;
    record->rec_header.packet_header.len = made->wire_len;
    record->rec_header.packet_header.pkt_encap =
        made->link == LINK_RAW_IP ? WTAP_ENCAP_RAW_IP : WTAP_ENCAP_WIRESHARK_UPPER_PDU;
}

/* The frame's bytes are a copy that goes when its dissection does: whoever keeps a pointer is found out. */
static void
dissect_frame(file_t *file, size_t index, bool show)
{
    const made_frame_t *made = &file->made[index];
    frame_data *frame = &file->provider.frames[index];
    const bool first = !frame->visited;
    epan_dissect_t *dissection = epan_dissect_new(file->session, show, show);
    tvbuff_t *tvb;
    wtap_rec record;

    fill_record(&record, made);
    if (first) {
        frame_data_init(frame, (uint32_t)index + 1, &record, (int64_t)index * 65536, file->cum_bytes);
    }
    frame_data_set_before_dissect(frame, &file->elapsed, &file->reference, file->displayed);
    tvb = tvb_new_real_data(g_memdup2(made->data, made->len), made->len, (int)made->wire_len);
    tvb_set_free_cb(tvb, g_free);
    epan_dissect_run_with_taps(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &record, tvb, frame, &columns);
    if (show) {
        epan_dissect_fill_in_columns(dissection, FALSE, TRUE);
    }
    if (first) {
        frame_data_set_after_dissect(frame, &file->cum_bytes);
        file->displayed = frame;
    }
    epan_dissect_free(dissection);
    wtap_rec_cleanup(&record);
}

void
wireshark_open(const made_frame_t *frames, size_t count, unsigned options)
{
    static const struct packet_provider_funcs functions = { .get_frame_ts = time_of_frame };
    file_t file = { .made = frames, .provider = { g_new0(frame_data, count + 1), count } };

    if (options != options_set) {
        set_preferences(options);
    }
    file.session = epan_new(&file.provider, &functions);
    if (options & OPEN_TAPS) {
        listen_to_taps();
    }
    for (size_t i = 0; i < count; i++) {
        dissect_frame(&file, i, options & OPEN_FIRST_PASS_SHOWS);
    }
    for (size_t i = 0; i < count; i++) {
        dissect_frame(&file, i, true);
    }
    for (size_t i = count; i > 0; i = i * 2 / 3) {
        dissect_frame(&file, i - 1, true);
    }
    if (options & OPEN_TAPS) {
        stop_listening();
    }
    for (size_t i = 0; i < count; i++) {
        frame_data_destroy(&file.provider.frames[i]);
    }
    epan_free(file.session);
    g_free(file.provider.frames);
}
