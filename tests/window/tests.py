"""The tests themselves, on the screen that run has made."""
import os
import socket
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from desk import Failed, Program, click, expect, key, picture, pump, type_text, until, walk  # noqa: E402


class Room:
    """Where a test's program lives: a home of its own."""

    def __init__(self, program, folder, name, pictures):
        self.program, self.pictures, self.home = program, pictures, os.path.join(folder, name)
        os.makedirs(self.home, 0o700, exist_ok=True)
        self.log = open(os.path.join(folder, name + ".log"), "ab")  # pylint: disable=consider-using-with

    def environment(self, **more):
        return dict(HOME=self.home, XDG_DATA_HOME=os.path.join(self.home, "data"),
                    XDG_CONFIG_HOME=os.path.join(self.home, "config"), XDG_CACHE_HOME=os.path.join(self.home, "cache"),
                    MAILSCOPE_STORE=os.path.join(self.home, "mail"), MAILSCOPE_CONFIG=self.config, **more)

    @property
    def config(self):
        return os.path.join(self.home, "accounts.conf")

    def start(self, *words, **more):
        return Program(self.program, *words, environment=self.environment(**more), log=self.log,
                       pictures=self.pictures)

    def picture(self, name):
        if self.pictures:
            picture(self.pictures, name)

    def said(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as text:
            return text.read()

    def account(self, smtp, pop3, tls="none", **more):
        """An account of a server that is ours."""
        lines = ["[test]", "name=Ann", "from=ann@example.test", "user=ann", "auth=USER", f"smtp-server=127.0.0.1", f"smtp-port={smtp}",
                 f"smtp-tls={tls}", "pop3-server=127.0.0.1", f"pop3-port={pop3}", f"pop3-tls={tls}", "capture=false"]
        lines += [f"{name.replace('_', '-')}={value}" for name, value in more.items()]
        with open(self.config, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        os.chmod(self.config, 0o600)


def select(program, name):
    """Clicks on the row with that text."""
    x, y, width, height = program.place_of(program.get(name, role="label"))
    click(x + min(width, 60) // 2, y + height // 2)


def test_use(room):
    """First start, with the practice server: send with an attachment, fetch, view, reply, delete with undo."""
    attachment = os.path.join(room.home, "notes.txt")
    with open(attachment, "w", encoding="utf-8") as out:
        out.write("what is attached\n" * 20)
    with room.start() as program:
        program.get("Use the Practice Server")
        room.picture("first-start")
        program.press("Use the Practice Server")
        until("the account", lambda: os.path.exists(room.config))
        until("the first window alone", lambda: not program.has("Welcome to mailscope"))
        write(program, room, attachment)
        fetch(program, room)
        view(program, room)
        reply(program, room)
        delete(program, room)


def write(program, room, attachment):
    program.press("Write")
    program.get("Send")
    program.type_into("To", "student@localhost")
    program.type_into("Subject", "Привет, mailscope")
    program.type_into("Text", "Hello,\n\nthis is the first message.\n\n.a line with a dot\n")
    program.press("Attach Files")
    pump(1)
    type_text(attachment)
    pump(0.5)
    key("Return")
    program.get(part="notes.txt", role="push button|button")
    room.picture("compose")
    program.press("Send")
    program.see("Sent", 30)
    program.see("Log and wire:")
    room.picture("live-session")
    program.press("Close", last=True)


def fetch(program, room):
    program.press("Fetch Mail")
    program.see("Привет, mailscope", 30)
    program.see("1 new message")
    room.picture("inbox")


def view(program, room):
    select(program, "Привет, mailscope")
    program.see("this is the first message.")
    program.see(".a line with a dot")
    program.see("notes.txt")
    room.picture("message")
    for tab, words in (("Headers", "Received:"), ("Session", "CAPA"), ("Diagram", "opens the TCP connection"),
                       ("Comparison", "no difference")):
        program.press(tab)
        program.see(words)
        if tab == "Session":
            select(program, "CAPA")
            program.see("RFC 2449")
        room.picture("message-" + tab.lower())
    program.press("Message")


def reply(program, room):
    program.press("Reply")
    program.get("Send")
    expect(program.text_of("Subject") == "Re: Привет, mailscope", "the subject of the reply", program.text_of("Subject"))
    expect("> this is the first message." in program.text_of("Text"), program.text_of("Text"))
    expect("student@localhost" in program.text_of("To"), program.text_of("To"))
    room.picture("reply")
    key("ctrl+w")
    pump(1)


def delete(program, room):
    program.press("Delete")
    program.see("Message deleted")
    room.picture("deleted")
    program.press("Undo")
    program.see("Привет, mailscope")
    expect(len(stored(room)) == 1, "the message is gone though it was brought back")


def stored(room):
    return [name for place in ("new", "cur") for name in os.listdir(os.path.join(room.home, "mail", place))]


TESTS = {name[5:]: value for name, value in list(globals().items()) if name.startswith("test_")}


def main():
    words = sys.argv[1:]
    pictures = None
    if "--pictures" in words:
        at = words.index("--pictures")
        pictures = os.path.abspath(words[at + 1])
        os.makedirs(pictures, exist_ok=True)
        del words[at:at + 2]
    program, names = os.path.abspath(words[0]), words[1:] or list(TESTS)
    folder, failed = os.environ["MAILSCOPE_TEST_FOLDER"], 0
    for name in names:
        room = Room(program, folder, name, pictures)
        begin = time.monotonic()
        try:
            TESTS[name](room)
            print(f"window: {name}: passed ({time.monotonic() - begin:.1f} s)", flush=True)
        except Exception as wrong:  # pylint: disable=broad-except
            failed += 1
            print(f"window: {name}: FAILED: {wrong}", flush=True)
            if not isinstance(wrong, Failed):
                traceback.print_exc(file=sys.stdout)
            print(room.said()[-3000:])
    print(f"window: {len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
