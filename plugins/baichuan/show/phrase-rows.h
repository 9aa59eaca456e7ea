/* phrase-rows.h
 * What a document says, in a few words for the Info column: one row a message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For show/phrases.c alone. A row says: message id; the words that stand in place of the message's name, which are that
 * of no other; what follows them for each item. Several rows of one message are tried in turn. In the last text,
 *   {field}          is the first value of baichuan.field in the item (else in what is around it); {item} the item's name
 *   {field:a=b,c=}   says b where the value is a, and is missing where it is c
 *   {field:on}       says on for 1 and off for 0; :bytes a size in words, :message a message's name, :name a name unless
 *                    it is a hash or hidden
 *   |                ends a segment; one whose value is missing is left out
 *   *                in front of a segment: only where there are several items
 *   !                in front of a segment: only where nothing else was said
 * The first field of a text has to be in the document: each time it occurs in another item is one of the things that
 * are said. Rows are in the order of message ids.
 */
/* clang-format off */

#define ON "on"
#define STREAM "mainStream=main,subStream=sub,externStream=extern,mobileStream=mobile"
#define PERIOD "{replay.start_time}| to {replay.end_time}|, channel {channel}"
#define RECORDINGS "{replay.start_time}|, {recording.size:bytes}|*, channel {channel}"
#define FILE_NAME "{replay.file_name}|, {recording.size:bytes}|, channel {channel}"
#define BATTERY "{battery.percent} %|, {battery.charge_status:chargeComplete=charged,none=}|*, channel {channel}"
#define FLOODLIGHT_TASK "mode {light.alarm_mode}|, {light.brightness} %|, {light.duration} s"
#define AI "{event.type:people=person,dog_cat=animal}|, channel {channel}"

