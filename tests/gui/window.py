"""The real Wireshark window with our plugins, on a virtual X server of its own, moved by keys and by clicks on what has a name.

Needs the programs in PROGRAMS and what accessible.py imports, which are in PACKAGES of Debian. As in tests/dissection/harness.py, whose stage it
uses, Wireshark runs without root's rights: root's plugin folder would be ignored.
"""

import collections
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import time

from tests.dissection import harness

PROGRAMS = ("wireshark", "Xvfb", "xdotool", "import", "dbus-daemon")
PACKAGES = ("wireshark", "xvfb", "xdotool", "imagemagick", "fonts-dejavu-core", "dbus-daemon", "at-spi2-core", "python3-gi",
            "gir1.2-atspi-2.0")
PYTHON = "/usr/bin/python3"  # the one that has the packages of the distribution
WIDTH, HEIGHT = 1280, 800
CELLS = ("table cell", "tree item")  # what versions of Qt call a cell of a table or a list with columns
PATIENCE = 60  # seconds for anything that the window is asked to do

# What Wireshark remembers of its window, so that it opens where and as big as the picture is. No look for updates,
# no question when it ends, no list of completions that takes the next click.
RECENT_COMMON = f"""\
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: {WIDTH}
gui.geometry_main_height: {HEIGHT}
gui.geometry_main_maximized: FALSE
"""
PREFERENCES = """\
gui.update.enabled: FALSE
gui.ask_unsaved: FALSE
gui.autocomplete_filter: FALSE
"""


# What a machine without a sound server has to say, and what Qt says of its own threads when it ends and of questions that it
# can not answer: none of it is about us.
OF_THE_MACHINE = re.compile("PulseAudioService|QThreadStorage|AtSpiAdaptor")


def missing_programs():
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    names = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run([PYTHON, "-c", names], capture_output=True).returncode != 0:
        missing.append("Atspi for Python")
    return missing


def key_tables(pattern="*_keys"):
    """The shipped key tables with such names, as files of a configuration."""
    return {table.name: table.read_text() for table in harness.KEYS.glob(pattern)}


