/* topic-rows.h
 * Elements of documents as fields, by topic: one row an element.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For show/topic-fields.c alone. A row says: element; elements around it (see bc_xml_map_add()); filter name; label; type;
 * kind; blurb, with the unit. Rows of one field have its filter name, and the first of them the rest. Elements are those
 * that several implementations read (docs/baichuan.md section 3.10) unless the blurb says otherwise.
 */
/* clang-format off */

#define CHIME "//dingdongDeviceOpt //dingdongCfg //dingdongCtrl //dingdongList //dingdongSilentMode"
#define EVENTS "//yoloWorldEventList YoloWorldType"
#define STREAMS "mainStream subStream thirdStream externStream mobileStream"
#define AGAIN NULL, FT_NONE

static const topic_row_t topic_rows[] = {
    /* ---- battery ---- */
    { "batteryPercent", "BatteryInfo BatteryList", "baichuan.battery.percent", "Battery", FT_UINT32, BC_XML_VALUE,
      "Charge of the battery, in percent" },
    { "chargeStatus", "BatteryInfo BatteryList", "baichuan.battery.charge_status", "Charging", FT_STRING, BC_XML_VALUE,
      "Such as charging, chargeComplete, none" },
    { "adapterStatus", "BatteryInfo BatteryList", "baichuan.battery.adapter", "Power source", FT_STRING, BC_XML_VALUE,
      "What feeds the camera, such as solarPanel, adapter, none" },
    { "temperature", "BatteryInfo BatteryList", "baichuan.battery.temperature", "Temperature", FT_INT32, BC_XML_VALUE,
      "Of the battery, in degrees Celsius" },
    { "voltage", "BatteryInfo BatteryList", "baichuan.battery.voltage", "Voltage", FT_INT32, BC_XML_VALUE,
      "Of the battery, as the camera gives it: by their size, millivolts" },
    { "current", "BatteryInfo BatteryList", "baichuan.battery.current", "Current", FT_INT32, BC_XML_VALUE,
      "Of the battery, as the camera gives it: by their size, milliamperes" },
    { "lowPower", "BatteryInfo BatteryList", "baichuan.battery.low_power", "Low power", FT_UINT32, BC_XML_VALUE,
      "1 while the battery is nearly empty" },

    /* ---- siren ---- */
    { "onOff", "audioPlayInfo", "baichuan.siren.on", "Siren", FT_UINT32, BC_XML_VALUE,
      "What is asked for: 1 on, 0 off" },
    { "playMode", "audioPlayInfo", "baichuan.siren.mode", "Siren mode", FT_UINT32, BC_XML_VALUE,
      "0: a number of times; 2: until it is switched off; others occur" },
    { "playTimes", "audioPlayInfo", "baichuan.siren.times", "Siren times", FT_UINT32, BC_XML_VALUE,
      "How many times it is to sound" },
    { "playDuration", "audioPlayInfo", "baichuan.siren.duration", "Siren duration", FT_UINT32, BC_XML_VALUE,
      "How long it is to sound, in seconds" },
    { "status", "SirenStatus SirenStatusList", "baichuan.siren.status", "Siren status", FT_UINT32, BC_XML_VALUE,
      "As the camera reports it: 1 it sounds, 0 it does not" },

    /* ---- light ---- */
    { "status", "FloodlightManual FloodlightStatus FloodlightStatusList", "baichuan.light.status", "Floodlight", FT_UINT32,
      BC_XML_VALUE, "1 on, 0 off: what is asked for, or what the camera reports" },
    { "duration", "FloodlightManual FloodlightTask", "baichuan.light.duration", "Floodlight duration", FT_UINT32,
      BC_XML_VALUE, "How long the floodlight is to be on, in seconds" },
    { "brightness_cur", "FloodlightTask", "baichuan.light.brightness", "Floodlight brightness", FT_UINT32, BC_XML_VALUE,
      "In percent" },
    { "brightness", "FloodlightStatus", "baichuan.light.brightness", AGAIN, BC_XML_VALUE, NULL },
    { "alarmMode", "FloodlightTask", "baichuan.light.alarm_mode", "Floodlight mode", FT_UINT32, BC_XML_VALUE,
      "When the camera switches it on by itself; what a number means depends on the camera" },

    /* ---- talk ---- */
    { "audioType", "audioConfig", "baichuan.talk.audio_type", "Talk codec", FT_STRING, BC_XML_VALUE,
      "Such as adpcm" },
    { "sampleRate", "audioConfig", "baichuan.talk.sample_rate", "Talk sample rate", FT_UINT32, BC_XML_VALUE,
      "Samples a second (Hz)" },
    { "samplePrecision", "audioConfig", "baichuan.talk.sample_precision", "Talk sample precision", FT_UINT32, BC_XML_VALUE,
      "Bits a sample" },
    { "lengthPerEncoder", "audioConfig", "baichuan.talk.block_samples", "Talk block", FT_UINT32, BC_XML_VALUE,
      "Samples that one block holds; a block of ADPCM has half as many bytes, and four more" },
    { "soundTrack", "audioConfig", "baichuan.talk.sound_track", "Talk sound track", FT_STRING, BC_XML_VALUE,
      "Such as mono" },
    { "priority", "audioConfig", "baichuan.talk.priority", "Talk priority", FT_UINT32, BC_XML_VALUE,
      "Of one of several configurations that the camera offers" },
    { "duplex", "TalkConfig duplexList", "baichuan.talk.duplex", "Talk duplex", FT_STRING, BC_XML_VALUE,
      "FDX: both sides may talk at once" },
    { "audioStreamMode", "TalkConfig audioStreamModeList", "baichuan.talk.stream_mode", "Talk stream mode", FT_STRING,
      BC_XML_VALUE, "Where the sound of the camera comes from, such as followVideoStream" },

    /* ---- encoder ---- */
    { "type", "encodeTable", "baichuan.encoder.stream", "Stream", FT_STRING, BC_XML_VALUE,
      "Whose values these are, in the list of what a camera can encode; elsewhere the item is called after it" },
    { "audio", STREAMS, "baichuan.encoder.audio", "Audio", FT_UINT32, BC_XML_VALUE,
      "1 if the stream has sound" },
    { "width", STREAMS " //StreamInfoList", "baichuan.encoder.width", "Width", FT_UINT32, BC_XML_VALUE,
      "Of the picture, in pixels" },
    { "height", STREAMS " //StreamInfoList", "baichuan.encoder.height", "Height", FT_UINT32, BC_XML_VALUE,
      "Of the picture, in pixels" },
    { "frame", STREAMS, "baichuan.encoder.frame_rate", "Frame rate", FT_UINT32, BC_XML_VALUE,
      "Frames a second" },
    { "defaultFramerate", "encodeTable", "baichuan.encoder.frame_rate", AGAIN, BC_XML_VALUE, NULL },
    { "bitRate", STREAMS, "baichuan.encoder.bit_rate", "Bit rate", FT_UINT32, BC_XML_VALUE,
      "In kbit a second" },
    { "defaultBitrate", "encodeTable", "baichuan.encoder.bit_rate", AGAIN, BC_XML_VALUE, NULL },
    { "videoEncType", STREAMS, "baichuan.encoder.codec", "Video codec", FT_UINT32, BC_XML_VALUE,
      "0: H.264; 1: H.265" },

    /* ---- PTZ ---- */
    { "command", "PtzControl", "baichuan.ptz.command", "PTZ command", FT_STRING, BC_XML_VALUE,
      "Where the camera is to turn, such as left, up, stop" },
    { "speed", "PtzControl Ptz3DLocation", "baichuan.ptz.speed", "PTZ speed", FT_UINT32, BC_XML_VALUE,
      "How fast, in steps of the camera" },
    { "id", "preset", "baichuan.ptz.preset_id", "PTZ preset", FT_UINT32, BC_XML_VALUE,
      "Number of a stored position" },
    { "name", "preset", "baichuan.ptz.preset_name", "PTZ preset name", FT_STRING, BC_XML_VALUE,
      "Which the user has given to a stored position" },
    { "command", "preset PtzPreset", "baichuan.ptz.preset_command", "PTZ preset command", FT_STRING, BC_XML_VALUE,
      "setPos stores the position, toPos moves to it" },
    { "command", "PtzGuard", "baichuan.ptz.guard_command", "PTZ guard command", FT_STRING, BC_XML_VALUE,
      "setGrd stores the position to which the camera returns, toGrd moves to it" },
    { "timeout", "PtzGuard", "baichuan.ptz.guard_timeout", "PTZ guard delay", FT_UINT32, BC_XML_VALUE,
      "After which the camera returns, in seconds" },
    { "pPos", NULL, "baichuan.ptz.pan", "Pan position", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "tPos", NULL, "baichuan.ptz.tilt", "Tilt position", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "ptzRunning", NULL, "baichuan.ptz.running", "PTZ is moving", FT_UINT32, BC_XML_VALUE,
      "1 while the camera turns" },
    { "cruising", NULL, "baichuan.ptz.cruising", "PTZ patrol", FT_UINT32, BC_XML_VALUE,
      "1 while the camera is on a patrol" },

    /* ---- zoom and focus ---- */
    { "curPos", "zoom", "baichuan.zoom.position", "Zoom", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "minPos", "zoom", "baichuan.zoom.min", "Least zoom", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "maxPos", "zoom", "baichuan.zoom.max", "Greatest zoom", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "curPos", "focus", "baichuan.zoom.focus", "Focus", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "minPos", "focus", "baichuan.zoom.focus_min", "Least focus", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "maxPos", "focus", "baichuan.zoom.focus_max", "Greatest focus", FT_INT32, BC_XML_VALUE,
      "In steps of the camera" },
    { "command", "StartZoomFocus", "baichuan.zoom.command", "Zoom command", FT_STRING, BC_XML_VALUE,
      "zoomPos or focusPos: what is to move" },
    { "movePos", "StartZoomFocus", "baichuan.zoom.target", "Zoom target", FT_INT32, BC_XML_VALUE,
      "Where it is to move, in steps of the camera" },
    { "disable", "AutoFocus", "baichuan.zoom.autofocus_disabled", "Autofocus is off", FT_UINT32, BC_XML_VALUE,
      "1 if the camera does not focus by itself" },

    /* ---- LED ---- */
    { "state", "LedState", "baichuan.led.ir", "Infrared light", FT_STRING, BC_XML_VALUE,
      "auto, open (on) or close (off)" },
    { "lightState", "LedState", "baichuan.led.status_light", "Status light", FT_STRING, BC_XML_VALUE,
      "open (on) or close (off)" },
    { "IRLedBrightness", "LedState", "baichuan.led.ir_brightness", "Infrared brightness", FT_UINT32, BC_XML_VALUE,
      "In percent" },
    { "doorbellLightState", "LedState", "baichuan.led.doorbell_light", "Doorbell light", FT_STRING, BC_XML_VALUE,
      "Of the button of a doorbell" },

    /* ---- disks ---- */
    { "number", "HddInfo", "baichuan.disk.number", "Disk", FT_UINT32, BC_XML_VALUE,
      "Of a disk or memory card" },
    { "capacity", "HddInfo", "baichuan.disk.capacity", "Capacity", FT_UINT32, BC_XML_VALUE,
      "In GB of 1024 MB, without the rest" },
    { "capacityM", "HddInfo", "baichuan.disk.capacity_rest", "Capacity, rest", FT_UINT32, BC_XML_VALUE,
      "What there is besides the whole GB, in MB; known from one source only" },
    { "remainSize", "HddInfo", "baichuan.disk.free", "Free", FT_UINT32, BC_XML_VALUE,
      "In GB of 1024 MB, without the rest" },
    { "remainSizeM", "HddInfo", "baichuan.disk.free_rest", "Free, rest", FT_UINT32, BC_XML_VALUE,
      "What is free besides the whole GB, in MB; known from one source only" },
    { "format", "HddInfo", "baichuan.disk.formatted", "Formatted", FT_UINT32, BC_XML_VALUE,
      "1 if it is" },
    { "mount", "HddInfo", "baichuan.disk.mounted", "Mounted", FT_UINT32, BC_XML_VALUE,
      "1 if it is" },
    { "storageType", "HddInfo", "baichuan.disk.storage_type", "Storage type", FT_UINT32, BC_XML_VALUE,
      "Disk or memory card, as a number of the camera" },
    { "initId", "HddInit", "baichuan.disk.format_id", "Disk to format", FT_UINT32, BC_XML_VALUE,
      "Number of the disk that is to be formatted; known from one source only" },
    { "type", "HddInit", "baichuan.disk.format_type", "Formatting", FT_UINT32, BC_XML_VALUE,
      "0: quick; 1: full; known from one source only" },

    /* ---- PIR ---- */
    { "sensiValue", "rfAlarmCfg", "baichuan.pir.sensitivity", "PIR sensitivity", FT_UINT32, BC_XML_VALUE,
      "As a number of the camera" },
    { "sensitivity", "rfAlarmCfg", "baichuan.pir.sensitivity_range", "PIR sensitivities", FT_STRING, BC_XML_VALUE,
      "What the element sensitivity says besides the value in use" },
    { "reduceFalseAlarm", "rfAlarmCfg", "baichuan.pir.reduce_false_alarms", "PIR with fewer false alarms", FT_UINT32,
      BC_XML_VALUE, "1 if the camera looks at the picture, too" },
    { "interval", "rfAlarmCfg", "baichuan.pir.interval", "PIR interval", FT_UINT32, BC_XML_VALUE,
      "Between two alarms, in seconds" },

    /* ---- recordings ---- */
    { "alarmType", "FileInfo //findAlarmVideo //alarmVideoInfo", "baichuan.recording.alarm_type", "Alarms", FT_STRING,
      BC_XML_LIST, "What happens in a recording, or is searched for" },
    { "i", "eventAlarmType", "baichuan.recording.alarm_type", AGAIN, BC_XML_VALUE, NULL },
    { "fileType", "FileInfo //alarmVideoInfo", "baichuan.recording.file_type", "File type", FT_STRING, BC_XML_VALUE,
      "Of a recording" },
    { "sizeL", "FileInfo //alarmVideoInfo", "baichuan.recording.size", "Size", FT_UINT64, BC_XML_LOW,
      "Of a recording, in bytes: both halves (sizeL, sizeH) as one number" },
    { "sizeH", "FileInfo //alarmVideoInfo", "baichuan.recording.size", AGAIN, BC_XML_HIGH, NULL },
    { "size", "FileInfo", "baichuan.recording.size", AGAIN, BC_XML_VALUE, NULL },
    { "containsAudio", "FileInfo //alarmVideoInfo", "baichuan.recording.audio", "With sound", FT_UINT32, BC_XML_VALUE,
      "1 if the recording has sound" },

    /* ---- channels, privacy ---- */
    { "loginState", "ChannelInfo", "baichuan.channel_state", "Channel state", FT_STRING, BC_XML_VALUE,
      "Of a camera of an NVR or hub; standby: it sleeps" },
    { "online", "ChannelInfo", "baichuan.channel_online", "Channel is online", FT_UINT32, BC_XML_VALUE,
      "1 if the NVR or hub reaches the camera" },
    { "sleep", "sleepState sleepStatus", "baichuan.privacy", "Privacy mode", FT_UINT32, BC_XML_VALUE,
      "1 while the camera shows nothing" },
    { "operate", "sleepState sleepStatus", "baichuan.privacy.operate", "Privacy operation", FT_UINT32, BC_XML_VALUE,
      "What is done with the privacy mode; 2 in a request to set it" },

    /* ---- network ---- */
    { "signal", "WifiSignal", "baichuan.wifi.signal", "Wi-Fi signal", FT_INT32, BC_XML_VALUE,
      "As the camera gives it: values below 0 are dBm by their size" },
    { "ssid", NULL, "baichuan.wifi.ssid", "Wi-Fi name", FT_STRING, BC_XML_VALUE,
      "SSID of the network" },
    { "net_type", "NetInfo", "baichuan.link.net_type", "Network", FT_STRING, BC_XML_VALUE,
      "Such as wire, wifi" },
    { "signal", "NetInfo", "baichuan.link.signal", "Network signal", FT_INT32, BC_XML_VALUE,
      "As the camera gives it" },
    { "type", "LinkType", "baichuan.link.type", "Link", FT_STRING, BC_XML_VALUE,
      "Such as LAN, Wifi" },
    { "serverPort", NULL, "baichuan.port.server", "Baichuan port", FT_UINT32, BC_XML_VALUE,
      "TCP port of this protocol" },
    { "httpPort", NULL, "baichuan.port.http", "HTTP port", FT_UINT32, BC_XML_VALUE, "TCP port" },
    { "httpsPort", NULL, "baichuan.port.https", "HTTPS port", FT_UINT32, BC_XML_VALUE, "TCP port" },
    { "rtspPort", NULL, "baichuan.port.rtsp", "RTSP port", FT_UINT32, BC_XML_VALUE, "TCP port" },
    { "rtmpPort", NULL, "baichuan.port.rtmp", "RTMP port", FT_UINT32, BC_XML_VALUE, "TCP port" },
    { "onvifPort", NULL, "baichuan.port.onvif", "ONVIF port", FT_UINT32, BC_XML_VALUE, "TCP port" },
    { "enable", NULL, "baichuan.enable", "Enabled", FT_UINT32, BC_XML_WITHIN,
      "1 if what is around it in the document is switched on; below it stands what that is" },
    { "benable", "PtzGuard", "baichuan.enable", AGAIN, BC_XML_WITHIN, NULL },

    /* ---- time ---- */
    { "SystemGeneral", NULL, "baichuan.device_time", "Device time", FT_STRING, BC_XML_VALUE,
      "Local time of the camera" },
    { "timeZone", "SystemGeneral", "baichuan.device_time.zone", "Time zone", FT_INT32, BC_XML_VALUE,
      "Seconds from local time to UTC: below 0 in the east" },
    { "realTime", "TimeCfg", "baichuan.device_time.utc", "Time to set", FT_UINT32, BC_XML_VALUE,
      "Seconds since 1970, UTC" },

    /* ---- chime ---- */
    { "id", CHIME, "baichuan.chime.id", "Chime", FT_UINT32, BC_XML_VALUE, "Number of a chime" },
    { "opt", CHIME, "baichuan.chime.operation", "Chime operation", FT_STRING, BC_XML_VALUE,
      "Such as getParam, setParam, delDevice, ringWithMusic, machineStateGet, machineStateSet" },
    { "musicId", CHIME, "baichuan.chime.music_id", "Chime tone", FT_UINT32, BC_XML_VALUE, "Number of a tone" },
    { "volLevel", CHIME, "baichuan.chime.volume", "Chime volume", FT_UINT32, BC_XML_VALUE, "In steps of the chime" },
    { "name", CHIME, "baichuan.chime.name", "Chime name", FT_STRING, BC_XML_VALUE,
      "Which the user has given to a chime" },
    { "time", "//dingdongSilentMode", "baichuan.chime.silent_time", "Chime is silent", FT_UINT32, BC_XML_VALUE,
      "For so many seconds" },

    /* ---- webhook, volumes, scene, day and night ---- */
    { "url", "HaCfg", "baichuan.webhook.url", "Webhook", FT_STRING, BC_XML_VALUE,
      "Where the camera reports events; a secret, since whoever has it can send some" },
    { "verify_cert", "HaCfg", "baichuan.webhook.verify_certificate", "Webhook certificate is checked", FT_UINT32,
      BC_XML_VALUE, "1 if it is; known from one source only" },
    { "volume", "audioCfg", "baichuan.volume.speaker", "Volume", FT_UINT32, BC_XML_VALUE, "In percent" },
    { "talkAndReplyVolume", "audioCfg", "baichuan.volume.talk", "Talk volume", FT_UINT32, BC_XML_VALUE, "In percent" },
    { "visitorVolume", "audioCfg", "baichuan.volume.visitor", "Visitor volume", FT_UINT32, BC_XML_VALUE, "In percent" },
    { "visitorLoudspeaker", "audioCfg", "baichuan.volume.visitor_on", "Visitor sound", FT_UINT32, BC_XML_VALUE,
      "1 if a doorbell sounds itself" },
    { "curSceneId", NULL, "baichuan.scene", "Scene", FT_INT32, BC_XML_VALUE, "Number of the scene in force" },
    { "cur", "DayNightThreshold", "baichuan.day_night.threshold", "Day and night threshold", FT_UINT32, BC_XML_VALUE,
      "Of brightness, in steps of the camera" },

    /* ---- events ---- */
    { "type", EVENTS, "baichuan.event.type", AGAIN, BC_XML_VALUE, NULL },
    { "subType", EVENTS " subTypeList", "baichuan.event.type", AGAIN, BC_XML_VALUE, NULL },
    { "YoloWorldType", NULL, "baichuan.event.type", AGAIN, BC_XML_VALUE, NULL },

    /* ---- what a camera can do ---- */
    { "abilityValue", NULL, "baichuan.ability", "Ability", FT_STRING, BC_XML_LIST,
      "Of this user: _rw behind it, it may be read and set, _ro only read" },
    { "ledCtrl", "//Support", "baichuan.support.lights", "Lights", FT_UINT32, BC_XML_VALUE,
      "Bit mask of what the camera's lights can do; few bits are known, those from one source only" },
    { "recordCfg", "//Support", "baichuan.support.recording", "Recording", FT_UINT32, BC_XML_VALUE,
      "Bit mask of what the camera can record; one bit is known, from one source only" },
    { "newIspCfg", "//Support", "baichuan.support.picture", "Picture", FT_UINT32, BC_XML_VALUE,
      "Bit mask of what the camera can do with the picture; one bit is known, from one source only" },
};