static const phrase_row_t phrase_rows[] = {
    {   2, "Logout ", "{username:name}" },
    {   3, "Start Video ", "ch {channel}| {stream_type:" STREAM "}" },
    {   4, "Stop Video ", "ch {channel}| {stream_type:" STREAM "}" },
    {   5, "Start Replay ", "{replay.file_name}|, channel {channel}" },
    {   5, "Start Replay ", "{replay.id}|, channel {channel}" },
    {   7, "Stop Replay ", "{replay.file_name}|, channel {channel}" },
    {   8, "Download ", FILE_NAME },
    {   8, "Download ", "{replay.id}|, channel {channel}" },
    {  10, "Talk ability: ", "{talk.audio_type}| {talk.sample_rate} Hz" },
    {  13, "Recording ", RECORDINGS },
    {  13, "Download ", FILE_NAME },
    {  13, "Download ", "{replay.id}|, channel {channel}" },
    {  13, "Download of ", "{recording.size:bytes}" },
    {  14, "Search recordings ", PERIOD },
    {  15, "Recording ", RECORDINGS },
    {  15, "Recording ", FILE_NAME },
    {  18, "PTZ ", "{ptz.command}|, speed {ptz.speed}|*, channel {channel}" },
    {  19, "PTZ preset ", "{ptz.preset_id}|: {ptz.preset_command:setPos=store,toPos=move to it}" },
    {  33, "Alarm: ", "{event.status:MD=motion,none=}|, {event.type:people=person,dog_cat=animal,none=}|!none|, channel {channel}" },
    {  33, "Day or night: ", "{event.mode}|, channel {channel}" },
    {  37, "Ports: ", "server {port.server}|, HTTP {port.http}|, HTTPS {port.https}|, RTSP {port.rtsp}|, RTMP {port.rtmp}"
                      "|, ONVIF {port.onvif}" },
    {  56, "Encoding: ", "{encoder.width}x{encoder.height}|, {encoder.frame_rate} fps|, {encoder.bit_rate} kbit/s|* ({item})" },
    {  57, "Set Encoding: ", "{encoder.width}x{encoder.height}|, {encoder.frame_rate} fps|, {encoder.bit_rate} kbit/s|* ({item})" },
    {  67, "Firmware Upgrade ", "{file_name}|, {file_size:bytes}" },
    {  80, "Version ", "{device_model} {firmware_version}" },
    {  93, "Link ", "{link.type}" },
    { 102, "Disk ", "{disk.capacity} GB|, {disk.free} GB free|, {disk.mounted:0=not mounted,1=}|, {disk.formatted:0=not formatted,1=}" },
    { 103, "Format Disk ", "{disk.format_id}|, {disk.format_type:0=quick,1=full}" },
    { 104, "Time ", "{device_time}" },
    { 105, "Set device time ", "{device_time}" },
    { 109, "Snapshot ", "{file_name}|, {file_size:bytes}" },
    { 109, "Snapshot ", "ch {channel}| {stream_type}" },
    { 114, "UID ", "{uid}" },
    { 115, "Wi-Fi signal ", "{wifi.signal}" },
    { 116, "Wi-Fi ", "{wifi.ssid}" },
    { 123, "Replay Seek ", "{replay.seek_time}|, channel {channel}" },
    { 143, "Start Download by Time ", PERIOD },
    { 145, "Channel ", "{channel}| {channel_state}" },
    { 175, "Search alarm videos ", PERIOD },
    { 190, "PTZ preset ", "{ptz.preset_id}| {ptz.preset_name}" },
    { 201, "Talk ", "{talk.audio_type}| {talk.sample_rate} Hz|, channel {channel}" },
    { 208, "LED ", "infrared {led.ir}|, status light {led.status_light:open=on,close=off}" },
    { 209, "Set LED ", "infrared {led.ir}|, status light {led.status_light:open=on,close=off}" },
    { 212, "PIR ", "{enable:" ON "}|, sensitivity {pir.sensitivity}" },
    { 213, "Set PIR ", "{enable:" ON "}|, sensitivity {pir.sensitivity}" },
    { 252, "Battery ", BATTERY },
    { 253, "Battery ", BATTERY },
    { 263, "Siren ", "{siren.on:" ON "}|, {siren.times} times|, {siren.duration} s" },
    { 264, "Volume ", "{volume.speaker} %" },
    { 265, "Set volume ", "{volume.speaker} %" },
    { 272, "Search alarm videos ", PERIOD },
    { 273, "Recording ", RECORDINGS },
    { 287, "Set Time ", "{device_time.utc} s" },
    { 288, "Floodlight ", "{light.status:" ON "}|, {light.duration} s" },
    { 289, "Floodlight task: ", FLOODLIGHT_TASK },
    { 290, "Set Floodlight Task: ", FLOODLIGHT_TASK },
    { 291, "Floodlight ", "{light.status:" ON "}|, {light.brightness} %|, channel {channel}" },
    { 294, "Zoom ", "{zoom.position}|, focus {zoom.focus}" },
    { 295, "Zoom ", "{zoom.command:zoomPos=,focusPos=focus}|!zoom| to {zoom.target}" },
    { 318, "Version ", "{device_model} {firmware_version}" },
    { 381, "Start Replay by Time ", PERIOD },
    { 433, "PTZ position ", "{ptz.pan}|, {ptz.tilt}" },
    { 438, "Floodlight task: ", FLOODLIGHT_TASK },
    { 464, "Network ", "{link.net_type}|, signal {link.signal}" },
    { 485, "Chime ", "{chime.id}| {chime.operation}" },
    { 542, "PTZ ", "{ptz.running:1=moving,0=still}|, channel {channel}" },
    { 547, "Siren ", "{siren.status:" ON "}|, channel {channel}" },
    { 574, "Privacy mode ", "{privacy:" ON "}" },
    { 575, "Set Privacy Mode ", "{privacy:" ON "}" },
    { 580, "Changed: ", "{changed_msg_id:message}|, channel {channel}" },
    { 600, "AI: ", AI },
    { 601, "Scene ", "{scene}" },
    { 602, "Set scene ", "{scene}" },
    { 623, "Privacy mode ", "{privacy:" ON "}|, channel {channel}" },
    { 696, "AI: ", AI },
    { 806, "Webhook ", "{enable:" ON "}" },
    { 807, "Set webhook ", "{enable:" ON "}" },
};

#undef ON
#undef STREAM
#undef PERIOD
#undef RECORDINGS
#undef FILE_NAME
#undef BATTERY
#undef FLOODLIGHT_TASK
#undef AI
/* clang-format on */
