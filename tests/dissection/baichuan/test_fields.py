"""Values of Extensions and payloads that have filter names of their own."""

import xml.etree.ElementTree as ElementTree

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import named
from tests.dissection.baichuan.recordings import CAPTURES, TCP_NAMES, expected_messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_requests
from tests.peers.baichuan import Session, body, extension
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}


def login(cipher="aes", **args):
    """A capture with a login; the test goes on with what it gets."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    return made, tcp, Session(cipher, **args).play_login(tcp)


def last(tshark, capture):
    """The JSON tree of the last message."""
    return harness.as_list(tshark(prefs=PASSWORD).packets(capture, "baichuan", filter="baichuan.magic")[-1]["baichuan"])[-1]


def values(tree, *names):
    return {name: named(tree, f"baichuan.{name}") for name in names}


def answer(tmp_path, msg_id, xml, ext=None, code=200):
    made, tcp, session = login()
    tcp.server(session.reply(msg_id, body(xml), ext=ext, code=code))
    return made.write(tmp_path / f"{msg_id}-{code}.pcap")


# ---- recorded captures against what client and camera wrote down -----------------------------------------------------

EXTENSION = {"binaryData": "binary_data", "encryptLen": "encrypt_len", "encryptPos": "encrypt_pos", "channelId": "channel_id",
             "userName": "user_name", "token": "token", "checkPos": "check_pos", "checkValue": "check_value"}
PAYLOAD = {
    (None, "channelId"): "channel", (None, "chnID"): "channel", (None, "streamType"): "stream_type", (None, "handle"): "handle",
    (None, "nonce"): "nonce", (None, "userName"): "username", ("LoginUser", "password"): "password",
    (None, "firmwareVersion"): "firmware_version", ("VersionInfo", "type"): "device_model", ("VersionInfo", "name"): "device_name",
    (None, "deviceName"): "device_name", ("ChannelInfo", "name"): "channel_name", ("OsdChannelName", "name"): "channel_name",
    ("AlarmEvent", "status"): "event.status", ("AlarmEvent", "AItype"): "event.type", ("Snap", "fileName"): "file_name",
    (None, "pictureSize"): "file_size", ("CoverPreview", "size"): "file_size", (None, "uid"): "uid",
}


def pairs(element):
    for child in element:
        yield element.tag, child
        yield from pairs(child)


def expected_values(message):
    found = {}

    def add(name, text):
        found.setdefault(f"baichuan.{name}", []).append((text or "").strip())

    if message["extension"]:
        for child in ElementTree.fromstring(message["extension"].strip()):
            add(f"extension.{EXTENSION[child.tag]}", child.text)
    if message["payload_kind"] == "xml":
        for parent, child in pairs(ElementTree.fromstring(message["payload"].strip())):
            name = PAYLOAD.get((parent, child.tag)) or PAYLOAD.get((None, child.tag))
            if name:
                add(name, child.text)
    return found


@pytest.mark.parametrize("name", TCP_NAMES)
def test_recorded_values_are_fields(keyed, name):
    trees = [tree for layers in keyed.packets(CAPTURES / f"{name}.pcapng", "baichuan", filter="baichuan.magic")
             for tree in harness.as_list(layers["baichuan"]) if "baichuan.magic" in tree]
    expected = expected_messages(name)
    wanted = [f"baichuan.extension.{field}" for field in EXTENSION.values()] + [f"baichuan.{f}" for f in PAYLOAD.values()]

    assert len(trees) == len(expected)
    counted = 0
    for tree, message in zip(trees, expected):
        if message["payload_kind"] == "legacy":
            continue
        found = {field: named(tree, field) for field in wanted if named(tree, field)}
        assert found == expected_values(message), message["n"]
        counted += len(found)
    assert counted > 30


# ---- Extension ----------------------------------------------------------------------------------------------------


def test_every_element_of_the_extension_is_a_field(tshark, tmp_path):
    made, tcp, session = login()
    tcp.server(session.reply(3, data=b"\0" * 40, ext=extension(
        binaryData=1, encryptLen=0, encryptPos=8, checkPos=4, checkValue=-5, channelId=7, userName="hof &amp; tor",
        token="system, network", rfId=2, chnType=0)))

    tree = last(tshark, made.write(tmp_path / "c.pcap"))
    assert values(tree, "extension.binary_data", "extension.encrypt_len", "extension.encrypt_pos", "extension.check_pos",
                  "extension.check_value", "extension.channel_id", "extension.user_name", "extension.token",
                  "extension.rf_id", "extension.chn_type") == {
        "extension.binary_data": ["1"], "extension.encrypt_len": ["0"], "extension.encrypt_pos": ["8"],
        "extension.check_pos": ["4"], "extension.check_value": ["-5"], "extension.channel_id": ["7"],
        "extension.user_name": ["hof & tor"], "extension.token": ["system, network"], "extension.rf_id": ["2"],
        "extension.chn_type": ["0"]}


def test_a_number_that_is_none_gets_no_number_field(tshark, tmp_path):
    made, tcp, session = login()
    tcp.server(session.reply(80, ext=extension(channelId="x1", encryptLen=99999999999, rfId="")))

    tree = last(tshark, made.write(tmp_path / "c.pcap"))
    assert values(tree, "extension.channel_id", "extension.encrypt_len", "extension.rf_id") == {
        "extension.channel_id": [], "extension.encrypt_len": [], "extension.rf_id": []}
    assert "<channelId>x1</channelId>" in named(tree, "baichuan.extension.xml")[0]


def highlighted(tshark, capture, field, text):
    """Whether a field of the last message highlights exactly the bytes of its element in its document."""
    pdml = ElementTree.fromstring(tshark(prefs=PASSWORD).run(capture, "-T", "pdml", "-Y", field).out)
    item = pdml.findall("packet")[-1].find(f".//field[@name='{field}']")
    return bytes.fromhex(item.get("value")).decode() == text


@pytest.mark.parametrize("field, element", [
    ("baichuan.extension.channel_id", "<channelId>3</channelId>"),
    ("baichuan.extension.token", "<token>a, b</token>"),
    ("baichuan.firmware_version", "<firmwareVersion >v1 &lt;2&gt;</firmwareVersion >"),
    ("baichuan.replay.start_time",
     "<startTime>\n<year>2026</year><month>9</month><day>2</day>\n<hour>3</hour><minute>4</minute><second>5</second></startTime>"),
])
def test_a_field_highlights_its_element(tshark, tmp_path, field, element):
    ext = extension(channelId=3, token="a, b")
    capture = answer(tmp_path, 80, f"<VersionInfo>\n{element if 'extension' not in field else ''}</VersionInfo>", ext=ext)

    assert highlighted(tshark, capture, field, element)


def test_a_filter_on_a_field_finds_its_message_without_a_visible_tree(tshark, tmp_path):
    capture = answer(tmp_path, 80, "<VersionInfo><firmwareVersion>v3.1</firmwareVersion></VersionInfo>")

    for filter in ('baichuan.firmware_version == "v3.1"', 'baichuan.firmware_version contains "3"'):
        assert len(tshark(prefs=PASSWORD).frames(capture, filter)) == 1
    assert tshark(prefs=PASSWORD).frames(capture, 'baichuan.firmware_version == "v3"') == []


# ---- payloads -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("msg_id, xml, expected", [
    (3, "<Preview><channelId>2</channelId><handle>256</handle><streamType>subStream</streamType></Preview>",
     {"channel": ["2"], "handle": ["256"], "stream_type": ["subStream"]}),
    (80, "<VersionInfo><name>Porch</name><type>E1</type><firmwareVersion>v3.0.0.115_21</firmwareVersion>"
         "<hardwareVersion>IPC_517</hardwareVersion><serialNumber>00000</serialNumber></VersionInfo>",
     {"device_name": ["Porch"], "device_model": ["E1"], "firmware_version": ["v3.0.0.115_21"],
      "hardware_version": ["IPC_517"], "serial_number": ["00000"]}),
    (104, "<SystemGeneral><deviceName>T&#252;r</deviceName><year>2026</year></SystemGeneral>", {"device_name": ["Tür"]}),
    (145, "<ChannelInfoList><ChannelInfo><channelId>0</channelId><name>A</name><uid>952700001</uid></ChannelInfo>"
          "<ChannelInfo><channelId>1</channelId><name>B</name><uid>952700002</uid></ChannelInfo></ChannelInfoList>",
     {"channel": ["0", "1"], "channel_name": ["A", "B"], "uid": ["952700001", "952700002"], "device_name": []}),
    (272, "<findAlarmVideo><channelId>0</channelId><fileHandle>h-1</fileHandle></findAlarmVideo>",
     {"channel": ["0"], "replay.file_handle": ["h-1"]}),
    (580, "<X><channelId>0</channelId><cmdId>26</cmdId></X>", {"channel": ["0"], "changed_msg_id": ["26"]}),
    (67, "<ConfigFileInfo><fileName>fw.pak</fileName><fileSize>9491791</fileSize></ConfigFileInfo>",
     {"file_name": ["fw.pak"], "file_size": ["9491791"], "replay.file_name": []}),
    (600, "<list><item><chn>1</chn></item><item><channel>2</channel></item></list>", {"channel": ["1", "2"]}),
])
def test_values_of_payloads_are_fields(tshark, tmp_path, msg_id, xml, expected):
    assert values(last(tshark, answer(tmp_path, msg_id, xml)), *expected) == expected


def test_every_event_of_a_push_has_its_values(tshark, tmp_path):
    xml = ('<AlarmEventList version="1.1">'
           "<AlarmEvent><channelId>0</channelId><status>MD</status><AItype>people</AItype><recording>1</recording>"
           "<timeStamp>1700000001</timeStamp></AlarmEvent>"
           "<AlarmEvent><channelId>3</channelId><status>none</status><AItype>none</AItype><recording>0</recording>"
           "<timeStamp>0</timeStamp><smartAiTypeList><smartAiType><type>crossline</type><index>5</index></smartAiType>"
           "</smartAiTypeList></AlarmEvent></AlarmEventList>"
           "<List><DayNightEvent><mode>night</mode></DayNightEvent></List>")
    capture = answer(tmp_path, 33, xml)

    expected = {"channel": ["0", "3"], "event.status": ["MD", "none"], "event.type": ["people", "none"],
                "event.recording": ["1", "0"], "event.time": ["1700000001", "0"], "event.smart_type": ["crossline"],
                "event.smart_index": ["5"], "event.mode": ["night"]}
    assert values(last(tshark, capture), *expected) == expected
    assert len(tshark(prefs=PASSWORD).frames(capture, 'baichuan.event.status == "MD" && baichuan.event.type == "people"')) == 1


FILES = ("<FileInfoList><FileInfo><channelId>0</channelId><handle>17</handle><Id>/mnt/sda/Rec01.mp4</Id>"
         "<fileName>0120260920073015</fileName><name>0120260920073016</name><streamType>mainStream</streamType>"
         "<startTime><year>2026</year><month>9</month><day>20</day><hour>7</hour><minute>30</minute><second>15</second></startTime>"
         "<endTime><year>2026</year><month>9</month><day>20</day><hour>7</hour><minute>35</minute></endTime>"
         "<playSpeed>2</playSpeed><recordType>manual</recordType><bFinished>1</bFinished></FileInfo>"
         "<FileInfo><fileName>0120260921000000</fileName><startTime>2026-09-21 00:00:00</startTime></FileInfo></FileInfoList>")


@pytest.mark.parametrize("msg_id", [5, 8, 13, 14, 15, 16])
def test_file_names_and_times_of_replays_are_fields(tshark, tmp_path, msg_id):
    expected = {"replay.file_name": ["0120260920073015", "0120260920073016", "0120260921000000"],
                "replay.id": ["/mnt/sda/Rec01.mp4"], "replay.start_time": ["2026-09-20 07:30:15", "2026-09-21 00:00:00"],
                "replay.end_time": ["2026-09-20 07:35:00"], "replay.speed": ["2"], "replay.record_type": ["manual"],
                "replay.finished": ["1"], "handle": ["17"], "stream_type": ["mainStream"], "channel": ["0"]}
    made, tcp, session = login()
    tcp.client(session.message(msg_id, body(FILES)))

    assert values(last(tshark, made.write(tmp_path / "c.pcap")), *expected) == expected


def test_a_seek_names_its_time(tshark, tmp_path):
    xml = ("<ReplaySeek><channelId>1</channelId><seq>4</seq><seekTime><year>2026</year><month>9</month><day>1</day><hour>23</hour>"
           "<minute>59</minute><second>58</second></seekTime></ReplaySeek>")

    assert values(last(tshark, answer(tmp_path, 123, xml)), "replay.seek_time", "replay.seq") == {
        "replay.seek_time": ["2026-09-01 23:59:58"], "replay.seq": ["4"]}


def test_a_refusal_shows_what_its_payload_says(tshark, tmp_path):
    xml = "<Email><smtpError>535 denied</smtpError><channelId>0</channelId><empty/></Email>"

    assert values(last(tshark, answer(tmp_path, 141, xml, code=400)), "error", "channel") == {
        "error": ["smtpError: 535 denied"], "channel": ["0"]}
    assert values(last(tshark, answer(tmp_path, 141, xml, code=200)), "error") == {"error": []}


def test_a_document_with_very_many_values_shows_the_first_ones_and_says_so(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("none").play_login(tcp)
    tcp.server(session.reply(33, body("<AlarmEvent><status>MD</status></AlarmEvent>" * 2500)))
    tree = last(tshark, made.write(tmp_path / "c.pcap"))

    assert len(named(tree, "baichuan.event.status")) == 2000
    assert named(tree, "baichuan.expert.many_values") != []


# ---- stream handles -------------------------------------------------------------------------------------------------


def preview(handle, channel=0):
    return body(f"<Preview><channelId>{channel}</channelId><handle>{handle}</handle><streamType>mainStream</streamType></Preview>")


def reused(tshark, made, tmp_path):
    return tshark(prefs=PASSWORD).frames(made.write(tmp_path / "c.pcap"), "baichuan.expert.handle_reused")


def test_a_handle_that_is_used_twice_in_a_login_is_named(tshark, tmp_path):
    made, tcp, session = login()
    tcp.client(session.message(3, preview(0), exchange=1 << 16))
    tcp.client(session.message(3, preview(256), exchange=2 << 16))
    (twice,) = tcp.client(session.message(3, preview(0), exchange=3 << 16))

    assert reused(tshark, made, tmp_path) == [twice]


def test_a_handle_of_a_stream_that_was_stopped_is_only_noted(tshark, tmp_path):
    """The usual handle of a stream is a constant, and clients start and stop it as they like."""
    made, tcp, session = login()
    tcp.client(session.message(3, preview(0), exchange=1 << 16))
    tcp.client(session.message(4, preview(0), exchange=2 << 16))
    (again,) = tcp.client(session.message(3, preview(0), exchange=3 << 16))
    (twice,) = tcp.client(session.message(3, preview(0), exchange=4 << 16))

    assert reused(tshark, made, tmp_path) == [twice]
    assert tshark(prefs=PASSWORD).frames(tmp_path / "c.pcap", "baichuan.expert.handle_again") == [again]


def test_another_stream_that_was_stopped_changes_nothing(tshark, tmp_path):
    made, tcp, session = login()
    tcp.client(session.message(3, preview(0), exchange=1 << 16))
    tcp.client(session.message(4, preview(0, channel=1), exchange=2 << 16))
    tcp.client(session.message(4, preview(256), exchange=3 << 16))
    (twice,) = tcp.client(session.message(3, preview(0), exchange=4 << 16))

    assert reused(tshark, made, tmp_path) == [twice]


def test_handles_of_two_channels_and_of_two_logins_are_different(tshark, tmp_path):
    made, tcp, session = login()
    tcp.client(session.message(3, preview(0), exchange=1 << 16))
    tcp.client(session.message(3, preview(0, channel=1), exchange=2 << 16))
    again = Session("aes", nonce="2222222222222222").play_login(tcp)
    tcp.client(again.message(3, preview(0), exchange=3 << 16))

    assert reused(tshark, made, tmp_path) == []


def test_a_handle_of_a_refused_request_may_be_used_again(tshark, tmp_path):
    """A battery camera that wakes answers 400, and clients repeat the request."""
    made, tcp, session = login()
    tcp.client(session.message(3, preview(0), exchange=1 << 16))
    tcp.server(session.reply(3, code=400, exchange=1 << 16))
    tcp.client(session.message(3, preview(0), exchange=2 << 16))

    assert reused(tshark, made, tmp_path) == []


# ---- binary payloads --------------------------------------------------------------------------------------------------

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200)) * 3 + b"\xff\xd9"


def jpegs(tshark, made, tmp_path):
    return tshark(prefs=PASSWORD).fields(made.write(tmp_path / "c.pcap"), "baichuan.payload.jpeg",
                                         filter="baichuan.msg_id == 109 && baichuan.payload.data")


def test_a_picture_in_one_message_is_whole(tshark, tmp_path):
    made, tcp, session = login()
    tcp.server(session.reply(109, ext=extension(binaryData=1), data=JPEG))

    assert jpegs(tshark, made, tmp_path) == [("whole",)]
    assert tshark(prefs=PASSWORD).fields(tmp_path / "c.pcap", "baichuan.payload.data", filter="baichuan.payload.jpeg") == [
        (JPEG.hex(),)]


@pytest.mark.parametrize("with_extension", [True, False])
def test_pieces_of_a_picture_are_known_by_their_exchange(tshark, tmp_path, with_extension):
    made, tcp, session = login()
    exchange = 9 << 16
    for i in range(0, len(JPEG), 200):
        first = extension(binaryData=1) if with_extension or i == 0 else None
        tcp.server(session.reply(109, ext=first, data=JPEG[i:i + 200], exchange=exchange))
    tcp.server(session.reply(109, ext=extension(binaryData=1), data=b"something else", exchange=exchange))

    assert jpegs(tshark, made, tmp_path) == [("first piece",), ("middle piece",), ("middle piece",), ("last piece",), ("",)]


def test_status_201_ends_a_picture(tshark, tmp_path):
    made, tcp, session = login()
    tcp.server(session.reply(109, ext=extension(binaryData=1), data=JPEG[:100]))
    tcp.server(session.reply(109, ext=extension(binaryData=1), data=JPEG[100:200], code=201))

    assert jpegs(tshark, made, tmp_path) == [("first piece",), ("last piece",)]


@pytest.mark.parametrize("encrypt_len", [16, 64, len(JPEG), 5000])
def test_an_encrypted_picture_is_recognised_by_its_plain_bytes(tshark, tmp_path, encrypt_len):
    made, tcp, session = login("full")
    tcp.server(session.full(109, JPEG, encrypt_len))

    assert jpegs(tshark, made, tmp_path) == [("whole",)]


def test_a_new_request_with_the_number_ends_what_was_binary(tshark, tmp_path):
    made, tcp, session = login()
    tcp.server(session.reply(26, ext=extension(binaryData=1), data=b"\1\2\3"))
    tcp.server(session.reply(26, data=b"\4\5\6"))
    tcp.client(session.message(26))
    tcp.server(session.reply(26, baichuan.VERSION))
    tcp.server(session.reply(26, ext=extension(binaryData=0), data=session.encrypt(baichuan.VERSION, 0x10000)))

    rows = tshark(prefs=PASSWORD).fields(made.write(tmp_path / "c.pcap"), "baichuan.payload.data", "baichuan.device_model",
                                         filter="baichuan.msg_id == 26 && baichuan.payload")
    assert rows == [("010203", ""), ("040506", ""), ("", "E1"), ("", "E1")]


# ---- structures from before XML -----------------------------------------------------------------------------------------

IP_SETTINGS = b"\1" * 7 + bytes.fromhex("02005e100001") + b"\2" * 13 + bytes([192, 0, 2, 101]) + b"\3" * 10


def test_the_known_fields_of_a_legacy_structure_are_shown_as_tentative(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none", requested=1)
    tcp.client(session.hello(legacy=True))
    tcp.client(baichuan.header(76, 0))
    tcp.server(baichuan.header(76, len(IP_SETTINGS), baichuan.DEVICE, 200) + IP_SETTINGS)
    tcp.server(baichuan.header(104, 20, baichuan.DEVICE, 200) + b"\7" * 20)

    rows = tshark().fields(made.write(tmp_path / "c.pcap"), "baichuan.legacy.mac", "baichuan.legacy.ip", "baichuan.payload.data",
                           filter="baichuan.legacy")
    assert rows == [("02:00:5e:10:00:01", "192.0.2.101", IP_SETTINGS.hex()), ("", "", (b"\7" * 20).hex())]
    labels = tshark().run(tmp_path / "c.pcap", "-V", "-Y", "baichuan.legacy.mac").out
    assert "MAC address (tentative)" in labels and "IP address (tentative)" in labels


def test_a_legacy_structure_that_is_cut_shows_what_is_there(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.client(Session("none", requested=1).hello(legacy=True))
    tcp.server(baichuan.header(76, 14, baichuan.DEVICE, 200) + IP_SETTINGS[:14])
    tcp.server(baichuan.header(76, 5, baichuan.DEVICE, 200) + IP_SETTINGS[:5])

    rows = tshark().fields(made.write(tmp_path / "c.pcap"), "baichuan.legacy.mac", "baichuan.legacy.ip", filter="baichuan.legacy")
    assert rows == [("02:00:5e:10:00:01", ""), ("", "")]


def test_a_modern_client_with_a_legacy_hello_is_not_legacy(tshark, tmp_path):
    """Its nonce reply may be missing."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes")
    tcp.client(session.hello(legacy=True))
    tcp.client(session.login())
    tcp.server(session.reply(80, baichuan.VERSION))

    capture = made.write(tmp_path / "c.pcap")
    assert tshark().frames(capture, "baichuan.legacy") == []
    assert len(tshark().frames(capture, "baichuan.msg_id == 80 && baichuan.expert.no_login")) == 1


