"""The Info column says what happened (docs/baichuan.md section 3.10)."""

import pytest

from tests.dissection.baichuan.topic_documents import BATTERY, DOCUMENTS
from tests.dissection.state_rule import assert_state_rule
from tests.peers.baichuan import Session, body, extension
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}


def conversation(cipher="aes", **args):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    return made, tcp, Session(cipher, **args).play_login(tcp)


def infos(tshark, capture, prefs=PASSWORD, filter="baichuan.msg_id != 1"):
    return [info for (info,) in tshark(prefs=prefs).fields(capture, "_ws.col.Info", filter=filter)]


def said(tshark, path, msg_id, xml, by="reply", **args):
    """The Info column of one message, asked for, answered or pushed."""
    made, tcp, session = conversation()
    if by == "request":
        tcp.client(session.message(msg_id, body(xml), **args))
    else:
        if by == "reply":
            tcp.client(session.message(msg_id))
        tcp.server(session.reply(msg_id, body(xml), **args))
    return infos(tshark, made.write(path))[-1]


def alarm(status, kind, channel):
    return f"<AlarmEvent><channelId>{channel}</channelId><status>{status}</status><AItype>{kind}</AItype></AlarmEvent>"


def alarms(*events):
    return f"<AlarmEventList>{''.join(alarm(*event) for event in events)}</AlarmEventList>"


VERSION = ("<VersionInfo><name>Porch</name><type>E1</type><firmwareVersion>v2.0.0.587</firmwareVersion>"
           "</VersionInfo>")
TIMES = ("<startTime><year>2026</year><month>9</month><day>20</day><hour>7</hour><minute>30</minute>"
         "<second>15</second></startTime><endTime><year>2026</year><month>9</month><day>20</day></endTime>")


@pytest.mark.parametrize("by, msg_id, xml, expected", [
    ("push", 33, alarms(("MD", "people", 0)), "Push Alarm: motion, person, channel 0"),
    ("push", 33, alarms(("none", "dog_cat", 2)), "Push Alarm: animal, channel 2"),
    ("push", 33, alarms(("none", "none", 1)), "Push Alarm: none, channel 1"),
    ("push", 33, alarms(("visitor", "none", 0), ("none", "none", 1)),
     "Push Alarm: visitor, channel 0; none, channel 1"),
    ("push", 33, "<DayNightEventList><DayNightEvent><channelId>0</channelId><mode>night</mode></DayNightEvent>"
                 "</DayNightEventList>", "Push Day or night: night, channel 0"),
    ("reply", 253, BATTERY.format(0, "charging", 87), "Reply 200 Battery 87 %, charging"),
    ("reply", 253, BATTERY.format(0, "none", 87), "Reply 200 Battery 87 %"),
    ("push", 252, f"<BatteryList>{BATTERY.format(3, 'none', 12)}{BATTERY.format(1, 'chargeComplete', 100)}"
                  "</BatteryList>",
     "Push Battery 12 %, channel 3; 100 %, charged, channel 1"),
    ("request", 3, "<Preview><channelId>0</channelId><handle>0</handle><streamType>mainStream</streamType></Preview>",
     "Start Video ch 0 main"),
    ("request", 4, "<Preview><channelId>2</channelId><handle>0</handle></Preview>", "Stop Video ch 2"),
    ("reply", 80, VERSION, "Reply 200 Version E1 v2.0.0.587"),
    ("request", 18, DOCUMENTS["ptz"][1], "PTZ left, speed 32"),
    ("request", 19, DOCUMENTS["preset"][1], "PTZ preset 3: store"),
    ("request", 288, DOCUMENTS["floodlight"][1], "Floodlight on, 60 s"),
    ("push", 291, DOCUMENTS["floodlight status"][1], "Push Floodlight off, 70 %, channel 2"),
    ("push", 547, DOCUMENTS["siren status"][1], "Push Siren on, channel 1"),
    ("request", 263, DOCUMENTS["siren"][1], "Siren on, 3 times, 10 s"),
    ("reply", 15, DOCUMENTS["recordings"][1],
     "Reply 200 Recording 2026-09-20 07:30:10, 8.6 GB, channel 0; 2026-09-20 07:30:11, 12.4 MB, channel 1"),
    ("reply", 15, f"<FileInfoList><FileInfo>{TIMES}<sizeL>999</sizeL></FileInfo></FileInfoList>",
     "Reply 200 Recording 2026-09-20 07:30:15, 999 bytes"),
    ("reply", 13, DOCUMENTS["prepared download"][1], "Reply 200 Download of 12.4 MB"),
    ("request", 14, f"<FileInfoList><FileInfo><channelId>1</channelId>{TIMES}</FileInfo></FileInfoList>",
     "Search recordings 2026-09-20 07:30:15 to 2026-09-20 00:00:00, channel 1"),
    ("reply", 56, DOCUMENTS["encoding"][1],
     "Reply 200 Encoding: 2304x1296, 15 fps, 2560 kbit/s (mainStream); 896x512, 10 fps, 512 kbit/s (subStream)"),
    ("reply", 37, DOCUMENTS["ports"][1],
     "Reply 200 Ports: server 9000, HTTP 80, HTTPS 443, RTSP 554, RTMP 1935, ONVIF 8000"),
    ("reply", 102, DOCUMENTS["disks"][1], "Reply 200 Disk 119 GB, 80 GB free, not mounted"),
    ("reply", 115, DOCUMENTS["wifi"][1], "Reply 200 Wi-Fi signal -40"),
    ("push", 145, DOCUMENTS["channels"][1], "Push Channel 0 standby"),
    ("push", 580, "<X><channelId>0</channelId><cmdId>26</cmdId></X>", "Push Changed: Get Video Input, channel 0"),
    ("push", 600, DOCUMENTS["ai"][1], "Push AI: animal, channel 2; dog, channel 2; person, channel 2"),
    ("push", 623, DOCUMENTS["privacy report"][1], "Push Privacy mode off"),
    ("request", 601, DOCUMENTS["scene"][1], "Scene -1"),
])
def test_a_document_says_what_happened(tshark, path, by, msg_id, xml, expected):
    assert said(tshark, path, msg_id, xml, by) == expected


