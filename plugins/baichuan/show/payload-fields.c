/* payload-fields.c
 * Values of XML payloads that people filter on: channels, streams, devices, events, recordings, refusals.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Elements are recognised by their names and the names around them, whatever message they are in: cameras use
 * the same ones in many messages.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/login-fields.h>
#include <baichuan/record/message-names.h>
#include <baichuan/show/payload-fields.h>
#include <baichuan/show/phrases.h>
#include <baichuan/show/topic-fields.h>
#include <baichuan/show/xml-fields.h>

#define REFUSED 400u /* this status and higher ones */

static int hf_baichuan_changed_msg_id = -1;
static int hf_baichuan_channel = -1;
static int hf_baichuan_channel_name = -1;
static int hf_baichuan_device_model = -1;
static int hf_baichuan_device_name = -1;
static int hf_baichuan_error = -1;
static int hf_baichuan_event_mode = -1;
static int hf_baichuan_event_recording = -1;
static int hf_baichuan_event_smart_index = -1;
static int hf_baichuan_event_smart_type = -1;
static int hf_baichuan_event_status = -1;
static int hf_baichuan_event_time = -1;
static int hf_baichuan_event_type = -1;
static int hf_baichuan_file_name = -1;
static int hf_baichuan_file_size = -1;
static int hf_baichuan_firmware_version = -1;
static int hf_baichuan_handle = -1;
static int hf_baichuan_hardware_version = -1;
static int hf_baichuan_replay_end = -1;
static int hf_baichuan_replay_file_handle = -1;
static int hf_baichuan_replay_file_name = -1;
static int hf_baichuan_replay_finished = -1;
static int hf_baichuan_replay_id = -1;
static int hf_baichuan_replay_record_type = -1;
static int hf_baichuan_replay_seek = -1;
static int hf_baichuan_replay_sequence = -1;
static int hf_baichuan_replay_speed = -1;
static int hf_baichuan_replay_start = -1;
static int hf_baichuan_serial_number = -1;
static int hf_baichuan_stream_type = -1;
static int hf_baichuan_uid = -1;

static const bc_xml_row_t rows[] = {
    { "AItype", "AlarmEvent", &hf_baichuan_event_type },
    { "bFinished", NULL, &hf_baichuan_replay_finished },
    { "channel", NULL, &hf_baichuan_channel },
    { "channelId", NULL, &hf_baichuan_channel },
    { "chn", NULL, &hf_baichuan_channel },
    { "chnID", NULL, &hf_baichuan_channel },
    { "cmdId", NULL, &hf_baichuan_changed_msg_id },
    { "deviceName", NULL, &hf_baichuan_device_name },
    { "endTime", NULL, &hf_baichuan_replay_end },
    { "fileHandle", NULL, &hf_baichuan_replay_file_handle },
    { "fileName", "ConfigFileInfo", &hf_baichuan_file_name },
    { "fileName", "Snap", &hf_baichuan_file_name },
    { "fileName", NULL, &hf_baichuan_replay_file_name },
    { "fileSize", NULL, &hf_baichuan_file_size },
    { "firmwareVersion", NULL, &hf_baichuan_firmware_version },
    { "handle", NULL, &hf_baichuan_handle },
    { "hardwareVersion", NULL, &hf_baichuan_hardware_version },
    { "Id", "FileInfo", &hf_baichuan_replay_id },
    { "index", "smartAiType", &hf_baichuan_event_smart_index },
    { "index", "smartAiTypeList", &hf_baichuan_event_smart_index },
    { "mode", "DayNightEvent", &hf_baichuan_event_mode },
    { "name", "ChannelInfo", &hf_baichuan_channel_name },
    { "name", "FileInfo", &hf_baichuan_replay_file_name },
    { "name", "OsdChannelName", &hf_baichuan_channel_name },
    { "name", "VersionInfo", &hf_baichuan_device_name },
    { "pictureSize", NULL, &hf_baichuan_file_size },
    { "playSpeed", NULL, &hf_baichuan_replay_speed },
    { "recording", "AlarmEvent", &hf_baichuan_event_recording },
    { "recordType", NULL, &hf_baichuan_replay_record_type },
    { "seekTime", NULL, &hf_baichuan_replay_seek },
    { "seq", NULL, &hf_baichuan_replay_sequence },
    { "serialNumber", NULL, &hf_baichuan_serial_number },
    { "size", "CoverPreview", &hf_baichuan_file_size },
    { "startTime", NULL, &hf_baichuan_replay_start },
    { "status", "AlarmEvent", &hf_baichuan_event_status },
    { "streamType", NULL, &hf_baichuan_stream_type },
    { "timeStamp", "AlarmEvent", &hf_baichuan_event_time },
    { "type", "smartAiType", &hf_baichuan_event_smart_type },
    { "type", "smartAiTypeList", &hf_baichuan_event_smart_type },
    { "type", "VersionInfo", &hf_baichuan_device_model },
    { "uid", NULL, &hf_baichuan_uid },
};
static bc_xml_map_t *document_map;

