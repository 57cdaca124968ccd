"""The tests themselves, on the screen that run has made."""
import glob
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from desk import SLOW, Atspi, Failed, Program, click, expect, hover, key, picture, pump, type_text, until  # noqa: E402


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
    hover(250, 30)  # nothing is hidden by a hint; keys go to the window below the pointer


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
        write(program, room, "student@localhost", attachment)
        fetch(program, room)
        view(program, room, "Route: 1 hop")
        report(program, room)
        reply(program, room, "student@localhost")
        delete(program, room)


def write(program, room, to, attachment):
    program.press("Write")
    program.get("Send")
    program.type_into("To", to)
    program.type_into("Subject", "Привет, mailscope")
    program.type_into("Text", "Hello,\n\nthis is the first message.\n\n.a line with a dot\n")
    program.press("Attach Files")
    choose(program, "Attach Files", attachment)
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
    toast(program, "1 new message")
    room.picture("inbox")


def view(program, room, route):
    select(program, "Привет, mailscope")
    program.see("this is the first message.")
    program.see(".a line with a dot")
    program.see("notes.txt")
    room.picture("message")
    for tab, words in (("Headers", route), ("Session", "CAPA"), ("Diagram", "opens the TCP connection"),
                       ("Comparison", "no difference")):
        program.press(tab)
        program.see(words)
        if tab == "Session":
            select(program, "CAPA")
            program.see("RFC 2449")
        room.picture("message-" + tab.lower())
    program.press("Message")


def export(program, path, *keys):
    """Writes the report: by the keys, or by the button."""
    if keys:
        key(*keys)
    else:
        program.press("Export the Report")
    choose(program, "Export the Report", path)
    until("the report", lambda: os.path.exists(path))
    toast(program, "Report saved")


def toast(program, words):
    """What is said for some seconds; too few of them to be read with the sanitizers."""
    if SLOW == 1:
        program.see(words)


def choose(program, title, path):
    """Names the file in the dialog of that title, which asks for one."""
    until("the dialog " + title, lambda: title in program.titles())
    pump(1)
    key("ctrl+a")
    type_text(path)
    pump(0.5)
    key("Return")
    until("the dialog to go", lambda: title not in program.titles())


def report(program, room):
    """Of the message and its session, by a key."""
    path = os.path.join(room.home, "report.html")
    export(program, path, "ctrl+e")
    with open(path, encoding="utf-8") as text:
        page = text.read()
    for words in ("Привет, mailscope", "message.eml", "session.pcapng", "CAPA", "Received"):
        expect(words in page, f"the report does not say {words!r}")


def reply(program, room, to):
    program.press("Reply")
    program.get("Send")
    expect(program.text_of("Subject") == "Re: Привет, mailscope", "the subject of the reply", program.text_of("Subject"))
    expect("> this is the first message." in program.text_of("Text"), program.text_of("Text"))
    expect(to in program.text_of("To"), program.text_of("To"))
    room.picture("reply")
    key("ctrl+Return")
    program.see("Sent")
    program.press("Close", last=True)
    pump(1)


def delete(program, room):
    """By the button and by keys, undone by the toast and by keys; and then for good."""
    own, = stored(room)
    program.press("Delete")
    room.picture("deleted")
    if SLOW == 1:
        program.press("Undo")
    else:
        key("ctrl+z")
    program.see("Привет, mailscope")
    pump(1)
    expect(own in stored(room), "the message is gone though it was brought back")
    select(program, "Привет, mailscope")
    before = sessions(room)
    key("ctrl+d")  # there are ten seconds to bring it back from here
    key("F5")  # what waits to be deleted does not come back by reading the list anew
    if SLOW == 1:
        until("the fetching to end", lambda: sessions(room) > before)
    is_hidden = SLOW > 1 or shown(program) < 2
    key("ctrl+z")
    expect(is_hidden, "what was deleted is there after fetching")
    until("the message to come back", lambda: shown(program) > 1)
    pump(1)
    expect(own in stored(room), "the message is gone though it was brought back by a key")
    select(program, "Привет, mailscope")
    program.press("Delete")
    until("the message to go", lambda: own not in stored(room))


