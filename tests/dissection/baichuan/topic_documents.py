"""Documents with values of each topic (docs/baichuan.md section 3.10), for the tests of fields and of the Info column.

Written from the specification; nothing here is taken from the plugin.
"""

BATTERY = ("<BatteryInfo><channelId>{}</channelId><chargeStatus>{}</chargeStatus>"
           "<adapterStatus>solarPanel</adapterStatus><voltage>3990</voltage><current>-36</current>"
           "<temperature>-4</temperature><batteryPercent>{}</batteryPercent><lowPower>0</lowPower></BatteryInfo>")

# {name: (message, document, {field: values})}
DOCUMENTS = {
    "battery": (253, (
        "<BatteryInfo><channelId>0</channelId><chargeStatus>charging</chargeStatus>"
        "<adapterStatus>solarPanel</adapterStatus><voltage>3990</voltage><current>-36</current>"
        "<temperature>-4</temperature><batteryPercent>87</batteryPercent><lowPower>0</lowPower></BatteryInfo>"
    ), {
        "battery.percent": ["87"], "battery.charge_status": ["charging"], "battery.adapter": ["solarPanel"],
        "battery.temperature": ["-4"], "battery.voltage": ["3990"], "battery.current": ["-36"],
        "battery.low_power": ["0"],
    }),
    "siren": (263, (
        "<audioPlayInfo><channelId>0</channelId><playMode>2</playMode><playDuration>10</playDuration>"
        "<playTimes>3</playTimes><onOff>1</onOff></audioPlayInfo>"
    ), {
        "siren.mode": ["2"], "siren.duration": ["10"], "siren.times": ["3"], "siren.on": ["1"], "siren.status": [],
    }),
    "siren status": (547, (
        "<SirenStatusList><SirenStatus><channel>1</channel><status>1</status></SirenStatus></SirenStatusList>"
    ), {
        "siren.status": ["1"], "channel": ["1"], "light.status": [],
    }),
    "floodlight": (288, (
        "<FloodlightManual><channelId>0</channelId><status>1</status><duration>60</duration></FloodlightManual>"
    ), {
        "light.status": ["1"], "light.duration": ["60"],
    }),
    "floodlight status": (291, (
        "<FloodlightStatusList><FloodlightStatus><channel>2</channel><status>0</status>"
        "<brightness>70</brightness></FloodlightStatus></FloodlightStatusList>"
    ), {
        "light.status": ["0"], "light.brightness": ["70"], "channel": ["2"],
    }),
    "floodlight task": (289, (
        "<FloodlightTask><channel>0</channel><alarmMode>4</alarmMode><enable>1</enable>"
        "<brightness_cur>55</brightness_cur><duration>300</duration></FloodlightTask>"
    ), {
        "light.alarm_mode": ["4"], "light.brightness": ["55"], "light.duration": ["300"], "enable": ["1"],
        "enable.element": ["FloodlightTask"],
    }),
    "talk ability": (10, (
        "<TalkAbility><duplexList><duplex>FDX</duplex></duplexList><audioStreamModeList>"
        "<audioStreamMode>followVideoStream</audioStreamMode></audioStreamModeList><audioConfigList><audioConfig>"
        "<priority>0</priority><audioType>adpcm</audioType><sampleRate>16000</sampleRate>"
        "<samplePrecision>16</samplePrecision><lengthPerEncoder>1024</lengthPerEncoder>"
        "<soundTrack>mono</soundTrack></audioConfig></audioConfigList></TalkAbility>"
    ), {
        "talk.priority": ["0"], "talk.audio_type": ["adpcm"], "talk.sample_rate": ["16000"],
        "talk.sample_precision": ["16"], "talk.block_samples": ["1024"], "talk.sound_track": ["mono"],
        "talk.duplex": ["FDX"], "talk.stream_mode": ["followVideoStream"],
    }),
    "talk": (201, (
        "<TalkConfig><channelId>0</channelId><duplex>FDX</duplex>"
        "<audioStreamMode>followVideoStream</audioStreamMode><audioConfig><priority>0</priority>"
        "<audioType>adpcm</audioType><sampleRate>16000</sampleRate><samplePrecision>16</samplePrecision>"
        "<lengthPerEncoder>1024</lengthPerEncoder><soundTrack>mono</soundTrack></audioConfig></TalkConfig>"
    ), {
        "talk.priority": ["0"], "talk.audio_type": ["adpcm"], "talk.sample_rate": ["16000"],
        "talk.sample_precision": ["16"], "talk.block_samples": ["1024"], "talk.sound_track": ["mono"],
        "talk.duplex": ["FDX"], "talk.stream_mode": ["followVideoStream"],
    }),
    "encoding": (56, (
        "<Compression><channelId>0</channelId><mainStream><audio>1</audio><width>2304</width>"
        "<height>1296</height><videoEncType>1</videoEncType><frame>15</frame><bitRate>2560</bitRate></mainStream>"
        "<subStream><audio>0</audio><width>896</width><height>512</height><videoEncType>0</videoEncType>"
        "<frame>10</frame><bitRate>512</bitRate></subStream></Compression>"
    ), {
        "encoder.audio": ["1", "0"], "encoder.width": ["2304", "896"], "encoder.height": ["1296", "512"],
        "encoder.codec": ["1", "0"], "encoder.frame_rate": ["15", "10"], "encoder.bit_rate": ["2560", "512"],
        "item": ["mainStream", "subStream"],
    }),
    "streams": (146, (
        "<StreamInfoList><StreamInfo><channelBits>1</channelBits><encodeTable><type>mainStream</type><resolution>"
        "<width>2304</width><height>1296</height></resolution><defaultFramerate>15</defaultFramerate>"
        "<defaultBitrate>2560</defaultBitrate></encodeTable></StreamInfo></StreamInfoList>"
    ), {
        "encoder.stream": ["mainStream"], "encoder.width": ["2304"], "encoder.height": ["1296"],
        "encoder.frame_rate": ["15"], "encoder.bit_rate": ["2560"],
    }),
    "ptz": (18, (
        "<PtzControl><channelId>0</channelId><command>left</command><speed>32</speed></PtzControl>"
    ), {
        "ptz.command": ["left"], "ptz.speed": ["32"],
    }),
    "preset": (19, (
        "<PtzPreset><channelId>0</channelId><presetList><preset><id>3</id><name>Gate</name>"
        "<command>setPos</command></preset></presetList></PtzPreset>"
    ), {
        "ptz.preset_id": ["3"], "ptz.preset_name": ["Gate"], "ptz.preset_command": ["setPos"], "ptz.command": [],
    }),
    "guard": (331, (
        "<PtzGuard><channelId>0</channelId><benable>1</benable><command>setGrd</command><timeout>60</timeout>"
        "</PtzGuard>"
    ), {
        "ptz.guard_command": ["setGrd"], "ptz.guard_timeout": ["60"], "enable": ["1"], "enable.element": ["PtzGuard"],
    }),
    "position": (433, (
        "<ptzPos><pPos>1234</pPos><tPos>-56</tPos></ptzPos>"
    ), {
        "ptz.pan": ["1234"], "ptz.tilt": ["-56"],
    }),
    "turning": (542, (
        "<ptz><ptzRunning>1</ptzRunning><cruising>0</cruising></ptz>"
    ), {
        "ptz.running": ["1"], "ptz.cruising": ["0"],
    }),
    "zoom": (294, (
        "<PtzZoomFocus><channelId>0</channelId><zoom><maxPos>28</maxPos><minPos>0</minPos><curPos>7</curPos>"
        "</zoom><focus><maxPos>230</maxPos><minPos>10</minPos><curPos>99</curPos></focus></PtzZoomFocus>"
    ), {
        "zoom.position": ["7"], "zoom.min": ["0"], "zoom.max": ["28"], "zoom.focus": ["99"], "zoom.focus_min": ["10"],
        "zoom.focus_max": ["230"], "item": ["zoom", "focus"],
    }),
    "zoom to": (295, (
        "<StartZoomFocus><channelId>0</channelId><command>zoomPos</command><movePos>12</movePos></StartZoomFocus>"
    ), {
        "zoom.command": ["zoomPos"], "zoom.target": ["12"],
    }),
    "autofocus": (224, (
        "<AutoFocus><disable>1</disable></AutoFocus>"
    ), {
        "zoom.autofocus_disabled": ["1"],
    }),
    "led": (208, (
        "<LedState><state>auto</state><lightState>open</lightState><IRLedBrightness>80</IRLedBrightness>"
        "<doorbellLightState>close</doorbellLightState></LedState>"
    ), {
        "led.ir": ["auto"], "led.status_light": ["open"], "led.ir_brightness": ["80"],
        "led.doorbell_light": ["close"],
    }),
    "disks": (102, (
        "<HddInfoList><HddInfo><number>1</number><capacity>119</capacity><capacityM>256</capacityM>"
        "<format>1</format><mount>0</mount><remainSize>80</remainSize><remainSizeM>512</remainSizeM>"
        "<storageType>2</storageType></HddInfo></HddInfoList>"
    ), {
        "disk.number": ["1"], "disk.capacity": ["119"], "disk.capacity_rest": ["256"], "disk.formatted": ["1"],
        "disk.mounted": ["0"], "disk.free": ["80"], "disk.free_rest": ["512"], "disk.storage_type": ["2"],
    }),
    "format": (103, (
        "<formatExpandCfg><HddInitList><HddInit><initId>1</initId><type>0</type></HddInit></HddInitList>"
        "</formatExpandCfg>"
    ), {
        "disk.format_id": ["1"], "disk.format_type": ["0"],
    }),
    "pir": (212, (
        "<rfAlarmCfg><enable>1</enable><sensitivity>low,high</sensitivity><sensiValue>9</sensiValue>"
        "<reduceFalseAlarm>1</reduceFalseAlarm><interval>30</interval></rfAlarmCfg>"
    ), {
        "pir.sensitivity": ["9"], "pir.sensitivity_range": ["low,high"], "pir.reduce_false_alarms": ["1"],
        "pir.interval": ["30"], "enable": ["1"], "enable.element": ["rfAlarmCfg"],
    }),
    "recordings": (15, (
        "<FileInfoList><FileInfo><channelId>0</channelId><name>a</name><fileType>mp4</fileType>"
        "<sizeL>4294967295</sizeL><sizeH>1</sizeH><recordType>sched</recordType><alarmType>md, people</alarmType>"
        "<containsAudio>1</containsAudio><startTime><year>2026</year><month>9</month><day>20</day><hour>7</hour>"
        "<minute>30</minute><second>10</second></startTime></FileInfo><FileInfo><channelId>1</channelId>"
        "<name>b</name><fileType>mp4</fileType><sizeL>12400000</sizeL><sizeH>0</sizeH>"
        "<recordType>sched</recordType><alarmType>md, people</alarmType><containsAudio>1</containsAudio>"
        "<startTime><year>2026</year><month>9</month><day>20</day><hour>7</hour><minute>30</minute>"
        "<second>11</second></startTime></FileInfo></FileInfoList>"
    ), {
        "recording.size": ["8589934591", "12400000"], "recording.file_type": ["mp4", "mp4"],
        "recording.audio": ["1", "1"], "recording.alarm_type": ["md", "people", "md", "people"],
        "replay.record_type": ["sched", "sched"], "replay.start_time": ["2026-09-20 07:30:10", "2026-09-20 07:30:11"],
        "item": ["FileInfo", "FileInfo"],
    }),
    "prepared download": (13, (
        "<FileInfoList><FileInfo><handle>4</handle><size>12400000</size></FileInfo></FileInfoList>"
    ), {
        "recording.size": ["12400000"], "handle": ["4"],
    }),
    "alarm search": (175, (
        "<findAlarmVideo><channelId>0</channelId><fileHandle>-1</fileHandle><alarmType>md, io</alarmType>"
        "<eventAlarmType><i>crossline</i><i>intrusion</i></eventAlarmType></findAlarmVideo>"
    ), {
        "recording.alarm_type": ["md", "io", "crossline", "intrusion"], "replay.file_handle": ["-1"],
    }),
    "channels": (145, (
        "<ChannelInfoList><ChannelInfo><channelId>0</channelId><loginState>standby</loginState><online>1</online>"
        "</ChannelInfo></ChannelInfoList>"
    ), {
        "channel_state": ["standby"], "channel_online": ["1"],
    }),
    "privacy": (575, (
        "<sleepState><operate>2</operate><sleep>1</sleep></sleepState>"
    ), {
        "privacy": ["1"], "privacy.operate": ["2"],
    }),
    "privacy report": (623, (
        "<sleepStatus><sleep>0</sleep></sleepStatus>"
    ), {
        "privacy": ["0"],
    }),
    "wifi": (115, (
        "<WifiSignal><signal>-40</signal></WifiSignal>"
    ), {
        "wifi.signal": ["-40"], "link.signal": [],
    }),
    "ssid": (116, (
        "<Wifi><ssid>home</ssid></Wifi>"
    ), {
        "wifi.ssid": ["home"],
    }),
    "network": (464, (
        "<NetInfo><net_type>wire</net_type><signal>100</signal></NetInfo>"
    ), {
        "link.net_type": ["wire"], "link.signal": ["100"], "wifi.signal": [],
    }),
    "link": (93, (
        "<LinkType><type>LAN</type></LinkType>"
    ), {
        "link.type": ["LAN"],
    }),
    "time": (104, (
        "<SystemGeneral><timeZone>-25200</timeZone><osdFormat>DMY</osdFormat><year>2024</year><month>10</month>"
        "<day>6</day><hour>18</hour><minute>36</minute><second>4</second><deviceId>0</deviceId></SystemGeneral>"
    ), {
        "device_time": ["2024-10-06 18:36:04"], "device_time.zone": ["-25200"],
    }),
    "set time": (287, (
        "<TimeCfg><realTime>1760000000</realTime></TimeCfg>"
    ), {
        "device_time.utc": ["1760000000"],
    }),
    "ports": (37, (
        "<HttpPort><enable>0</enable><httpPort>80</httpPort></HttpPort><HttpsPort><enable>1</enable>"
        "<httpsPort>443</httpsPort></HttpsPort><RtspPort><enable>1</enable><rtspPort>554</rtspPort></RtspPort>"
        "<RtmpPort><rtmpPort>1935</rtmpPort></RtmpPort><OnvifPort><onvifPort>8000</onvifPort></OnvifPort>"
        "<ServerPort><serverPort>9000</serverPort></ServerPort>"
    ), {
        "port.server": ["9000"], "port.http": ["80"], "port.https": ["443"], "port.rtsp": ["554"],
        "port.rtmp": ["1935"], "port.onvif": ["8000"], "enable": ["0", "1", "1"],
        "enable.element": ["HttpPort", "HttpsPort", "RtspPort"],
    }),
    "chime": (485, (
        "<dingdongDeviceOpt><id>3</id><opt>ringWithMusic</opt><musicId>5</musicId><volLevel>2</volLevel>"
        "<name>Hall</name></dingdongDeviceOpt>"
    ), {
        "chime.id": ["3"], "chime.operation": ["ringWithMusic"], "chime.music_id": ["5"], "chime.volume": ["2"],
        "chime.name": ["Hall"],
    }),
    "chime settings": (486, (
        "<dingdongCfg><deviceCfg><id>1</id><alarminCfg><valid>1</valid><musicId>4</musicId></alarminCfg>"
        "</deviceCfg></dingdongCfg>"
    ), {
        "chime.id": ["1"], "chime.music_id": ["4"], "item": ["deviceCfg", "alarminCfg"],
    }),
    "silent chime": (610, (
        "<dingdongSilentMode><id>1</id><time>3600</time></dingdongSilentMode>"
    ), {
        "chime.id": ["1"], "chime.silent_time": ["3600"],
    }),
    "webhook": (806, (
        "<HaCfg><enable>1</enable><url>http://192.0.2.7/x</url><verify_cert>0</verify_cert></HaCfg>"
    ), {
        "webhook.url": ["http://192.0.2.7/x"], "webhook.verify_certificate": ["0"], "enable": ["1"],
        "enable.element": ["HaCfg"],
    }),
    "volumes": (264, (
        "<audioCfg><volume>70</volume><talkAndReplyVolume>60</talkAndReplyVolume>"
        "<visitorVolume>50</visitorVolume><visitorLoudspeaker>1</visitorLoudspeaker></audioCfg>"
    ), {
        "volume.speaker": ["70"], "volume.talk": ["60"], "volume.visitor": ["50"], "volume.visitor_on": ["1"],
    }),
    "scene": (601, (
        "<sceneModeCfg><enable>1</enable><curSceneId>-1</curSceneId></sceneModeCfg>"
    ), {
        "scene": ["-1"], "enable": ["1"], "enable.element": ["sceneModeCfg"],
    }),
    "day and night": (296, (
        "<DayNightThreshold><mode>x</mode><cur>50</cur><min>0</min></DayNightThreshold>"
    ), {
        "day_night.threshold": ["50"],
    }),
    "ai": (600, (
        "<yoloWorldEventList><yoloWorldEvent><channel>2</channel><YoloWorldType><type>dog_cat</type><subTypeList>"
        "<subType>dog</subType></subTypeList></YoloWorldType><YoloWorldType><type>people</type></YoloWorldType>"
        "</yoloWorldEvent></yoloWorldEventList>"
    ), {
        "event.type": ["dog_cat", "dog", "people"], "channel": ["2"],
    }),
    "ai, flat": (696, (
        "<yoloWorldEventList><item><channel>1</channel><type>vehicle</type><subType>car</subType></item>"
        "</yoloWorldEventList>"
    ), {
        "event.type": ["vehicle", "car"], "channel": ["1"],
    }),
    "ai, names only": (600, (
        "<list><item><YoloWorldType>people</YoloWorldType></item></list>"
    ), {
        "event.type": ["people"],
    }),
    "abilities": (151, (
        "<AbilityInfo><system><subModule><abilityValue>general_rw, version_ro</abilityValue></subModule></system>"
        "</AbilityInfo>"
    ), {
        "ability": ["general_rw", "version_ro"],
    }),
    "support": (199, (
        "<Support><item><chnID>0</chnID><ledCtrl>4359</ledCtrl><recordCfg>128</recordCfg>"
        "<newIspCfg>65536</newIspCfg></item></Support>"
    ), {
        "support.lights": ["4359"], "support.recording": ["128"], "support.picture": ["65536"],
        "support.lights.status_light": ["1"], "support.lights.floodlight_1": ["1"],
        "support.lights.floodlight_2": ["1"], "support.lights.schedule_plus": ["1"],
        "support.lights.ir_brightness": ["1"], "support.recording.pre_record": ["1"],
        "support.picture.day_night": ["1"],
    }),
    "little support": (199, (
        "<Support><item><chnID>1</chnID><ledCtrl>2</ledCtrl></item></Support>"
    ), {
        "support.lights.status_light": ["0"], "support.lights.floodlight_1": ["1"],
        "support.lights.floodlight_2": ["0"], "support.lights.schedule_plus": ["0"],
        "support.lights.ir_brightness": ["0"],
    }),
}
