"""The rows of the bench: what is run, and what is made of the measurements.

A row is a function that gets a Bench and returns a list of Results.
"""

import collections
import os
import subprocess

from tests.bench import batching, hostile, load, traffic
from tests.bench.measure import Command, Run, median
from tests.dissection import harness

# what was compared; the value and its unit; the most it may be (None: no budget, only told)
Result = collections.namedtuple("Result", "what value unit budget")

BC_PASSWORD = ["-o", f"baichuan.password:{traffic.PASSWORD}"]
CARD_KEYS = ["-o", f"newcamd.deskey:{traffic.DESKEY}", "-o", "newcamd.password:secret123"]
MSG_ID = ["-T", "fields", "-e", "baichuan.msg_id"]
XML = MSG_ID + ["-e", "xml.tag"]
COMMAND = ["-T", "fields", "-e", "newcamd.command"]
TABLE_ROWS = 1000


class Bench:
    """What rows work with. scale: 1.0 is the size of the design; least, seconds: as Runner.rounds() has them; lua: the
    Lua dissector and the words that go with it, or None."""

    def __init__(self, runner, scale, least, seconds, lua, say):
        self.runner, self.scale, self.least, self.seconds, self.lua, self.say = runner, scale, least, seconds, lua, say

    def count(self, full):
        """A size for a capture that is full at scale 1."""
        return max(20, int(full * self.scale) // 20 * 20)

    def capture(self, make, size):
        self.say(f"capture {make.__name__}, {size}")
        return self.runner.stage_capture(traffic.get(make, size))

    def rounds(self, timed=True, **commands):
        """The rounds of these commands; shows the command lines and the medians of what they took. timed: their time is
        what matters, so they are run for longer."""
        rounds = self.runner.rounds(commands, self.least, self.seconds if timed else 0)
        for name, command in commands.items():
            run = Run(*(median(rounds, lambda run: getattr(run[name], field)) for field in Run._fields))
            self.say(f"{name:>12}: {command.text()}")
            self.say(f"{'':>12}  {len(rounds)} runs: {run.cpu:.2f} s of processor time, {run.wall:.2f} s, {run.memory / 1e6:.0f} MB, "
                     f"{run.lines:.0f} lines with values")
        return rounds


def ratio(what, rounds, ours, theirs, budget, more=0):
    """Processor time of one command against another's and so many seconds more."""
    return Result(what, median(rounds, lambda run: run[ours].cpu / (run[theirs].cpu + more)), "x", budget)


def wall_ratio(what, rounds, ours, theirs, budget):
    """The same of the time that passed, which is what somebody waits for and what other programs change most."""
    return Result(what, median(rounds, lambda run: run[ours].wall / run[theirs].wall), "x", budget)


def memory_above(rounds, ours, floor):
    """Bytes."""
    return median(rounds, lambda run: run[ours].memory - run[floor].memory)


def foreign(bench):
    """Foreign traffic: nothing of it is ours."""
    capture = bench.capture(traffic.foreign_traffic, bench.count(1_000_000_000))
    tables = {table.name: table.read_text() for table in harness.KEYS.glob("*_keys")}
    words = ["-T", "fields", "-e", "tcp.stream"]
    rounds = bench.rounds(loaded=Command(capture, words, files=tables), without=Command(capture, words, plugins=False))
    return [ratio("time, plugins loaded against not", rounds, "loaded", "without", 1.01),
            Result("memory, plugins loaded against not",
                   median(rounds, lambda run: run["loaded"].memory / run["without"].memory), "x", 1.01)]


def bc_video_commands(bench, size):
    capture = bench.capture(traffic.video_aes, size)
    return {"floor": Command(capture, ["-d", "tcp.port==9000,data"] + BC_PASSWORD + MSG_ID),
            "media_off": Command(capture, ["-o", "baichuan.dissect_media:FALSE"] + BC_PASSWORD + MSG_ID),
            "media_on": Command(capture, BC_PASSWORD + MSG_ID)}


def bc_video_instructions(bench):
    """What instructions say of 100 MB: those of 2 MB, and 49 times what 4 MB take more."""
    few, many = (bc_video_commands(bench, bench.count(size)) for size in (2_000_000, 4_000_000))
    counts = {name: [bench.runner.instructions(commands[name]) for commands in (few, many)] for name in many}
    if None in counts["floor"]:
        return [Result("instructions: left out, valgrind is not there", None, "x", 1.15)]
    all_of = {name: once + 49 * (twice - once) for name, (once, twice) in counts.items()}
    return [Result("instructions, media off, against data", all_of["media_off"] / all_of["floor"], "x", 1.15),
            Result("instructions, media on, against data", all_of["media_on"] / all_of["floor"], "x", 1.25)]


def bc_video(bench):
    """Video in an AES session, media bytes in clear."""
    size = bench.count(100_000_000)
    rounds = bench.rounds(**bc_video_commands(bench, size))
    return bc_video_instructions(bench) + [
        ratio("time, media off, against data", rounds, "media_off", "floor", None),
        ratio("time, media on, against data", rounds, "media_on", "floor", None),
        Result("memory, media on - media off, bytes a byte of video",
               memory_above(rounds, "media_on", "media_off") / size, "", None),
        Result("memory, media on - data, bytes a byte of video",
               memory_above(rounds, "media_on", "floor") / size, "", 0.15)]


def bc_full_aes(bench):
    """The same video with every byte encrypted."""
    size = bench.count(100_000_000)
    aes, full = (bench.capture(make, size) for make in (traffic.video_aes, traffic.video_full_aes))
    rounds = bench.rounds(aes=Command(aes, BC_PASSWORD + MSG_ID), full_aes=Command(full, BC_PASSWORD + MSG_ID))
    return [ratio("full AES, against AES", rounds, "full_aes", "aes", 1.1)]


def bc_xml_commands(bench, count):
    """Small XML documents, AES, and the same documents in clear for Wireshark's own dissector."""
    aes, plain = (bench.capture(make, count) for make in (traffic.xml_aes, traffic.xml_plain))
    return {"ours": Command(aes, BC_PASSWORD + XML), "xml": Command(plain, ["-d", "tcp.port==9000,xml"] + XML)}


def bc_xml_instructions(bench):
    """What instructions say, without those of starting up: of so many messages more."""
    sizes = bench.count(2000), bench.count(6000)
    if sizes[0] == sizes[1]:
        return Result("instructions: left out, too few messages", None, "x", 1.2)
    few, many = (bc_xml_commands(bench, count) for count in sizes)
    counts = {name: [bench.runner.instructions(commands[name]) for commands in (few, many)] for name in many}
    if None in counts["ours"]:
        return Result("instructions: left out, valgrind is not there", None, "x", 1.2)
    ours, xml = (counts[name][1] - counts[name][0] for name in ("ours", "xml"))
    return Result("instructions, against Wireshark's xml on plaintext", ours / xml, "x", 1.2)


def bc_xml(bench):
    """Small XML documents, AES, against the same documents in clear in Wireshark's own dissector."""
    commands = bc_xml_commands(bench, bench.count(100_000))
    if bench.lua:
        words = ["-X", f"lua_script:{bench.lua[0]}"] + bench.lua[1] + XML
        commands["lua"] = Command(commands["ours"].capture, words, plugins=False)
    rounds = bench.rounds(**commands)
    results = [bc_xml_instructions(bench), ratio("time", rounds, "ours", "xml", 1.3)]
    if bench.lua:
        results.append(ratio("against the Lua dissector", rounds, "ours", "lua", 0.5))
    else:
        results.append(Result("against the Lua dissector: left out, see --lua", None, "x", 0.5))
    return results


def triple_des(bench, capture):
    """Seconds that libgcrypt needs for the frames of a capture."""
    program = harness.BUILD / "tests" / "bench" / "triple-des"
    times = [int(subprocess.run([program, bench.runner.stage.path / capture], check=True, capture_output=True, text=True).stdout.split()[1])
             for _ in range(5)]
    return sorted(times)[2] / 1e9


def cards(bench):
    """newcamd messages of one connection, against data and the time of the cipher itself."""
    capture = bench.capture(traffic.cards_one, bench.count(100_000))
    rounds = bench.rounds(ours=Command(capture, CARD_KEYS + COMMAND),
                          floor=Command(capture, ["-d", "tcp.port==15050,data"] + CARD_KEYS + COMMAND))
    cipher = triple_des(bench, capture)
    bench.say(f"{'libgcrypt':>12}: {harness.BUILD.name}/tests/bench/triple-des {capture}")
    bench.say(f"{'':>12}  {cipher:.2f} s of processor time")
    return [ratio("against data + libgcrypt", rounds, "ours", "floor", 1.25, more=cipher)]


def key_table(name):
    """TABLE_ROWS rows that hold for any address, of which the last one is right."""
    rows = []
    for number in range(TABLE_ROWS - 1):
        rows.append(("", "", f"{number:028x}", "dummy", f"wrong-{number}", "") if name == "newcamd_keys" else
                    ("", "admin", f"wrong-{number}", "", "", ""))
    rows.append(("", "", traffic.DESKEY, "dummy", "secret123", "") if name == "newcamd_keys" else
                ("", "admin", traffic.PASSWORD, "", "", ""))
    return {name: "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)}


def many_keys(bench):
    """Logins with 1,000 rows to try.

    What happens once a row, MD5-crypt above all, drops out: it is the same for few logins as for many."""
    few, many = 20, bench.count(1000)
    many = many + few
    results = []
    for name, make, words in (("newcamd", traffic.cards_logins, COMMAND), ("baichuan", traffic.xml_logins, MSG_ID)):
        files = key_table(f"{name}_keys")
        rounds = bench.rounds(few=Command(bench.capture(make, few), words, files=files),
                              many=Command(bench.capture(make, many), words, files=files))
        login = median(rounds, lambda run: run["many"].cpu - run["few"].cpu) / (many - few)
        results.append(Result(f"{name}: a login", login * 1e3, "ms", 2.0))
    return results


def growth(bench):
    """Twice the packets."""
    count = bench.count(100_000)
    results = []
    for name, make, words in (("newcamd", traffic.cards_one, CARD_KEYS + COMMAND),
                              ("baichuan", traffic.xml_aes, BC_PASSWORD + XML)):
        rounds = bench.rounds(once=Command(bench.capture(make, count), words),
                              twice=Command(bench.capture(make, 2 * count), words))
        results.append(ratio(f"{name}: twice the messages", rounds, "twice", "once", 2.1))
    return results


def connections(bench):
    """The same number of newcamd messages in one connection and in many."""
    count = bench.count(100_000)
    logins = count // traffic.CONNECTION_MESSAGES
    one, many = (bench.capture(make, count) for make in (traffic.cards_one, traffic.cards_many))
    data = ["-d", "tcp.port==15050,data"]
    rounds = bench.rounds(one=Command(one, CARD_KEYS + COMMAND), one_floor=Command(one, data + CARD_KEYS + COMMAND),
                          many=Command(many, CARD_KEYS + COMMAND), many_floor=Command(many, data + CARD_KEYS + COMMAND))
    in_one, in_many = (median(rounds, lambda run: run[name].cpu - run[name + "_floor"].cpu) / count * 1e6
                       for name in ("one", "many"))
    return [Result(f"a message in {logins} connections", in_many, "us", 1.1 * in_one + 50 * logins / count),
            Result("a message in one connection", in_one, "us", None),
            Result("memory of a login, without its messages, bytes",
                   (memory_above(rounds, "many", "many_floor") - memory_above(rounds, "one", "one_floor")) / logins,
                   "", None)]


def memory(bench):
    """Memory of messages, in two passes, as the window has it.

    Each message is a whole segment, so TCP keeps nothing of it. Three sizes show whether it grows with the
    number of messages."""
    results = []
    for name, make, port, words in (("newcamd", traffic.cards_one, 15050, CARD_KEYS + COMMAND),
                                    ("baichuan", traffic.xml_aes, 9000, BC_PASSWORD + MSG_ID)):
        for part in (4, 2, 1):
            count = bench.count(100_000) // part
            capture = bench.capture(make, count)
            rounds = bench.rounds(timed=False, ours=Command(capture, ["-2"] + words),
                                  floor=Command(capture, ["-2", "-d", f"tcp.port=={port},data"] + words))
            results.append(Result(f"{name}: ours - data, {count} messages, bytes a message",
                                  memory_above(rounds, "ours", "floor") / count, "", 400))
    return results


MEDIA_TREE = ["-z", "baichuan_media,tree"]
CARD_TABLES = ["-z", "newcamd,srt", "-z", "newcamd,services", "-z", "newcamd,logins"]
UDP_TREE = ["-z", "baichuan_udp,tree"]
DIALOGUE, CARD_DIALOGUE = (["-z", f"flow,{name},standard", "-z", f"conv,{name}", "-z", f"endpoints,{name}"] for name in ("baichuan", "newcamd"))
# What a sender can repeat, and with which words it is measured.
REPEATED = [
    *((make, []) for make in (load.udp_contacts, load.udp_strangers, load.udp_beginnings, load.udp_moves, load.udp_bytes,
                              load.udp_holes, load.udp_backwards, load.udp_far, load.udp_discoveries, load.udp_devices)),
    (load.udp_ids, UDP_TREE),
    (load.udp_acks, UDP_TREE),
    (load.clock_jumps, MEDIA_TREE),
    (load.clock_turns, MEDIA_TREE),
    (load.media_streams, MEDIA_TREE + DIALOGUE),
    (hostile.card_restarts, CARD_KEYS),
    (hostile.card_learned, CARD_KEYS),
    (hostile.card_request_ids, CARD_KEYS + CARD_DIALOGUE),
    *((make, CARD_KEYS) for make in (hostile.card_replies, hostile.card_news, hostile.card_gaps,
                                     hostile.card_greetings)),
    *((make, CARD_KEYS + CARD_TABLES) for make in (hostile.card_services, hostile.card_same_ecm)),
    (hostile.card_closed, CARD_KEYS + ["-d", "tcp.port==15050,newcamd"]),
    *((make, BC_PASSWORD + ["-o", "baichuan.hide_secrets:TRUE"])
      for make in (hostile.xml_end_tags, hostile.xml_pieces_of_tags, hostile.xml_attributes)),
    (hostile.request_ids, DIALOGUE),
    (hostile.media_bytes, []),
    (hostile.media_extensions, []),
    (hostile.capture_keys, []),
    (hostile.card_capture_keys, []),
]
CONTACTS = (hostile.contacts_bc_tcp, hostile.contacts_bc_udp, hostile.contacts_bc_discovery, hostile.contacts_cards)


def repeated(bench):
    """What a sender can repeat: twice as much of it, and against tshark without the plugins."""
    count = bench.count(100_000)
    results = []
    for make, words in REPEATED:
        name = make.__doc__.splitlines()[0].rstrip(".")
        once, twice = (bench.capture(make, size) for size in (count // 2, count))
        rounds = bench.rounds(once=Command(once, ["-V"] + words), twice=Command(twice, ["-V"] + words),
                              plain=Command(twice, ["-V"], plugins=False))
        results.append(ratio(f"{make.__name__}: twice as much ({name})", rounds, "twice", "once", 2.1))
        results.append(Result(f"{make.__name__}: seconds more than twice those without the plugins",
                              median(rounds, lambda run: run["twice"].cpu - 2 * run["plain"].cpu), "s", 1.0))
    return results


def contacts(bench):
    """Memory of a first contact, in two passes."""
    count = bench.count(100_000)
    results = []
    for make in CONTACTS:
        capture = bench.capture(make, count)
        rounds = bench.rounds(timed=False, ours=Command(capture, ["-2"]), plain=Command(capture, ["-2"], plugins=False))
        results.append(Result(f"{make.__name__}: bytes a contact", memory_above(rounds, "ours", "plain") / count, "", 1024))
    return results


def batch(bench):
    """camshark-batch, one worker: many small captures, and large ones; these with all workers, too."""
    batching.staged(bench)
    rounds = bench.rounds(batch=batching.batch("many"), each=batching.tshark_each("many"))
    results = [ratio("90 samples, against one tshark a file", rounds, "batch", "each", 0.25)]
    for what, make, size in (("100 MB of AES video, against one tshark", traffic.video_aes, 100_000_000),
                             ("100,000 small AES documents, against one tshark", traffic.xml_aes, 100_000)):
        capture = bench.capture(make, bench.count(size))
        words = BC_PASSWORD + batching.TSHARK
        rounds = bench.rounds(batch=batching.batch(capture, *BC_PASSWORD), tshark=Command(capture, words))
        results.append(ratio(what, rounds, "batch", "tshark", 1.3))
        rounds = bench.rounds(batch=batching.batch(capture, *BC_PASSWORD, all_cores=True),
                              tshark=Command(capture, words, all_cores=True))
        passed = f"{what}, time that passed with {len(os.sched_getaffinity(0))} workers"
        results.append(wall_ratio(passed, rounds, "batch", "tshark", 1.3))
    return results


ROWS = {row.__name__.replace("_", "-"): row for row in
        (foreign, bc_video, bc_full_aes, bc_xml, cards, many_keys, growth, connections, memory, repeated, contacts, batch)}