def sessions(room):
    """How many are written down to the end."""
    return len(glob.glob(os.path.join(room.home, "data/mailscope/sessions/*/comparison.txt")))


def shown(program):
    """How often its subject stands there: in the list, and above its text."""
    return len(program.all("Привет, mailscope", role="label"))


def stored(room):
    """The messages in the store, whatever their flags."""
    return [name.partition(":")[0] for place in ("new", "cur") for name in os.listdir(os.path.join(room.home, "mail", place))]


def test_capture(room):
    """A capture named on the command line: dialogue, diagram, packets, findings; from a packet to its line."""
    with room.start(os.path.join(ROOT, "captures", "smtp_3.pcapng")) as program:
        program.see("EHLO localhost")
        program.see("192.168.0.102:37518")
        select(program, "STARTTLS")
        program.see("RFC 3207")
        room.picture("capture")
        for tab, words in (("Diagram", "opens the TCP connection"), ("Packets", "217.71.131.251"),
                           ("Findings", "the dialogue is inside TLS"), ("Messages", "No message can be seen")):
            program.press(tab)
            program.see(words)
            room.picture("capture-" + tab.lower())
        export(program, os.path.join(room.home, "capture.html"))
        room.picture("capture-report")
        key("ctrl+s")
        choose(program, "Save the Diagram", os.path.join(room.home, "diagram.png"))
        until("the diagram", lambda: os.path.exists(os.path.join(room.home, "diagram.png")))
        toast(program, "Diagram saved")
    with room.start(os.path.join(ROOT, "captures", "pop3_test33.pcapng"), ADW_DEBUG_COLOR_SCHEME="prefer-dark") as program:
        program.see("QUIT")
        program.press("Diagram")
        pump(1)
        room.picture("dark")


def test_looks(room):
    """A message with a long way and its session, by keys alone, in the light and in the dark."""
    captures = os.path.join(ROOT, "captures")
    mailscope = os.path.join(os.path.dirname(room.program), "mailscope")
    sessions = os.path.join(room.home, "data", "mailscope", "sessions")
    folder = os.path.join(sessions, "pop3-1")
    for name in ("mail/cur", "mail/new", "mail/tmp"):
        os.makedirs(os.path.join(room.home, name), 0o700)
    os.makedirs(folder, 0o700)
    shutil.copy(os.path.join(captures, "received.eml"), os.path.join(room.home, "mail/cur/1668014122.M1P1.host:2,S"))
    shutil.copy(os.path.join(captures, "smtp_3.pcapng"), os.path.join(folder, "session.pcapng"))
    shutil.copy(os.path.join(captures, "smtp_3.log"), os.path.join(folder, "session.log"))
    with open(os.path.join(folder, "comparison.txt"), "wb") as out:
        subprocess.run((mailscope, "compare", os.path.join(captures, "smtp_3.log"), os.path.join(captures, "smtp_3.pcapng")),
                       stdout=out, check=False)
    with open(os.path.join(sessions, "index"), "w", encoding="ascii") as index:
        index.write("1668014122.M1P1.host\tpop3-1\n")
    room.account(1, 1)
    for style, scheme in (("light", "prefer-light"), ("dark", "prefer-dark")):
        with room.start(ADW_DEBUG_COLOR_SCHEME=scheme) as program:
            program.see("SMTP test message")
            select(program, "SMTP test message")
            for number, (tab, words) in enumerate((("text", "SMTP test message"), ("headers", "mx.google.com"),
                                                   ("session", "EHLO"), ("diagram", "opens the TCP connection"),
                                                   ("comparison", "withheld")), 1):
                key(f"alt+{number}")
                program.see(words)
                room.picture(f"{style}-{tab}")
            key("ctrl+question")
            program.see("Bring back what was deleted")
            room.picture(f"{style}-keys")
            key("Escape")
            until("the keys to go", lambda: len(program.titles()) == 1)
            key("ctrl+n")
            program.get("Send")
            room.picture(f"{style}-write")
            key("ctrl+w")
            until("the new message to go", lambda: len(program.titles()) == 1)
            key("ctrl+comma")
            program.get("Accounts")
            room.picture(f"{style}-accounts")


