"""A desktop without a screen, with mailscope-window on it, and hands that reach it through accessibility (AT-SPI)."""
import os
import re
import shutil
import signal
import subprocess
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)
SLOW = 5 if "ASAN_OPTIONS" in os.environ else 1  # times that the sanitizers take
WAIT = 60 * SLOW  # seconds until something is given up: other things may go on on the machine
END = 60  # and until a program has ended; with the sanitizers it looks for leaks then


class Failed(Exception):
    """what a test found wrong"""


def expect(is_so, *what):
    if not is_so:
        raise Failed("\n".join(str(part) for part in what))


def pump(seconds=0.05):
    """Lets events of accessibility come in."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        GLib.MainContext.default().iteration(False)
        time.sleep(0.005)


def until(what, check, seconds=WAIT):
    """What check() answers, once that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = check()
        except GLib.Error:
            answer = None
        if answer:
            return answer
        pump()
    raise Failed(f"waited {seconds} s for {what}")


def walk(node, depth=0):
    """All that stands below a node; what is in a list is there as far as it is in sight."""
    if node is None or depth > 60:
        return
    yield node
    try:
        count = node.get_child_count()
    except GLib.Error:
        return
    for i in range(min(count, 400)):
        try:
            child = node.get_child_at_index(i)
        except GLib.Error:
            continue
        yield from walk(child, depth + 1)


def is_showing(node):
    """GTK 4.8 does not tell what shows: what has never been on the screen has no size."""
    if node.get_component_iface() is None:
        return False
    box = node.get_extents(Atspi.CoordType.WINDOW)
    return box.width > 0 and box.height > 0


