"""The sessions of `explained` that speak SMTP or POP3 in clear."""
import re

FRONT = "client 192.0.2.10:40000\nserver 198.51.100.25:%d\n"
GREETED = "connect\nS: 220 mail.example ESMTP\n"
HELLO = GREETED + "C: EHLO client.example\nS: 250 mail.example\n"
MAIL = "C: MAIL FROM:<ann@client.example>\nS: 250 ok\n"
RCPT = "C: RCPT TO:<bob@mail.example>\nS: 250 ok\n"
POP3 = "connect\nS: +OK ready\n"
LOGIN = POP3 + "C: USER ann\nS: +OK\nC: PASS open sesame\nS: +OK\n"
TEXT = "C: Subject: x\\r\\n\\r\\nx\\r\\n.\n"
SAID = {"MAIL": "MAIL FROM:<ann@client.example>", "RCPT": "RCPT TO:<bob@mail.example>", "AUTH": "AUTH PLAIN", "BDAT": "BDAT 0 LAST",
        "XEXCH50": "XEXCH50 10 2", "EHLO": "EHLO client.example", "HELO": "HELO client.example", "LHLO": "LHLO client.example",
        "BURL": "BURL imap://a/b LAST", "TOP": "TOP 1 0", "RETR": "RETR 1", "DELE": "DELE 1", "APOP": "APOP ann " + "0" * 32}
CODES = {"DATA": "550", "STARTTLS": "454", "X-ANONYMOUSTLS": "550", "AUTH": "504", "XEXCH50": "550"}


def command(verb):
    return "C: %s\n" % SAID.get(verb, verb + " x" if verb in ("VRFY", "EXPN", "USER", "PASS", "LANG") else verb)


def reply_session(row):
    """the row's reply behind the command that it answers"""
    code, after = re.fullmatch(r"smtp\.reply\.(\w+?)(?:\.(.+))?", row.id).groups()
    code = code.replace("yz", "99")
    answer = "S: %s x\n" % code
    after = (after or ("noop" if code != "250" else "help")).upper()
    if after == "GREETING":
        return "connect\n" + answer
    if after in ("EHLO", "HELO", "LHLO"):
        return GREETED + command(after) + answer
    if after == "END":
        return HELLO + MAIL + RCPT + "C: DATA\nS: 354 go\n" + TEXT + answer
    start = {"RCPT": HELLO + MAIL, "DATA": HELLO + MAIL + RCPT, "BDAT": HELLO + MAIL + RCPT, "BURL": HELLO + MAIL + RCPT}
    if code == "334":
        after = "AUTH"
    return start.get(after, HELLO) + command(after) + answer


def pop3_session(row):
    _, what, name = row.id.split(".", 2) if row.id.count(".") > 1 else row.id.split(".") + [""]
    if what == "capa":
        return POP3 + "C: CAPA\nS: +OK\nS: %s\nS: .\n" % row.name
    if what == "code":
        return POP3 + "C: USER ann\nS: +OK\nC: PASS x\nS: -ERR [%s] no\n" % row.name
    verb = name.upper()
    if verb == "GREETING":
        return "connect\nS: %s mail.example POP3 ready\nC: QUIT\nS: +OK\n" % ("+OK" if what == "ok" else "-ERR")
    start = LOGIN if verb in "STAT LIST UIDL RETR TOP DELE NOOP RSET LAST XTND QUIT".split() else POP3
    if verb == "PASS":
        start += "C: USER ann\nS: +OK\n"
    answer = "S: %s\n" % ("-ERR no" if what == "err" or verb in ("STLS", "AUTH") and what == "verb" else "+OK 1 2")
    if what in ("ok", "err") and not verb:
        return LOGIN + "C: XYZZY\n" + answer
    many = "S: .\n" if what == "ok" and verb in "LIST UIDL RETR TOP CAPA LANG".split() else ""
    return start + command(verb) + answer + many


def step_session(row, port):
    name, number = re.fullmatch(r"sasl\.step\.(.+)\.(\d+)", row.id).groups()
    name = {"scram": "scram-sha-256"}.get(name, name).upper()
    first = {"PLAIN", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2", "EXTERNAL", "ANONYMOUS", "NTLM", "GSSAPI", "OTP"}
    lines = ["C: AUTH " + name] + (["S: 334 \\c", "S: \\r\\n\\c"] if name in first else [])
    side = "C" if name in first else "S"
    for _ in range(int(number)):
        lines.append("%s: %seA==" % (side, "334 " if side == "S" else ""))
        side = "S" if side == "C" else "C"
    return FRONT % port + HELLO + "\n".join(lines) + "\n"


# Marks, and what is no word of a command or reply.
MARKS = {
    "smtp.data": FRONT % 25 + HELLO + MAIL + "C: DATA\nS: 503 no recipient\nC: .\nS: 500 what?\n",
    "smtp.text": FRONT % 25 + HELLO + MAIL + RCPT + "C: DATA\nS: 354 go\n" + TEXT + "S: 250 taken\n",
    "smtp.cancel": FRONT % 25 + HELLO + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 501 given up\n",
    "smtp.empty": FRONT % 25 + HELLO + "C: AUTH EXTERNAL =\nS: 235 welcome\n",
    "pop3.challenge": FRONT % 110 + POP3 + "C: AUTH PLAIN\nS: + \nC: AGFubgB4\nS: +OK\n",
    "pop3.text": FRONT % 110 + LOGIN + "C: RETR 1\nS: +OK\nS: Subject: x\\r\\n\\r\\nx\\r\\n.\n",
    "sasl.apop": FRONT % 110 + POP3 + "C: AUTH APOP\nS: -ERR no\n",
}


def session_of(row):
    """the script; None: nothing here knows the id"""
    if row.id in MARKS:
        return MARKS[row.id]
    if row.id.startswith("smtp.verb."):
        return FRONT % 25 + HELLO + command(row.name) + "S: %s x\n" % CODES.get(row.name, "250")
    if row.id.startswith("smtp.reply."):
        return FRONT % 25 + reply_session(row)
    if row.id.startswith("smtp.ehlo."):
        return FRONT % 25 + GREETED + "C: EHLO client.example\nS: 250-mail.example\nS: 250 %s\n" % row.name
    if row.id.startswith("smtp.mail."):
        return FRONT % 25 + HELLO + "C: MAIL FROM:<ann@client.example> %s=1\nS: 250 ok\n" % row.name
    if row.id.startswith("smtp.rcpt."):
        return FRONT % 25 + HELLO + MAIL + "C: RCPT TO:<bob@mail.example> %s=1\nS: 250 ok\n" % row.name
    if row.id.startswith("status."):
        return FRONT % 25 + HELLO + "C: VRFY x\nS: 550 5%s no\n" % row.name[1:]
    if row.id.startswith("sasl.step."):
        return step_session(row, 25)
    if row.id.startswith("sasl."):
        return FRONT % 25 + HELLO + "C: AUTH %s\nS: 504 no\n" % row.name
    if row.id.startswith("pop3."):
        return FRONT % 110 + pop3_session(row)
    return None