def test_no_capture(room):
    """What is no capture, and what is cut, is said; the window stays."""
    path = os.path.join(room.home, "cut.pcapng")
    with open(os.path.join(ROOT, "captures", "smtp_3.pcapng"), "rb") as whole, open(path, "wb") as out:
        out.write(whole.read()[:4000])
    with room.start(path) as program:
        program.see("EHLO localhost")
        program.see("cut.pcapng")
    with room.start(os.path.join(ROOT, "Makefile")) as program:
        program.see("The capture cannot be read")


class Listener:
    """A server that does as it is told, for one client after another."""

    def __init__(self, serve):
        self.serve, self.socket = serve, socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def close(self):
        self.socket.close()


def hang(client):
    client.settimeout(60)
    try:
        while client.recv(100):
            pass
    except OSError:
        pass


def refuse(client):
    client.sendall(b"-ERR [SYS/TEMP] not today\r\n")
    client.close()


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return trial.getsockname()[1]


def test_hang(room):
    """A server that says nothing: the window lives, and cancelling works at once."""
    server = Listener(hang)
    room.account(server.port, server.port)
    with room.start() as program:
        program.press("Fetch Mail")
        program.see("Fetching from 127.0.0.1")
        room.picture("fetching")
        program.press("Write")  # everything else goes on
        program.get("Send")
        key("ctrl+w")
        begin = time.monotonic()
        program.press("Cancel")
        toast(program, "Fetching was cancelled")
        expect(time.monotonic() - begin < 5 * SLOW, "cancelling took its time")
    server.close()


def test_refusals(room):
    """What a server refuses is told, with what to do."""
    server = Listener(refuse)
    cases = ((dict(smtp=server.port, pop3=server.port), "not today", "Try again later"),
             (dict(smtp=1, pop3=closed_port()), "refused", "Check the server's name and port"))
    for number, (account, says, advises) in enumerate(cases):
        room.account(**account)
        with room.start() as program:
            program.press("Fetch Mail")
            program.see("Mail could not be fetched")
            program.see(says)
            program.see(advises)
            if number == 1:
                room.picture("refused")
            program.press("Close", last=True)
    server.close()


def test_certificate(room):
    """A certificate that nobody vouches for."""
    subprocess.run(("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=wrong.example", "-keyout",
                    "key.pem", "-out", "cert.pem"), cwd=room.home, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(room.home, "cert.pem"), os.path.join(room.home, "key.pem"))

    def serve(client):
        try:
            with context.wrap_socket(client, server_side=True) as inside:
                inside.sendall(b"+OK\r\n")
                hang(inside)
        except OSError:
            pass

    server = Listener(serve)
    room.account(server.port, server.port, tls="implicit")
    with room.start() as program:
        program.press("Fetch Mail")
        program.see("Mail could not be fetched")
        program.see("certificate")
        room.picture("bad-certificate")
    server.close()