const char *
bc_payload_fields_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const bc_header_t *header)
{
    bool from_client = true;
    const bool refused = header->len == BC_LONG_HEADER && bc_header_direction(header, &from_client) &&
                         !from_client && header->code >= REFUSED;
    const bool shown = bc_xml_fields_are_wanted(document_map, tree) ||
                       (refused && proto_field_is_referenced(tree, hf_baichuan_error));
    const bool said = bc_phrase_exists(header->msg_id);

    if (!shown && !(said && col_get_writable(pinfo->cinfo, COL_INFO))) {
        return NULL;
    }
    const bc_xml_values_t values =
        bc_xml_fields_read(tvb, pinfo, document_map, refused ? hf_baichuan_error : -1);
    if (shown) {
        bc_xml_fields_add(&values, tvb, pinfo, tree, hf_baichuan_channel);
    }
    return said ? bc_phrase(pinfo, header->msg_id, &values) : NULL;
}

static void
register_device_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_channel,
          { "Channel", "baichuan.channel", FT_UINT32, BASE_DEC, NULL, 0,
            "The real channel, counted from 0, as the payload names it", HFILL } },
        { &hf_baichuan_channel_name,
          { "Channel name", "baichuan.channel_name", FT_STRING, BASE_NONE, NULL, 0,
            "Which the user has given to a camera of an NVR, or to the picture", HFILL } },
        { &hf_baichuan_stream_type,
          { "Stream type", "baichuan.stream_type", FT_STRING, BASE_NONE, NULL, 0,
            "Such as mainStream, subStream, externStream", HFILL } },
        { &hf_baichuan_handle,
          { "Handle", "baichuan.handle", FT_UINT32, BASE_DEC, NULL, 0,
            "Of a stream or a search, given by one side and repeated by the other", HFILL } },
        { &hf_baichuan_device_model,
          { "Device model", "baichuan.device_model", FT_STRING, BASE_NONE, NULL, 0,
            "As the version information calls it", HFILL } },
        { &hf_baichuan_device_name,
          { "Device name", "baichuan.device_name", FT_STRING, BASE_NONE, NULL, 0,
            "Which the user has given to the camera", HFILL } },
        { &hf_baichuan_firmware_version,
          { "Firmware version", "baichuan.firmware_version", FT_STRING, BASE_NONE, NULL, 0,
            "With the day of the build behind it", HFILL } },
        { &hf_baichuan_hardware_version,
          { "Hardware version", "baichuan.hardware_version", FT_STRING, BASE_NONE, NULL, 0,
            "Name of the board", HFILL } },
        { &hf_baichuan_serial_number,
          { "Serial number", "baichuan.serial_number", FT_STRING, BASE_NONE, NULL, 0,
            "Of the device; often zeros", HFILL } },
        { &hf_baichuan_uid,
          { "UID", "baichuan.uid", FT_STRING, BASE_NONE, NULL, 0,
            "Under which the vendor's servers know the device", HFILL } },
        { &hf_baichuan_changed_msg_id,
          { "Changed settings", "baichuan.changed_msg_id", FT_UINT32, BASE_DEC | BASE_EXT_STRING,
            &bc_message_names_ext, 0, "Message ID that reads what has changed", HFILL } },
        { &hf_baichuan_file_name,
          { "File name", "baichuan.file_name", FT_STRING, BASE_NONE, NULL, 0,
            "Of a picture, a firmware or a configuration", HFILL } },
        { &hf_baichuan_file_size,
          { "File size", "baichuan.file_size", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes, all messages that carry it together", HFILL } },
        { &hf_baichuan_error,
          { "Error text", "baichuan.error", FT_STRING, BASE_NONE, NULL, 0,
            "What the payload of a refusal (status 400 and above) says, each element with its name", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

static void
register_event_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_event_type,
          { "Event type", "baichuan.event.type", FT_STRING, BASE_NONE, NULL, 0,
            "What the camera recognises (AItype): none, people, vehicle, dog_cat, face and others", HFILL } },
        { &hf_baichuan_event_status,
          { "Event status", "baichuan.event.status", FT_STRING, BASE_NONE, NULL, 0,
            "What goes on: none, MD (motion), visitor, tamper and others", HFILL } },
        { &hf_baichuan_event_recording,
          { "Event is recorded", "baichuan.event.recording", FT_UINT32, BASE_DEC, NULL, 0,
            "1 while the camera records", HFILL } },
        { &hf_baichuan_event_time,
          { "Event time stamp", "baichuan.event.time", FT_STRING, BASE_NONE, NULL, 0,
            "As the camera writes it; often 0", HFILL } },
        { &hf_baichuan_event_mode,
          { "Day or night", "baichuan.event.mode", FT_STRING, BASE_NONE, NULL, 0,
            "To which the camera has switched", HFILL } },
        { &hf_baichuan_event_smart_type,
          { "Smart event type", "baichuan.event.smart_type", FT_STRING, BASE_NONE, NULL, 0,
            "Of rules such as line crossing", HFILL } },
        { &hf_baichuan_event_smart_index,
          { "Smart event rules", "baichuan.event.smart_index", FT_UINT32, BASE_DEC, NULL, 0,
            "Bit mask of the rules that are met", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

static void
register_replay_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_replay_file_name,
          { "Recording", "baichuan.replay.file_name", FT_STRING, BASE_NONE, NULL, 0,
            "File name: two digits of the channel, counted from 1, and the time YYYYMMDDHHMMSS", HFILL } },
        { &hf_baichuan_replay_id,
          { "Recording ID", "baichuan.replay.id", FT_STRING, BASE_NONE, NULL, 0,
            "Such as the path of the file in the camera", HFILL } },
        { &hf_baichuan_replay_start,
          { "Start time", "baichuan.replay.start_time", FT_STRING, BASE_NONE, NULL, 0,
            "Local time of the camera, of a recording, a search or another period", HFILL } },
        { &hf_baichuan_replay_end,
          { "End time", "baichuan.replay.end_time", FT_STRING, BASE_NONE, NULL, 0,
            "Local time of the camera, of a recording, a search or another period", HFILL } },
        { &hf_baichuan_replay_seek,
          { "Seek time", "baichuan.replay.seek_time", FT_STRING, BASE_NONE, NULL, 0,
            "Local time of the camera, where the replay is to begin", HFILL } },
        { &hf_baichuan_replay_speed,
          { "Speed", "baichuan.replay.speed", FT_STRING, BASE_NONE, NULL, 0,
            "As the client asks for it", HFILL } },
        { &hf_baichuan_replay_sequence,
          { "Sequence number", "baichuan.replay.seq", FT_UINT32, BASE_DEC, NULL, 0,
            "Counts the seeks and replays by time of a client", HFILL } },
        { &hf_baichuan_replay_record_type,
          { "Kind of recording", "baichuan.replay.record_type", FT_STRING, BASE_NONE, NULL, 0,
            "Why the camera recorded, or what is searched for", HFILL } },
        { &hf_baichuan_replay_file_handle,
          { "Search handle", "baichuan.replay.file_handle", FT_STRING, BASE_NONE, NULL, 0,
            "Of a search for recordings of alarms", HFILL } },
        { &hf_baichuan_replay_finished,
          { "Search is finished", "baichuan.replay.finished", FT_UINT32, BASE_DEC, NULL, 0,
            "1 on the last page; not always sent", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

void
bc_payload_fields_register(int proto)
{
    register_device_fields(proto);
    register_event_fields(proto);
    register_replay_fields(proto);
    document_map = bc_xml_map_new();
    bc_xml_map_add_rows(document_map, rows, array_length(rows));
    bc_login_fields_map(document_map);
    bc_topic_fields_register(proto, document_map);
    bc_phrases_register();
}