@pytest.mark.parametrize("by, msg_id, xml, expected", [
    ("reply", 80, "<VersionInfo><name>Porch</name><type>E1</type></VersionInfo>", "Reply 200 Get Version"),
    ("push", 33, "<AlarmEventList/>", "Push Alarm Event List"),
    ("push", 33, "<AlarmEvent><status/></AlarmEvent>", "Push Alarm: none"),
    ("reply", 253, "<BatteryInfo><batteryVersion>2</batteryVersion></BatteryInfo>", "Reply 200 Get Battery Info"),
    ("reply", 199, DOCUMENTS["support"][1], "Reply 200 Get Support"),
    ("reply", 999, VERSION, "Reply 200 Unknown message 999"),
])
def test_what_says_nothing_has_its_name(tshark, path, by, msg_id, xml, expected):
    assert said(tshark, path, msg_id, xml, by) == expected


def test_the_status_of_a_refusal_stays(tshark, path):
    assert said(tshark, path, 18, DOCUMENTS["ptz"][1], code=400) == "Reply 400 PTZ left, speed 32"


def test_the_item_in_the_tree_says_the_same(tshark, path):
    said(tshark, path, 80, VERSION)
    out = tshark(prefs=PASSWORD).run(path, "-V", "-Y", "baichuan.msg_id == 80").out

    assert "Baichuan, Reply 200 Version E1 v2.0.0.587\n" in out


def test_messages_of_one_frame_are_said_one_after_the_other(tshark, path):
    made, tcp, session = conversation()
    tcp.server(session.reply(80, body(VERSION)) + session.reply(93, body("<LinkType><type>LAN</type></LinkType>"))
               + session.reply(199))

    assert infos(tshark, made.write(path)) == [
        "Reply 200 Version E1 v2.0.0.587, Reply 200 Link LAN, Reply 200 Get Support"]


def test_few_of_many_items_are_said_and_the_rest_is_counted(tshark, path):
    assert said(tshark, path, 33, alarms(*(("MD", "none", n) for n in range(12))), "push") == (
        "Push Alarm: motion, channel 0; motion, channel 1; motion, channel 2 and 9 more")


