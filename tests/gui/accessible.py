"""What is in a window, by role and name, as a screen reader is told it (AT-SPI): where it is on the screen, and what is written there.

A program of its own, since only the user of the window may ask. It reads a line for each question from stdin and writes a
line with the answer, both JSON: {"path": [[role, name], ...], "texts": [role, ...]}.

path: from the application downwards, each step the first thing below the one before, however deep, that is on the screen and
has this role and a name that the regular expression fits as a whole. "next ROLE" is the first one behind the one before, in the
same place: the field behind its label. What is in a table, a tree or a list is found where the step before is that.
The answer is null if there is no such thing; else its "area" on the screen, [x, y, width, height], its "states", its "text",
and the "texts" of the things with one of these roles below it, of a table, a tree or a list those off the screen, too.
"""

import json
import re
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

MANY = ("table", "tree", "tree table", "list")
STATES = ("SHOWING", "ENABLED", "SELECTED", "CHECKED", "FOCUSED", "ACTIVE")


def children(thing):
    for i in range(thing.get_child_count()):
        child = thing.get_child_at_index(i)
        if child is not None:
            yield child


def states(thing):
    found = thing.get_state_set()
    return [name for name in STATES if found.contains(getattr(Atspi.StateType, name))]


def role_of(thing):
    """In the words of today's AT-SPI, and buttons with a menu of their own are buttons, as they are for older Qt."""
    name = thing.get_role_name()
    return "button" if name.startswith("push button") else name


def text(thing):
    """What is written in an editor, what a thing is called otherwise."""
    if "Text" in thing.get_interfaces():
        return Atspi.Text.get_text(thing, 0, -1)
    return thing.get_name()


def on_the_screen(thing):
    # The menu of a menu item is below it, and is never said to be shown; its entries are, while it is open.
    return thing.get_state_set().contains(Atspi.StateType.SHOWING) or role_of(thing) in ("popup menu", "application")


def below(thing):
    """All that is on the screen below a thing: first its own parts, then theirs."""
    parts = [child for child in children(thing) if on_the_screen(child)]
    while parts:
        yield from parts
        parts = [child for part in parts if role_of(part) not in MANY for child in children(part) if on_the_screen(child)]


def behind(thing):
    """What is behind a thing in the same place, and on the screen."""
    place = thing.get_parent()
    for i in range(thing.get_index_in_parent() + 1, place.get_child_count()):
        other = place.get_child_at_index(i)
        if other is not None and on_the_screen(other):
            yield other


def find(path):
    thing = Atspi.get_desktop(0)
    for role, name in path:
        things = behind(thing) if role.startswith("next ") else below(thing)
        role = role.removeprefix("next ")
        thing = next((one for one in things if role_of(one) == role and re.fullmatch(name, one.get_name() or "", re.DOTALL)), None)
        if thing is None:
            return None
    return thing


def texts(thing, roles):
    for part in children(thing) if role_of(thing) in MANY else below(thing):
        if role_of(part) in roles:
            yield text(part)


def answer(question):
    try:
        thing = find(question["path"])
        if thing is None:
            return None
        area = Atspi.Component.get_extents(thing, Atspi.CoordType.SCREEN)
        return {"area": [area.x, area.y, area.width, area.height], "states": states(thing), "text": text(thing),
                "texts": list(texts(thing, question.get("texts", ())))}
    except GLib.Error:
        return None  # it went away while it was looked at


def main():
    Atspi.init()
    for line in sys.stdin:
        Atspi.get_desktop(0).clear_cache()
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
