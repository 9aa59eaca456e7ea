"""Elements of documents as fields, by topic (docs/baichuan.md 3.10): each with a capture that has its value."""

import re

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import named
from tests.dissection.baichuan.topic_documents import BATTERY, DOCUMENTS
from tests.dissection.state_rule import assert_state_rule
from tests.peers.baichuan import Session, body
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}


def write(path, *documents, cipher="aes"):
    """A capture with a login and a reply for each (message, XML)."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session(cipher).play_login(tcp)
    for number, (msg_id, xml) in enumerate(documents):
        tcp.server(session.reply(msg_id, body(xml), exchange=(number + 1) << 16))
    return made.write(path)


def shown(tshark, capture):
    """The JSON tree of the last message."""
    packets = tshark(prefs=PASSWORD).packets(capture, "baichuan", filter="baichuan.magic")
    return harness.as_list(packets[-1]["baichuan"])[-1]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_element_is_a_field(tshark, path, name):
    msg_id, xml, expected = DOCUMENTS[name]
    tree = shown(tshark, write(path, (msg_id, xml)))
    found = {field: named(tree, f"baichuan.{field}") for field in expected}

    assert {field: ["1" if value is True else "0" if value is False else value for value in values]
            for field, values in found.items()} == expected


TOPICS = ("battery", "siren", "light", "talk", "encoder", "ptz", "zoom", "led", "disk", "pir", "recording",
          "channel_state", "channel_online", "privacy", "wifi", "link", "device_time", "port", "chime", "webhook",
          "volume", "scene", "enable", "day_night", "ability", "support", "item")


def fields_of_topics(tshark):
    lines = tshark().run(None, "-G", "fields").out.splitlines()
    rows = [line.split("\t") for line in lines if line.startswith("F\t")]
    return {row[2]: row for row in rows if re.fullmatch(rf"baichuan\.(?:{'|'.join(TOPICS)})(?:\..*)?", row[2])}


def test_every_field_of_a_topic_is_in_one_of_these_documents(tshark):
    tested = {f"baichuan.{field}" for _, _, expected in DOCUMENTS.values()
              for field, values in expected.items() if values}

    assert sorted(set(fields_of_topics(tshark)) - tested) == []


def test_every_field_of_a_topic_has_a_description(tshark):
    assert [name for name, row in fields_of_topics(tshark).items() if len(row[-1]) < 5] == []


# ---- items of lists --------------------------------------------------------------------------------------------------


def children(tree, name):
    """[(value, what is below it)] of fields that may occur several times."""
    return list(zip(harness.as_list(tree.get(name, [])), harness.as_list(tree.get(f"{name}_tree", []))))


def test_items_of_a_list_are_apart(tshark, path):
    """The battery of channel 3 is not that of channel 1."""
    xml = f"<BatteryList>{BATTERY.format(3, 'none', 12)}{BATTERY.format(1, 'charging', 99)}</BatteryList>"
    tree = shown(tshark, write(path, (252, xml)))
    items = children(tree["baichuan.payload"], "baichuan.item")

    assert [(value, item["baichuan.channel"], item["baichuan.battery.percent"], item["baichuan.battery.charge_status"])
            for value, item in items] == [("BatteryInfo", "3", "12", "none"), ("BatteryInfo", "1", "99", "charging")]
    labels = tshark(prefs=PASSWORD).run(path, "-V", "-Y", "baichuan.msg_id == 252").out
    assert "Item: BatteryInfo, channel 3\n" in labels and "Item: BatteryInfo, channel 1\n" in labels


def item_and_item_in_it(payload):
    """(name, what is below it) of an outer and an inner item. Where -T ek would have a key twice, they follow each other."""
    if harness.wireshark_version() < (4, 4):
        outer, inner = children(payload, "baichuan.item")
        return outer, inner
    (outer,) = children(payload, "baichuan.item")
    (inner,) = children(outer[1], "baichuan.item")
    return outer, inner


def test_an_item_lies_in_the_item_around_it(tshark, path):
    tree = shown(tshark, write(path, DOCUMENTS["streams"][:2]))
    (table, inside), (resolution, size) = item_and_item_in_it(tree["baichuan.payload"])

    assert table == "encodeTable"
    assert (inside["baichuan.encoder.stream"], inside["baichuan.encoder.bit_rate"]) == ("mainStream", "2560")
    assert (resolution, size) == ("resolution", {"baichuan.encoder.width": "2304", "baichuan.encoder.height": "1296"})
    labels = tshark(prefs=PASSWORD).run(path, "-V").out
    assert ("Item: resolution, in encodeTable\n" in labels) == (harness.wireshark_version() < (4, 4))


def test_values_behind_an_item_are_not_in_it(tshark, path):
    xml = ("<List><A><AlarmEvent><channelId>1</channelId><status>MD</status></AlarmEvent><channelId>7</channelId></A>"
           "<handle>5</handle></List>")
    payload = shown(tshark, write(path, (33, xml)))["baichuan.payload"]
    (name, outer), (inner_name, inner) = item_and_item_in_it(payload)

    assert (name, outer["baichuan.channel"]) == ("A", "7")
    assert (inner_name, inner) == ("AlarmEvent", {"baichuan.channel": "1", "baichuan.event.status": "MD"})
    assert payload["baichuan.handle"] == "5"


def test_a_document_without_a_list_has_no_items(tshark, path):
    tree = shown(tshark, write(path, DOCUMENTS["battery"][:2]))

    assert named(tree, "baichuan.item") == []
    assert tree["baichuan.payload"]["baichuan.battery.percent"] == "87"


def test_an_item_that_has_no_values_is_none(tshark, path):
    xml = "<AlarmEventList><AlarmEvent><other>1</other></AlarmEvent><AlarmEvent/></AlarmEventList>"

    assert named(shown(tshark, write(path, (33, xml))), "baichuan.item") == []


def test_items_of_a_document_that_ends_early_show_what_is_there(tshark, path):
    xml = (f"<BatteryList>{BATTERY.format(3, 'none', 12)}<BatteryInfo><channelId>1</channelId>"
           "<batteryPercent>4</batteryPercent></oops>")
    tree = shown(tshark, write(path, (252, xml)))

    assert named(tree, "baichuan.battery.percent") == ["12", "4"]
    ((_, item),) = children(tree["baichuan.payload"], "baichuan.item")
    assert item["baichuan.battery.percent"] == "12"


def test_many_levels_and_many_items_are_survived(tshark, path):
    deep = "".join(f"<l{i}><handle>{i}</handle>" for i in range(60)) + "".join(f"</l{i}>" for i in reversed(range(60)))
    many = "<L>" + "<AlarmEvent><status>MD</status></AlarmEvent>" * 2100 + "</L>"
    capture = write(path, (33, deep), (33, many))
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.handle", "baichuan.event.status", "baichuan.item",
                                         filter="baichuan.msg_id == 33")

    assert rows[0][0].split("|") == [str(i) for i in range(60)]
    assert rows[1][1].split("|") == ["MD"] * 2000
    assert len(rows[1][2].split("|")) in (1999, 2000)


# ---- what is no value ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("msg_id, xml, field", [
    (253, "<Other><batteryPercent>87</batteryPercent></Other>", "battery.percent"),
    (253, "<BatteryInfo><batteryPercent>much</batteryPercent></BatteryInfo>", "battery.percent"),
    (253, "<BatteryInfo><batteryPercent>4294967296</batteryPercent></BatteryInfo>", "battery.percent"),
    (253, "<BatteryInfo><batteryPercent/></BatteryInfo>", "battery.percent"),
    (253, "<BatteryInfo><temperature>2147483648</temperature></BatteryInfo>", "battery.temperature"),
    (219, "<PushTask><typeScheduleList><item><type>MD</type></item></typeScheduleList></PushTask>", "event.type"),
    (15, "<FileInfo><sizeL>x</sizeL><sizeH>y</sizeH></FileInfo>", "recording.size"),
    (104, "<SystemGeneral><year>2024</year><month>10</month></SystemGeneral>", "device_time"),
    (151, "<A><abilityValue> , ,</abilityValue></A>", "ability"),
    (806, "<Ftp><url>x</url></Ftp>", "webhook.url"),
])
def test_what_is_no_value_of_a_topic_is_no_field(tshark, path, msg_id, xml, field):
    assert named(shown(tshark, write(path, (msg_id, xml))), f"baichuan.{field}") == []


def test_a_list_that_is_longer_than_what_is_read_has_no_half_value(tshark, path):
    abilities = [f"ability{i:04}_rw" for i in range(40)]
    xml = f"<A><abilityValue>{', '.join(abilities)}</abilityValue></A>"
    found = named(shown(tshark, write(path, (151, xml))), "baichuan.ability")

    assert 10 < len(found) < 40
    assert found == abilities[:len(found)]


# ---- looking at them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filter", [
    "baichuan.battery.percent < 20", 'baichuan.item == "BatteryInfo"', 'baichuan.enable.element == "FloodlightTask"',
    "baichuan.support.lights.ir_brightness == True", "baichuan.recording.size > 8000000000",
])
def test_a_filter_on_a_topic_needs_no_visible_tree(tshark, path, filter):
    low = f"<BatteryList>{BATTERY.format(1, 'none', 12)}</BatteryList>"
    high = BATTERY.format(1, "none", 99)
    capture = write(path, (252, low), (253, high), DOCUMENTS["floodlight task"][:2], DOCUMENTS["support"][:2],
                    DOCUMENTS["recordings"][:2])

    assert len(tshark(prefs=PASSWORD).frames(capture, filter)) == 1


def test_a_value_highlights_its_element(tshark, path):
    capture = write(path, DOCUMENTS["recordings"][:2])
    out = tshark(prefs=PASSWORD).run(capture, "-T", "pdml", "-Y", "baichuan.recording.size").out
    values = [bytes.fromhex(value).decode() for value in
              re.findall(r'name="baichuan.recording.size"[^>]* value="([0-9a-f]+)"', out)]

    assert values == ["<sizeL>4294967295</sizeL><sizeH>1</sizeH>", "<sizeL>12400000</sizeL><sizeH>0</sizeH>"]


def test_topics_obey_the_state_rule(tshark, sharkd, path):
    capture = write(path, *(document[:2] for document in DOCUMENTS.values()), cipher="full")

    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD) == 4 + len(DOCUMENTS)