def legacy_session(path, *structures):
    """A session of the time before XML. structures: (message, bytes that the camera sends)."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.client(Session("none", requested=1).hello(legacy=True))
    for msg_id, data in structures:
        tcp.client(baichuan.header(msg_id, 0))
        tcp.server(baichuan.header(msg_id, len(data), baichuan.DEVICE, 200) + data)
    return made.write(path)


TEXTS = b"\x01\0Porch cam\0\0abc\0\xffnot this\x01viewer-Pass\0\x02last"


def test_texts_in_a_legacy_structure_are_shown_as_tentative(tshark, path):
    capture = legacy_session(path, (104, TEXTS), (76, IP_SETTINGS))

    rows = tshark().fields(capture, "baichuan.legacy.text", filter="baichuan.legacy")
    assert rows == [("Porch cam|viewer-Pass|last",), ("",)]
    out = tshark().run(capture, "-V", "-Y", "baichuan.legacy").out
    assert "Legacy structure (its fields are not known)" in out and "Text (tentative): Porch cam" in out
    assert "Legacy structure (tentative: two fields are known, from one message)" in out


def test_a_legacy_structure_shows_a_few_texts_only(tshark, path):
    capture = legacy_session(path, (104, b"word\0" * 200))

    assert tshark().fields(capture, "baichuan.legacy.text", filter="baichuan.legacy") == [("|".join(["word"] * 32),)]


def test_hide_secrets_shows_nothing_of_a_legacy_structure_that_may_hold_some(tshark, path):
    capture = legacy_session(path, (58, TEXTS), (76, IP_SETTINGS))
    hidden = tshark(prefs={"baichuan.hide_secrets": "TRUE"})
    out = hidden.run(capture, "-V", "-O", "baichuan", "-T", "json", "-J", "baichuan").out

    assert not [text for text in ("viewer-Pass", b"viewer-Pass".hex(":"), "Porch") if text in out]
    assert hidden.fields(capture, "baichuan.legacy.text", "baichuan.legacy.ip", filter="baichuan.legacy") == [
        ("", ""), ("", "192.0.2.101")]
    assert b"viewer-Pass".hex(":") in tshark().run(capture, "-T", "json", "-J", "baichuan").out


def test_a_binary_request_of_a_legacy_session_has_its_fields(tshark, path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.client(Session("none", requested=1).hello(legacy=True))
    tcp.client(baichuan.header(104, 0))
    data = baichuan_requests.download(3, "9527000960V21RL", "0120260920073015")
    tcp.client(baichuan.header(8, len(data)) + data)

    rows = tshark().fields(made.write(path), "baichuan.channel", "baichuan.replay.file_name", filter="baichuan.request")
    assert rows == [("3", "0120260920073015")]


# ---- the state rule -----------------------------------------------------------------------------------------------------


def test_all_of_this_is_the_same_in_any_order(tshark, sharkd, tmp_path):
    made, tcp, session = login("full")
    tcp.client(session.message(3, preview(0), exchange=1 << 16))
    tcp.client(session.message(3, preview(0), exchange=2 << 16))
    tcp.server(session.reply(33, body("<AlarmEvent><status>MD</status></AlarmEvent>"), exchange=0))
    tcp.server(session.reply(15, body(FILES)))
    for i in range(0, len(JPEG), 200):
        tcp.server(session.full(109, JPEG[i:i + 200], 50, exchange=4 << 16))
    tcp.server(session.reply(109, data=b"\0" * 40, exchange=4 << 16))
    tcp.server(session.reply(141, body("<Email><why>x</why></Email>"), code=400))
    old = made.tcp(client=("10.0.0.3", 40001), server=("10.0.0.1", 9000)).open()
    old.client(Session("none", requested=1).hello(legacy=True))
    old.server(baichuan.header(104, len(IP_SETTINGS), baichuan.DEVICE, 200) + IP_SETTINGS)

    assert assert_state_rule(tshark, sharkd, made.write(tmp_path / "c.pcap"), {"baichuan"}, prefs=PASSWORD) == 17