def test_no_text_makes_the_column_long_or_breaks_its_line(tshark, path):
    long = "ü" * 250
    info = said(tshark, path, 80, f"<VersionInfo><type>{long}</type><firmwareVersion>a&#10;b&#9;{long}"
                                  "</firmwareVersion></VersionInfo>")

    assert len(info.encode()) < 180 and "\n" not in info and "\t" not in info
    assert info.startswith("Reply 200 Version ü") and "..." in info
    (again,) = infos(tshark, path, filter="baichuan.msg_id == 80 && baichuan.payload")
    assert again == info


@pytest.mark.parametrize("args", [(), ("-V",), ("-q", "-z", "flow,baichuan,standard")])
def test_no_text_has_what_a_terminal_obeys(tshark, path, args):
    made, tcp, session = conversation()
    xml = "<VersionInfo><type>a\u009b31mb</type><firmwareVersion>c\u0085d</firmwareVersion></VersionInfo>"
    tcp.server(session.reply(80, body(xml)))
    out = tshark(prefs=PASSWORD).run(made.write(path), *args).out
    assert "Version a??31mb c??d" in out
    assert args == ("-V",) or not any(sign in out for sign in "\u009b\u0085")


def test_a_value_beside_its_item_is_used_and_one_of_another_item_is_not(tshark, path):
    xml = ("<BatteryList><BatteryInfo><channelId>3</channelId><batteryPercent>12</batteryPercent></BatteryInfo>"
           "<BatteryInfo><batteryPercent>99</batteryPercent><chargeStatus>charging</chargeStatus></BatteryInfo>"
           "</BatteryList>")

    assert said(tshark, path, 252, xml, "push") == "Push Battery 12 %, channel 3; 99 %, charging"
    xml = xml.replace("</BatteryList>", "<channelId>7</channelId></BatteryList>")
    assert said(tshark, path, 252, xml, "push") == "Push Battery 12 %, channel 3; 99 %, charging, channel 7"


# ---- logins --------------------------------------------------------------------------------------------------------


def login_info(tshark, path, user, prefs=PASSWORD, files=None):
    made, _, _ = conversation("none", user=user)
    made.write(path)
    keyed = tshark(prefs=prefs, files=files or {})
    return keyed.fields(path, "_ws.col.Info", filter="baichuan.username")[0][0]


def test_a_login_says_whose_it_is_where_the_hash_proves_it(tshark, path):
    row = {"baichuan_keys": '"","viewer","Secret-1","","",""\n'}

    assert login_info(tshark, path, "admin") == "Login admin"
    assert login_info(tshark, path, "viewer", prefs={}, files=row) == "Login viewer"
    assert login_info(tshark, path, "someone") == "Login"
    assert login_info(tshark, path, "someone", prefs={}, files=row) == "Login"


def test_a_login_with_hidden_secrets_says_no_name(tshark, path):
    assert login_info(tshark, path, "admin", prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"}) == "Login"


def test_a_logout_says_a_name_and_no_hash(tshark, path):
    made, tcp, session = conversation(user="viewer")
    tcp.client(session.logout())
    tcp.client(session.message(2, session.login_xml(), exchange=0x99))
    capture = made.write(path)

    assert infos(tshark, capture) == ["Logout viewer", "Logout"]
    assert infos(tshark, capture, prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"}) == ["Logout", "Logout"]


def test_a_secret_in_the_place_of_a_value_is_not_said(tshark, path):
    xml = ("<VersionInfo><password><type>Secret-9</type><firmwareVersion>Secret-9</firmwareVersion></password>"
           "</VersionInfo>")
    said(tshark, path, 80, xml)

    assert "Secret-9" not in infos(tshark, path, prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"})[-1]


# ---- the state rule ------------------------------------------------------------------------------------------------


def test_what_is_said_obeys_the_state_rule(tshark, sharkd, path):
    made, tcp, session = conversation("full")
    for number, (msg_id, xml, _) in enumerate(DOCUMENTS.values()):
        tcp.client(session.message(msg_id, ext=extension(channelId=0), exchange=(number + 1) << 16))
        tcp.server(session.reply(msg_id, body(xml), exchange=(number + 1) << 16))
    tcp.client(session.logout())

    frames = assert_state_rule(tshark, sharkd, made.write(path), {"baichuan"}, prefs=PASSWORD)
    assert frames == 5 + 2 * len(DOCUMENTS)