class Window:
    """Wireshark with one capture open. preferences, recent: more lines of the configuration files of that name;
    files: key tables, as in harness.Stage.config(); arguments: more words for Wireshark's command line; profiles:
    {name: {file: text}} of other profiles than Default, where all of the above is."""

    def __init__(self, stage, capture, files=None, preferences="", recent="", arguments=(), profiles=None):
        self.title = pathlib.Path(capture).name
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="window-", dir=stage.path))
        self._stderr = self._folder / "stderr"
        self._start_server()
        try:
            self._write_configuration(stage, files, preferences, recent, profiles)
            self._write_capture(capture)
            self._start_names()
            self._start_wireshark(stage, arguments)
            self._until(lambda: self.title in self.titles(), "the window with the capture")
            self.focus()
            self.settle()
        except BaseException:
            self.kill()
            raise

    def _start_server(self):
        # It stays as it is when its last client leaves it, which xdotool may be before Wireshark comes. It looks for no number
        # itself: it would not see those that servers in roots have, whose sockets without a path are this machine's, too.
        number = random.randrange(1000, 50_000)
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", f":{number}", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset",
             "-nolisten", "tcp", "-ac"],
            pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            assert pipe.readline().strip() == str(number), "Xvfb did not start"
        self._display = {**os.environ, "DISPLAY": f":{number}"}

    def _write_configuration(self, stage, files, preferences, recent, profiles):
        self.config = self._folder / "config"
        shutil.copytree(stage.config(files={**(files or {}), "preferences": PREFERENCES + preferences,
                                            "recent_common": RECENT_COMMON, "recent": recent}), self.config)
        for name, texts in (profiles or {}).items():
            (self.config / "profiles" / name).mkdir(parents=True)
            for file, text in texts.items():
                (self.config / "profiles" / name / file).write_text(text)

    def _write_capture(self, capture):
        self.capture = self._folder / self.title
        shutil.copyfile(capture, self.capture)
        for name in ("home", "runtime"):
            (self._folder / name).mkdir()
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(self._folder)], check=True)
        (self._folder / "runtime").chmod(0o700)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "65534:65534", str(self._folder)], check=True)

    def _start_names(self):
        """A session bus, on which Wireshark tells what is in its windows, and the program that asks it."""
        self._session = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self._folder / "home"),
                         "XDG_RUNTIME_DIR": str(self._folder / "runtime"), "DISPLAY": self._display["DISPLAY"]}
        self._bus = subprocess.Popen(harness.without_privileges() + ["dbus-daemon", "--session", "--nofork", "--print-address"],
                                     env=self._session, cwd=self._folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._session["DBUS_SESSION_BUS_ADDRESS"] = self._bus.stdout.readline().strip()
        program = (pathlib.Path(__file__).parent / "accessible.py").read_text()
        self._names = subprocess.Popen(harness.without_privileges() + [PYTHON, "-W", "ignore", "-c", program], env=self._session,
                                       cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._ask([])  # Wireshark looks once for who listens, when it starts

    def _start_wireshark(self, stage, arguments):
        env = {**stage.environment(self.config), **self._session, "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        with open(self._stderr, "wb") as err:
            self._wireshark = subprocess.Popen(
                harness.without_privileges() + ["wireshark", "-n", "-r", str(self.capture), *map(str, arguments)],
                env=env, cwd=self._folder, stdout=err, stderr=err)

    def _ask(self, path, **more):
        self._names.stdin.write(json.dumps({"path": path, **more}) + "\n")
        self._names.stdin.flush()
        return json.loads(self._names.stdout.readline())

    def _until(self, true, what):
        end = time.monotonic() + PATIENCE
        while not true():
            assert self._wireshark.poll() is None, f"Wireshark ended with {self._wireshark.returncode}: {self.stderr()}"
            assert time.monotonic() < end, f"no sign of {what}; windows: {self.titles()}; {self.stderr()}"
            time.sleep(0.1)

    def _xdotool(self, *words):
        return subprocess.run(["xdotool", *map(str, words)], env=self._display, capture_output=True,
                              text=True).stdout.split("\n")

    def titles(self):
        """The titles of all windows that can be seen: the main one, and dialogs if there are any."""
        windows = [word for word in self._xdotool("search", "--onlyvisible", "--name", ".*") if word]
        names = [self._xdotool("getwindowname", window)[0] for window in windows]
        return [name for name in names if name]  # the root window has none

    def focus(self, title=None):
        """Gives a window the keyboard, the main one or one with this in its title: no window manager would."""
        name = re.escape(title) if title else rf"^\*?{re.escape(self.title)}$"
        for window in self._xdotool("search", "--onlyvisible", "--name", name):
            if window:
                self._xdotool("windowfocus", window)

    def settle(self):
        """Waits until the window has stopped changing."""
        seen = []

        def still():
            time.sleep(0.3)
            seen.append(subprocess.run(["import", "-window", "root", "rgb:-"], env=self._display, check=True,
                                       capture_output=True).stdout)
            return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

        self._until(still, "a window at rest")

    def key(self, *names):
        """Presses keys by their X names ("ctrl+Right") and waits until the window is at rest."""
        self._xdotool("key", "--clearmodifiers", "--delay", 30, *names)
        self.settle()

    def press(self, name):
        """Presses a key and does not wait: a dialog with a blinking cursor is never at rest."""
        self._xdotool("key", "--clearmodifiers", name)

    def wait_for_title(self, part, gone=False):
        """Waits until a window with this in its title is there, or no longer."""
        self._until(lambda: any(part in title for title in self.titles()) != gone, f"{part} (gone: {gone})")

    def look_for(self, *path, texts=()):
        """What accessible.py knows of the thing on the screen at the end of a path of (role, name); None if there is none."""
        return self._ask(path, texts=texts)

    def wait_for(self, *path, texts=(), true=lambda found: True):
        """Waits until that is on the screen, and true of what is known of it; gives what is known."""
        seen = []

        def is_there():
            seen.append(self.look_for(*path, texts=texts))
            return seen[-1] is not None and true(seen[-1])

        try:
            self._until(is_there, path)
        except AssertionError as error:
            raise AssertionError(f"{error}; last seen of {path[-1]}: {seen[-1]}") from None
        return seen[-1]

    def click_on(self, *path, times=1):
        """Clicks on the middle of what is at the end of a path, once it is there, can be used, and stays where it is."""
        seen = []

        def rests(found):
            seen.append(found["area"])
            return "ENABLED" in found["states"] and seen[-2:] == [found["area"]] * 2

        x, y, width, height = self.wait_for(*path, true=rests)["area"]
        self._xdotool("mousemove", x + width // 2, y + height // 2, "click", "--repeat", times, "--delay", 50, 1)

    def choose(self, *names):
        """Clicks through the menus of the main window."""
        for count in range(1, len(names) + 1):
            self.click_on(*[("menu item", re.escape(name)) for name in names[:count]])

    def write(self, text, *path):
        """Writes a text into the field at the end of a path, in place of what is there."""
        self.click_on(*path)
        self._xdotool("key", "ctrl+a")
        self._xdotool("type", "--delay", 5, text)
        field, name = path[-1]
        self.wait_for(*path[:-1], (field, name), true=lambda found: found["text"] == text)

    def pick(self, entry, *path):
        """Picks an entry of the combo box at the end of a path, by its name: where the entries are is not told."""
        before = self.titles()
        self.click_on(*path)
        self._until(lambda: len(self.titles()) > len(before), f"the list of {path}")
        self._xdotool("type", "--delay", 5, entry)
        self._xdotool("key", "Return")
        self.wait_for(*path, true=lambda found: found["text"] == entry)

    def cells(self, *path, true=lambda cells: True):
        """The texts in the cells of a table at the end of a path, one after the other, once they are true."""
        return self.wait_for(*path, texts=CELLS, true=lambda found: true(found["texts"]))["texts"]

    def area(self, *path):
        """Where on the screen the thing at the end of a path is, as look() takes it."""
        x, y, width, height = self.wait_for(*path)["area"]
        return f"{width}x{height}+{x}+{y}"

    def type(self, text):
        """Types text, fast enough for an item view's search."""
        self._xdotool("type", "--delay", 5, text)
        self.settle()

    def look(self, area):
        """What a part of the screen ("WIDTHxHEIGHT+X+Y") looks like: three bytes a pixel, row by row."""
        return subprocess.run(["import", "-window", "root", "-crop", area, "-depth", "8", "rgb:-"], env=self._display,
                              check=True, capture_output=True).stdout

    def colours(self, area):
        """How many pixels of a part of the screen have which colour, (red, green, blue)."""
        seen = self.look(area)
        return collections.Counter(zip(seen[::3], seen[1::3], seen[2::3]))

    def wait_for_colours(self, area, true):
        """Waits until something is true of the colours of a part of the screen."""
        seen = []

        def is_true():
            seen.append(self.colours(area))
            return true(seen[-1])

        try:
            self._until(is_true, f"the colours in {area}")
        except AssertionError as error:
            raise AssertionError(f"{error}; last seen: {seen[-1].most_common(9)}") from None

    def wait_for_colour(self, area, colour, pixels):
        """Waits until a part of the screen has so many pixels of a colour."""
        self.wait_for_colours(area, lambda colours: colours[colour] >= pixels)

    def move_pointer(self, x, y):
        self._xdotool("mousemove", x, y)
        self.settle()

    def picture(self, path):
        """Writes the whole screen as a PNG with a palette."""
        subprocess.run(["import", "-window", "root", "+dither", "-colors", "256", "-strip", f"png8:{path}"],
                       env=self._display, check=True)

    def modules(self):
        """The file names of the shared objects that the window's process has loaded."""
        maps = pathlib.Path(f"/proc/{self._wireshark.pid}/maps").read_text()
        return {pathlib.Path(path).name for path in re.findall(r"/\S+\.so\b\S*", maps)}

    def stderr(self):
        return self._stderr.read_text("utf-8", "replace")

    def complaints(self):
        """What Wireshark says of bugs, and of configuration files that it can not read."""
        lines = "\n".join(line for line in self.stderr().split("\n") if not OF_THE_MACHINE.search(line))
        return [lines for mark in (*harness.BUG_MARKS, "rror loading") if mark in lines]

    def quit(self):
        """Ends Wireshark as a user does; gives its exit status."""
        self._xdotool("key", "--clearmodifiers", "ctrl+q")
        try:
            return self._wireshark.wait(PATIENCE)
        finally:
            self.kill()

    def kill(self):
        for process in [getattr(self, name, None) for name in ("_wireshark", "_names", "_bus", "_server")]:
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@contextlib.contextmanager
def opened(*args, **words):
    """A Window that is ended as a user ends it, without a complaint."""
    shown = Window(*args, **words)
    try:
        yield shown
        shown.focus()
        assert shown.quit() == 0
        assert shown.complaints() == []
    finally:
        shown.kill()
