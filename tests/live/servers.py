"""A Postfix and a Dovecot of our own on free ports of the loopback interface, for tests: nothing under /etc or /var is
touched, nothing is relayed. They switch users, so they need root."""
import os
import random
import shutil
import signal
import socket
import string
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ADDRESS, HOST, DOMAIN = "127.0.0.1", "mail.example.test", "example.test"
USERS = {"alice": "alice-Secret1", "bob": "bob-Secret2"}
PORTS = ("smtp", "submission", "smtps", "pop3", "pop3s")
# What each allows of TLS: Dovecot's settings, Postfix's.
VERSIONS = {
    None: ("ssl_min_protocol = TLSv1.2", ">=TLSv1.2"),
    "1.2": ("ssl_min_protocol = TLSv1.2\nssl_cipher_list = ECDHE+AESGCM:ECDHE+CHACHA20", ">=TLSv1.2, <=TLSv1.2"),
    "1.3": ("ssl_min_protocol = TLSv1.3", ">=TLSv1.3"),
}


def why_not():
    """Why they cannot be started here; None when they can."""
    missing = [name for name in ("postfix", "dovecot", "openssl") if not find(name)]
    if missing:
        return "not installed: " + " ".join(missing)
    return None if os.geteuid() == 0 else "only root can start Postfix and Dovecot"


def find(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def free_ports(count):
    """So many free ports; held open together, so that no two are the same."""
    held = []
    while len(held) < count:
        trial = socket.socket()
        try:
            trial.bind((ADDRESS, random.randrange(20000, 29000)))
            held.append(trial)
        except OSError:
            trial.close()
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def make_authority(folder):
    """A CA, and a certificate of its own for the server: ca.crt, server.crt, server.key, chain.crt."""
    os.makedirs(folder)
    extension = os.path.join(folder, "server.ext")
    with open(extension, "w", encoding="ascii") as out:
        out.write(f"subjectAltName=DNS:{HOST},DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\n")

    def openssl(*words):
        subprocess.run(("openssl",) + words, cwd=folder, check=True, capture_output=True)

    for name in ("ca", "server"):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", name + ".key")
    openssl("req", "-x509", "-new", "-key", "ca.key", "-days", "30", "-subj", "/CN=mailscope test CA", "-out", "ca.crt",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", "-new", "-key", "server.key", "-subj", "/CN=" + HOST, "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", "server.ext", "-out", "server.crt")
    with open(os.path.join(folder, "chain.crt"), "w", encoding="ascii") as out:
        for name in ("server.crt", "ca.crt"):
            with open(os.path.join(folder, name), encoding="ascii") as part:
                out.write(part.read())


def is_alive(process):
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Servers:
    """Use with `with`. ports: by the names of PORTS; ca: the file to trust; mail: users' Maildirs."""

    def __init__(self, tls=None, limit=50 * 1024 * 1024):
        self.tls, self.limit = tls, limit
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        # Sockets' paths are short, and the servers' users must get through: not in TMPDIR, not 0700.
        self.folder = tempfile.mkdtemp(prefix="mailscope-live-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.ca = os.path.join(self.folder, "ca", "ca.crt")
        self.mail = os.path.join(self.folder, "mail")

    def __enter__(self):
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def prepare(self):
        make_authority(self.path("ca"))
        for folder in ("mail", "dovecot/run", "dovecot/state", "postfix/etc", "postfix/spool/private", "postfix/data"):
            os.makedirs(self.path(folder))
        shutil.chown(self.mail, "mail", "mail")
        for folder in ("postfix/data", "postfix/spool/private"):
            shutil.chown(self.path(folder), "postfix")
            os.chmod(self.path(folder), 0o700)
        users = self.path("dovecot/users")
        with open(users, "w", encoding="ascii") as out:
            for name, password in USERS.items():
                out.write(f"{name}@{DOMAIN}:{{PLAIN}}{password}::::::\n{name}:{{PLAIN}}{password}::::::\n")
        shutil.chown(users, "root", "dovecot")
        os.chmod(users, 0o640)
        self.fill("dovecot.conf", "dovecot/dovecot.conf")
        self.fill("main.cf", "postfix/etc/main.cf")
        self.fill("master.cf", "postfix/etc/master.cf")

    def fill(self, template, target):
        with open(os.path.join(HERE, "servers", template), encoding="ascii") as text:
            filled = string.Template(text.read()).substitute(
                self.ports, folder=self.folder, address=ADDRESS, host=HOST, domain=DOMAIN, limit=self.limit,
                dovecot_tls=VERSIONS[self.tls][0], postfix_tls=VERSIONS[self.tls][1],
                daemons=subprocess.run((find("postconf"), "-dh", "daemon_directory"), check=True, text=True,
                                       capture_output=True).stdout.strip())
        with open(self.path(target), "w", encoding="ascii") as out:
            out.write(filled)

    def start(self):
        for words in ((find("postfix"), "-c", self.path("postfix/etc"), "start"),
                      (find("dovecot"), "-c", self.path("dovecot/dovecot.conf"))):
            with open(self.path("start.log"), "ab") as log:
                done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
            if done.returncode != 0:
                raise RuntimeError(self.logs())
        for name, greeting in (("smtp", b"220"), ("pop3", b"+OK")):
            self.wait(name, greeting)

    def wait(self, name, greeting):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection((ADDRESS, self.ports[name]), 5) as talk:
                    if talk.recv(4).startswith(greeting):
                        return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{name} does not greet\n" + self.logs())

    def logs(self):
        said = []
        for name in ("start.log", "postfix/log", "dovecot/log"):
            if os.path.exists(self.path(name)):
                with open(self.path(name), encoding="utf-8", errors="replace") as log:
                    said += log.read().splitlines()[-20:]
        return "\n".join(said)

    def masters(self):
        for name, called in (("postfix/spool/pid/master.pid", "master"), ("dovecot/run/master.pid", "dovecot")):
            try:
                with open(self.path(name), encoding="ascii") as text:
                    process = int(text.read())
                with open(f"/proc/{process}/comm", encoding="ascii") as comm:
                    if comm.read().strip() == called:  # and no other that has got its number since
                        yield process
            except (OSError, ValueError):
                pass

    def stop(self):
        masters = list(self.masters())
        for process in masters:
            os.kill(process, signal.SIGTERM)
        end = time.monotonic() + 10
        while any(map(is_alive, masters)) and time.monotonic() < end:
            time.sleep(0.05)
        for process in filter(is_alive, masters):
            os.kill(process, signal.SIGKILL)

    def messages(self, user):
        """The messages delivered to a user, oldest first, as octets."""
        found = []
        for place in ("new", "cur"):
            folder = os.path.join(self.mail, f"{user}@{DOMAIN}", place)
            if os.path.isdir(folder):
                found += [os.path.join(folder, name) for name in os.listdir(folder)]
        texts = []
        for path in sorted(found, key=os.path.getmtime):
            with open(path, "rb") as text:
                texts.append(text.read())
        return texts

    def clear(self, user):
        """An empty mailbox; what Dovecot remembers of it goes too."""
        folder = os.path.join(self.mail, f"{user}@{DOMAIN}")
        shutil.rmtree(folder, ignore_errors=True)
        for path in [folder] + [os.path.join(folder, place) for place in ("new", "cur", "tmp")]:
            os.mkdir(path, 0o700)
            shutil.chown(path, "mail", "mail")
