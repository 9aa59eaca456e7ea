/* binary-requests.c
 * Requests for recordings that are structures and no documents.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/binary-requests.h>
#include <baichuan/wire/binary-messages.h>
#include <baichuan/wire/message-ids.h>
#include <baichuan/wire/parts.h>

#define UID_LEN   32
#define PATH_LEN  1024
#define TIME_LEN  24 /* year to second, four bytes each */
#define TIME_PART 4

/* Message 143: the bit mask behind the UID is at one of two places, as compilers align it or do not. */
#define MASK_ALIGNED 0x28
#define MASK_PACKED  0x24
#define MASK_LEN     8
#define BY_TIME_PATH 0x78
#define BY_TIME_TYPE 0x478

/* What begins the reply to message 5, where it is no media packet. */
#define REPLAY_HEAD_LEN      32
#define REPLAY_SIZE_AT       0x10
#define REPLAY_SIZE_AGAIN_AT 0x18

static int hf_baichuan_request = -1;
static int hf_baichuan_request_channels = -1;
static int hf_baichuan_request_stream = -1;
static int ett_baichuan_request = -1;

/* Those of documents (show/payload-fields.c). */
static int hf_channel, hf_uid, hf_file_name, hf_id, hf_start, hf_end, hf_size;

static void
add_request_text(tvbuff_t *tvb, proto_tree *tree, int hf, int offset, int max)
{
    const int known = tvb_strnlen(tvb, offset, (unsigned)max);
    const int len = (known < 0) ? max : known;

    if (len > 0) {
        proto_tree_add_item(tree, hf, tvb, offset, len, ENC_UTF_8);
    }
}

static void
show_download(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree)
{
    const int name = 0x24;

    proto_tree_add_item(tree, hf_channel, tvb, 0, 4, ENC_LITTLE_ENDIAN);
    add_request_text(tvb, tree, hf_uid, 4, UID_LEN);
    add_request_text(tvb, tree, hf_file_name, name, (int)tvb_captured_length(tvb) - name);
}

/* Whether six numbers may be a date and a time. */
static bool
is_request_time(tvbuff_t *tvb, int offset)
{
    static const uint32_t least[] = { 1970, 1, 1, 0, 0, 0 };
    static const uint32_t most[] = { 2200, 12, 31, 24, 59, 60 };

    for (int i = 0; i < (int)array_length(least); i++) {
        const uint32_t part = tvb_get_letohl(tvb, offset + i * TIME_PART);
        if (part < least[i] || part > most[i]) {
            return false;
        }
    }
    return true;
}

static void
add_request_time(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int hf, int offset)
{
    uint32_t t[TIME_LEN / TIME_PART];

    for (int i = 0; i < (int)array_length(t); i++) {
        t[i] = tvb_get_letohl(tvb, offset + i * TIME_PART);
    }
    proto_tree_add_string(
        tree, hf, tvb, offset, TIME_LEN,
        wmem_strdup_printf(pinfo->pool, "%04u-%02u-%02u %02u:%02u:%02u", t[0], t[1], t[2], t[3], t[4], t[5]));
}

/* The mask and the two times behind it, where the times are some. */
static void
show_period(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    static const int places[] = { MASK_ALIGNED, MASK_PACKED };

    for (unsigned i = 0; i < array_length(places); i++) {
        const int start = places[i] + MASK_LEN;
        const int end = start + TIME_LEN;
        if (is_request_time(tvb, start) && is_request_time(tvb, end)) {
            proto_tree_add_item(tree, hf_baichuan_request_channels, tvb, places[i], MASK_LEN,
                                ENC_LITTLE_ENDIAN);
            add_request_time(tvb, pinfo, tree, hf_start, start);
            add_request_time(tvb, pinfo, tree, hf_end, end);
            return;
        }
    }
}