class Program:
    """mailscope-window as it runs; use with `with`."""

    def __init__(self, program, *words, environment=None, log=None, pictures=None):
        self.words = [program, *words]
        self.environment = dict(os.environ, GSK_RENDERER="cairo", **(environment or {}))
        self.log, self.pictures = log, pictures
        self.process = self.node = None
        self.since = os.path.getsize(log.name) if log else 0

    def __enter__(self):
        self.process = subprocess.Popen(self.words, env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        self.node = until("the program", self.find_program)
        return self

    def __exit__(self, wrong, *_):
        if wrong and self.pictures:
            picture(self.pictures, "failed")
        was_killed = self.process.poll() == -signal.SIGKILL
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                if not wrong:
                    raise Failed("the program does not end when it is asked to") from None
        if not wrong and not was_killed:
            expect(self.process.returncode == 0, f"the program ended with {self.process.returncode}")
            expect(not self.leaks(), *self.leaks())

    def leaks(self):
        """What LeakSanitizer says of memory that came through code of ours; GTK has leaks of its own, without names."""
        if not self.log:
            return []
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            log.seek(self.since)
            blocks = re.split(r"\n(?=(?:Direct|Indirect) leak of|SUMMARY)", log.read())
        return [block for block in blocks if block.startswith("Direct leak") and
                set(re.findall(r" in (\w+) (?:src|tests)/", block)) - {"main", "app_run"}]

    def find_program(self):
        expect(self.process.poll() is None, "the program ended", self.process.returncode)
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            node = desktop.get_child_at_index(i)
            if node is not None and node.get_process_id() == self.process.pid and node.get_child_count() > 0:
                return node
        return None

    def find(self, name=None, role=None, part=None):
        """Nodes in sight of that name (or with that part of a name) and role, one by one: each question takes its time."""
        expect(self.process.poll() is None, "the program ended", self.process.returncode)
        for node in walk(self.node):
            try:
                label = node.get_name() or ""
                if label[:len(label) // 2] == label[len(label) // 2 + 1:]:
                    label = label[:len(label) // 2]  # GTK 4.8 says some names twice
                if name is not None and label != name or part is not None and part not in label:
                    continue
                if role is not None and node.get_role_name() not in role.split("|"):
                    continue
                if is_showing(node):
                    yield node
            except GLib.Error:
                continue

    def all(self, name=None, role=None, part=None):
        return list(self.find(name, role, part))

    def get(self, name=None, role=None, part=None, seconds=WAIT, last=False):
        def check():
            if not last:
                return next(self.find(name, role, part), None)
            nodes = self.all(name, role, part)
            return nodes[-1] if nodes else None

        try:
            return until(f"{role or 'something'} {name or part or ''}", check, seconds)
        except Failed as wrong:
            raise Failed(str(wrong) + "\nin sight: " + self.described()) from wrong

    def described(self):
        return ", ".join(f"{node.get_role_name()} {node.get_name()!r}" for node in self.all() if node.get_name())

    def has(self, name=None, role=None, part=None):
        return next(self.find(name, role, part), None) is not None

    def press(self, name, role="push button|button|toggle button|page tab|menu item", last=False):
        """Presses it as a hand would, by its action."""
        node = self.get(name, role, last=last)
        until(f"{name} to be sensitive", lambda: node.get_state_set().contains(Atspi.StateType.SENSITIVE))
        expect(node.get_n_actions() > 0, f"{name} has no action")
        expect(node.do_action(0), f"{name} was not pressed")
        pump(0.2)
        return node

    def type_into(self, name, text, role="text|password text|entry"):
        """Puts the text into a field, in place of what is there."""
        for node in self.all(name):
            for inner in walk(node):
                if inner.get_editable_text_iface() is not None and is_showing(inner):
                    Atspi.EditableText.set_text_contents(inner, text)
                    pump(0.1)
                    return
        for node in self.all(role=role):
            if (node.get_name() or "") == name:
                Atspi.EditableText.set_text_contents(node, text)
                pump(0.1)
                return
        raise Failed(f"no field {name}: " + ", ".join(sorted({f"{n.get_role_name()} {n.get_name()!r}"
                                                             for n in self.all() if n.get_name()})))

    def text_of(self, name):
        for node in self.all(name, role="text"):
            if node.get_text_iface() is not None:
                return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
        return ""

    def says(self, text):
        """Whether a name, or a text, in sight has these words."""
        for node in walk(self.node):
            try:
                words = node.get_name() or ""
                if text not in words and node.get_role_name() in ("text", "label") and node.get_text_iface() is not None:
                    words = Atspi.Text.get_text(node, 0, min(Atspi.Text.get_character_count(node), 20000))
                if text in words and is_showing(node):
                    return True
            except GLib.Error:
                continue
        return False

    def see(self, text, seconds=WAIT):
        def check():
            expect(self.process.poll() is None, "the program ended", self.process.returncode)
            return self.says(text)

        until(f"{text!r} to be seen", check, seconds)

    def titles(self):
        windows = [self.node.get_child_at_index(i) for i in range(self.node.get_child_count())]
        return [window.get_name() for window in windows if window is not None]

    def place_of(self, node):
        box = node.get_extents(Atspi.CoordType.WINDOW)
        return box.x, box.y, box.width, box.height


def key(*names):
    """Keys as a keyboard sends them."""
    subprocess.run(("xdotool", "key", "--clearmodifiers", *names), check=True)
    pump(0.3)


def type_text(text):
    subprocess.run(("xdotool", "type", "--delay", "5", text), check=True)
    pump(0.3)


def click(x, y):
    subprocess.run(("xdotool", "mousemove", str(x), str(y), "click", "1"), check=True)
    pump(0.3)


def hover(x, y):
    subprocess.run(("xdotool", "mousemove", str(x), str(y)), check=True)
    pump(0.1)


def picture(folder, name):
    """What is on the screen, its black rest cut away."""
    pump(0.6)
    path = os.path.join(folder, name + ".png")
    subprocess.run(("import", "-silent", "-window", "root", "-trim", "+repage", "+dither", "-colors", "256", "-define",
                    "png:compression-level=9", "PNG8:" + path), check=True)
    return path


def missing():
    return [name for name in ("Xvfb", "xdotool", "import", "dbus-run-session") if not shutil.which(name)]