def test_many(room):
    """10,000 messages: the list is there within a second."""
    place = os.path.join(room.home, "mail", "cur")
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(room.home, "mail", name), 0o700, exist_ok=True)
    for i in range(10000):
        text = (f"From: Sender {i % 97} <s{i % 97}@example.test>\r\nTo: ann@example.test\r\nSubject: Message number {i}\r\n"
                f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{i}@example.test>\r\n\r\nHello {i}\r\n")
        with open(os.path.join(place, f"{1700000000 + i}.M{i}P1R0.host,S={len(text)}:2,S"), "w", encoding="ascii") as out:
            out.write(text)
    room.account(1, 1)
    took = opened(room)
    for _ in range(7):  # other things may go on on the machine
        if took >= 1 and SLOW == 1:
            took = min(took, opened(room))
    print(f"window: many: 10,000 messages are shown {took:.2f} s after the start of the program", flush=True)
    expect(took < 1 or SLOW > 1, f"the list took {took:.2f} s")
    with room.start() as program:
        program.see("Message number 9999")
        key("ctrl+f")
        program.type_into("Search in senders and subjects", "number 1234")
        program.see("Message number 1234")
        until("the search", lambda: not program.has("Message number 9999"))
        room.picture("search")


def opened(room):
    """Seconds from the start of the program to the whole list."""
    begin = time.monotonic()
    with room.start() as program:
        return busy(program.process.pid, begin)


def busy(process, begin):
    """Seconds until the program has nothing to do any more: its list is whole then. Accessibility would slow it."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 0.5:
        with open(f"/proc/{process}/stat", encoding="ascii") as stat:
            ticks = sum(int(number) for number in stat.read().rpartition(")")[2].split()[11:13])
        if ticks > last:
            last, since = ticks, time.monotonic()
        time.sleep(0.02)
    return since - begin


def test_draft(room):
    """What was written is there after a crash."""
    room.account(1, 1)
    with room.start() as program:
        program.press("Write")
        program.type_into("To", "bob@example.test")
        program.type_into("Subject", "Not lost")
        program.type_into("Text", "written before the crash")
        until("the draft", lambda: draft_text(room, "written before the crash"))
        program.process.kill()
        program.process.wait()
    with room.start() as program:
        program.press("Drafts")
        program.see("Not lost")
        room.picture("drafts")


def draft_text(room, text):
    folder = os.path.join(room.home, "data", "mailscope", "drafts")
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, name), encoding="utf-8") as draft:
            if text in draft.read():
                return True
    return False


def test_settings(room):
    """An account by hand; trying it shows how both sessions went."""
    with room.start() as program:
        program.press("Set Up an Account")
        program.type_into("Name", "Ann")
        program.type_into("Mail Address", "ann@example.test")
        for node, text in zip(program.all("Server", role="text"), ("127.0.0.1", "127.0.0.1")):
            Atspi.EditableText.set_text_contents(node, text)
        for node in program.all("Port", role="text"):
            Atspi.EditableText.set_text_contents(node, str(closed_port()))
        pump(0.5)
        room.picture("settings")
        program.press("Try It")
        program.see("SMTP does not work")
        program.see("POP3 does not work")
        room.picture("try")
        program.press("Back")
        program.press("Save")
        until("the account", lambda: os.path.exists(room.config))
        with open(room.config, encoding="utf-8") as text:
            expect("smtp-tls=implicit" in text.read(), "the account is not what was filled in")


def test_servers(room):
    """A whole use with a real Postfix and a real Dovecot, everything sealed by TLS. Root alone can start them."""
    sys.path.insert(0, os.path.join(ROOT, "tests", "live"))
    import servers as real  # pylint: disable=import-outside-toplevel
    if real.why_not():
        print("window: servers: not tested:", real.why_not())
        return
    attachment = os.path.join(room.home, "notes.txt")
    with open(attachment, "w", encoding="utf-8") as out:
        out.write("what is attached\n" * 20)
    to = f"alice@{real.DOMAIN}"
    with real.Servers() as servers, room.start() as program:
        program.press("Set Up an Account")
        for name, text in (("Name", "Alice"), ("Mail Address", to), ("User Name", "alice"),
                           ("Password", real.USERS["alice"]),
                           ("File of Trusted Certificates (empty: those of the system)", servers.ca)):
            program.type_into(name, text)
        for node in program.all("Server", role="text"):
            Atspi.EditableText.set_text_contents(node, "127.0.0.1")
        for node, port in zip(program.all("Port", role="text"), ("smtps", "pop3s")):
            Atspi.EditableText.set_text_contents(node, str(servers.ports[port]))
        program.press("Try It")
        program.see("SMTP works")
        program.see("POP3 works")
        program.press("Back")
        program.press("Save")
        until("the account", lambda: os.path.exists(room.config))
        until("the first window alone", lambda: not program.has("Welcome to mailscope"))
        write(program, room, to, attachment)
        until("the message at the server", lambda: servers.messages("alice"))
        fetch(program, room)
        expect(not servers.messages("alice"), "the message is still at the server")
        view(program, room, "Route: 2 hops")
        report(program, room)
        reply(program, room, to)
        until("the reply at the server", lambda: servers.messages("alice"))
        delete(program, room)
        program.see("Re: Привет, mailscope")
        key("ctrl+o")
        choose(program, "Open a Capture", os.path.join(ROOT, "captures", "smtp_3.pcapng"))
        program.see("EHLO localhost")
        export(program, os.path.join(room.home, "capture.html"), "ctrl+e")


class Maildrop:
    """A POP3 server whose messages stay; count is of the sessions that were ended by QUIT."""

    def __init__(self):
        self.messages, self.count, self.server = [], 0, Listener(self.serve)

    def add(self):
        number = len(self.messages) + 1
        self.messages.append(f"From: bob@example.test\r\nSubject: Message {number}\r\nMessage-ID: <{number}@example.test>\r\n\r\n"
                             + "A line of the text.\r\n" * 200)

    def answer(self, words):
        verb, number = words[0].upper(), int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        if verb == "STAT":
            return f"+OK {len(self.messages)} 1000\r\n"
        if verb in ("LIST", "UIDL"):
            row = (lambda i, text: f"{i} {len(text)}") if verb == "LIST" else (lambda i, text: f"{i} id{i}")
            return "+OK\r\n" + "".join(row(*pair) + "\r\n" for pair in enumerate(self.messages, 1)) + ".\r\n"
        if verb == "RETR":
            return "+OK\r\n" + self.messages[number - 1] + ".\r\n"
        return "+OK\r\n" if verb in ("USER", "PASS", "DELE", "NOOP", "QUIT") else "-ERR no\r\n"

    def serve(self, client):
        with client, client.makefile("rwb", buffering=0) as lines:
            lines.write(b"+OK\r\n")
            for line in lines:
                words = line.decode("latin-1").split()
                lines.write(self.answer(words).encode("ascii"))
                if words[0].upper() == "QUIT":
                    self.count += 1
                    return


def memory_of(process):
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) // 1024


def test_memory(room):
    """A thousand times of fetching, and a hundred of them captured: the memory does not grow with them."""
    drop = Maildrop()
    secret = os.path.join(room.home, "password")
    with open(secret, "w", encoding="ascii") as out:
        out.write("secret\n")
    os.chmod(secret, 0o600)
    for times, capture in ((1000, "false"), (100, "true")):
        room.account(1, drop.server.port, keep="true", password_file=secret)
        with open(room.config, encoding="utf-8") as text:
            account = text.read().replace("capture=false", "capture=" + capture)
        with open(room.config, "w", encoding="utf-8") as out:
            out.write(account)
        with room.start() as program:
            button = program.get("Fetch Mail")
            begin, sizes = time.monotonic(), []
            for i in range(times):
                if i % (times // 20) == 0:
                    drop.add()
                before = drop.count
                while drop.count == before:  # while one goes on another is not begun
                    button.do_action(0)
                    pump(0.02)
                if i % (times // 10) == times // 10 - 1:
                    pump(1)
                    sizes.append(memory_of(program.process.pid))
            print(f"window: memory: {times} times fetched in {time.monotonic() - begin:.0f} s, capture={capture}; "
                  f"MiB after each tenth: {' '.join(map(str, sizes))}", flush=True)
            expect(sizes[-1] - sizes[2] < 16, "memory grows", sizes)
    drop.server.close()


BY_NAME_ALONE = ("servers", "memory")  # what needs root, and what takes long
TESTS = {name[5:]: value for name, value in list(globals().items()) if name.startswith("test_")}


def main():
    words = sys.argv[1:]
    pictures = None
    if "--pictures" in words:
        at = words.index("--pictures")
        pictures = os.path.abspath(words[at + 1])
        os.makedirs(pictures, exist_ok=True)
        del words[at:at + 2]
    program, names = os.path.abspath(words[0]), words[1:] or [name for name in TESTS if name not in BY_NAME_ALONE]
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