static void
show_download_by_time(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_tree_add_item(tree, hf_channel, tvb, 0, 4, ENC_LITTLE_ENDIAN);
    add_request_text(tvb, tree, hf_uid, 4, UID_LEN);
    show_period(tvb, pinfo, tree);
    add_request_text(tvb, tree, hf_id, BY_TIME_PATH, PATH_LEN);
    proto_tree_add_item(tree, hf_baichuan_request_stream, tvb, BY_TIME_TYPE, 4, ENC_LITTLE_ENDIAN);
}

static void
show_replay_by_time(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree)
{
    const int path = 0x38;

    proto_tree_add_item(tree, hf_channel, tvb, 0x14, 4, ENC_LITTLE_ENDIAN);
    add_request_text(tvb, tree, hf_id, path, (int)tvb_captured_length(tvb) - path);
}

void
bc_binary_request_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t msg_id)
{
    static const struct {
        uint32_t msg_id;
        void (*show)(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
    } forms[] = {
        { BC_MSG_DOWNLOAD, show_download },
        { BC_MSG_DOWNLOAD_BY_TIME, show_download_by_time },
        { BC_MSG_REPLAY_BY_TIME, show_replay_by_time },
    };

    if (!bc_is_binary_request(msg_id, tvb_captured_length(tvb))) {
        return; /* nor if it is cut: its length is what it is known by */
    }
    for (unsigned i = 0; i < array_length(forms); i++) {
        if (forms[i].msg_id == msg_id) {
            proto_item *item = proto_tree_add_item(tree, hf_baichuan_request, tvb, 0, -1, ENC_NA);
            forms[i].show(tvb, pinfo, proto_item_add_subtree(item, ett_baichuan_request));
        }
    }
}

void
bc_replay_head_show(tvbuff_t *tvb, proto_tree *tree, const bc_header_t *header)
{
    const int len = (int)tvb_captured_length(tvb);

    if (header->msg_id != BC_MSG_REPLAY || header->code != 200 || len != REPLAY_HEAD_LEN ||
        bc_bytes_are_media(tvb_get_ptr(tvb, 0, len), (size_t)len)) {
        return;
    }
    const uint64_t size = tvb_get_letoh64(tvb, REPLAY_SIZE_AT);
    if (size != 0 && size == tvb_get_letoh64(tvb, REPLAY_SIZE_AGAIN_AT)) {
        proto_tree_add_uint64(tree, hf_size, tvb, REPLAY_SIZE_AT, (int)sizeof size, size);
    }
}

static void
find_document_fields(void)
{
    static const struct {
        int *hf;
        const char *name;
    } fields[] = {
        { &hf_channel, "baichuan.channel" },
        { &hf_uid, "baichuan.uid" },
        { &hf_file_name, "baichuan.replay.file_name" },
        { &hf_id, "baichuan.replay.id" },
        { &hf_start, "baichuan.replay.start_time" },
        { &hf_end, "baichuan.replay.end_time" },
        { &hf_size, "baichuan.recording.size" },
    };

    for (unsigned i = 0; i < array_length(fields); i++) {
        *fields[i].hf = proto_registrar_get_id_byname(fields[i].name);
        DISSECTOR_ASSERT_HINT(*fields[i].hf > 0, fields[i].name);
    }
}

void
bc_binary_requests_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_request,
          { "Binary request", "baichuan.request", FT_NONE, BASE_NONE, NULL, 0,
            "Request for a recording that is a structure and no document; known from one source only", HFILL } },
        { &hf_baichuan_request_channels,
          { "Channels", "baichuan.request.channels", FT_UINT64, BASE_HEX, NULL, 0,
            "Bit mask behind the UID of a binary request; known from one source only", HFILL } },
        { &hf_baichuan_request_stream,
          { "Stream number", "baichuan.request.stream", FT_UINT32, BASE_DEC, NULL, 0,
            "Type of the stream that a binary request asks for; known from one source only", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_request };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    find_document_fields();
}