/* Bits of the numbers above. */
static const topic_bit_t topic_bits[] = {
    { "baichuan.support.lights", 0x0001, "baichuan.support.lights.status_light", "Status light",
      "The camera has one that can be switched" },
    { "baichuan.support.lights", 0x0002, "baichuan.support.lights.floodlight_1", "Floodlight, first bit",
      "With the second bit: the camera has a floodlight" },
    { "baichuan.support.lights", 0x0004, "baichuan.support.lights.floodlight_2", "Floodlight, second bit",
      "With the first bit: the camera has a floodlight" },
    { "baichuan.support.lights", 0x0100, "baichuan.support.lights.schedule_plus", "Schedules of another kind",
      "Number 4 of baichuan.light.alarm_mode is a schedule" },
    { "baichuan.support.lights", 0x1000, "baichuan.support.lights.ir_brightness", "Infrared brightness",
      "It can be set" },
    { "baichuan.support.recording", 0x0080, "baichuan.support.recording.pre_record", "Recording before an event",
      "A battery camera can do that" },
    { "baichuan.support.picture", 0x10000, "baichuan.support.picture.day_night", "Day or night",
      "The camera tells which it is" },
};

#undef CHIME
#undef EVENTS
#undef STREAMS
#undef AGAIN
/* clang-format on */
