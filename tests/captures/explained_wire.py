"""The sessions of `explained` with records of TLS, and those whose packets are explained."""
from explained_dialogue import FRONT, GREETED, HELLO

HANDSHAKE = {"hello-request": 0, "client-hello": 1, "server-hello": 2, "hello-verify-request": 3, "new-session-ticket": 4,
             "end-of-early-data": 5, "hello-retry-request": 6, "encrypted-extensions": 8, "certificate": 11, "server-key-exchange": 12,
             "certificate-request": 13, "server-hello-done": 14, "certificate-verify": 15, "client-key-exchange": 16, "finished": 20,
             "client-certificate-url": 21, "certificate-status": 22, "supplemental-data": 23, "key-update": 24,
             "compressed-certificate": 25}
ALERTS = {"close-notify": 0, "end-of-early-data": 1, "unexpected-message": 10, "bad-record-mac": 20, "decryption-failed": 21,
          "record-overflow": 22, "decompression-failure": 30, "handshake-failure": 40, "no-certificate": 41, "bad-certificate": 42,
          "unsupported-certificate": 43, "certificate-revoked": 44, "certificate-expired": 45, "certificate-unknown": 46,
          "illegal-parameter": 47, "unknown-ca": 48, "access-denied": 49, "decode-error": 50, "decrypt-error": 51,
          "export-restriction": 60, "protocol-version": 70, "insufficient-security": 71, "internal-error": 80,
          "inappropriate-fallback": 86, "user-canceled": 90, "no-renegotiation": 100, "missing-extension": 109,
          "unsupported-extension": 110, "certificate-unobtainable": 111, "unrecognized-name": 112,
          "bad-certificate-status-response": 113, "bad-certificate-hash-value": 114, "unknown-psk-identity": 115,
          "certificate-required": 116, "no-application-protocol": 120, "ech-required": 121, "other": 200}
STARTED = HELLO + "C: STARTTLS\nS: 220 go\n"
RECORDS = {"change-cipher-spec": (20, "01"), "application-data": (23, "00" * 40), "heartbeat-request": (24, "010010" + "00" * 32),
           "heartbeat-response": (24, "020010" + "00" * 32)}


def escaped(octets):
    return "".join("\\x%02x" % octet for octet in octets)


def record(kind, body):
    return bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body


def server_hello():
    """of TLS 1.2: from here on names are those of RFC 5246"""
    return record(22, bytes([2, 0, 0, 38, 3, 3]) + bytes(32) + bytes([0, 0xc0, 0x2f, 0]))


def tls(*records):
    return STARTED + "".join("S: %s\\c\n" % escaped(one) for one in records)


def server_hello_13():
    """likewise, with the extension that says TLS 1.3 (RFC 8446 4.2.1)"""
    return record(22, bytes([2, 0, 0, 46, 3, 3]) + bytes(32) + bytes([0, 0x13, 0x01, 0, 0, 6, 0, 0x2b, 0, 2, 3, 4]))


# Behind a Server Hello: what no handshake of two good ends has.
BROKEN = {
    "encrypted-handshake-message": [record(22, b"\xff" * 40)],
    "encrypted-alert": [record(21, bytes(26))],
    "encrypted-heartbeat": [record(24, b"\xff" * 40)],
    "handshake-continued": [record(22, bytes([11, 0, 1, 0]) + bytes(20)), record(22, bytes(20))],
    "malformed-packet": [record(22, b"")],
    "fragment": [record(22, bytes([11, 0, 1, 0]) + bytes(20))],
    "certificate-request": [record(22, bytes([13, 0, 0, 0]))],
    "ignored-unknown-record": [b"\xee" * 30],
}
# Both ends are real; the keys stand in the capture, so that what TLS 1.3 seals has its names.
REAL_13 = ("tls 1.3 TLS_AES_128_GCM_SHA256 name=mail.example tickets=1\nflight C\nflight S\nflight C\nflight S\n"
           "C: EHLO client.example\nS: 250 mail.example\n")


def tls_session(name):
    if name in HANDSHAKE:
        return tls(record(22, bytes([HANDSHAKE[name], 0, 0, 0])))
    if name in RECORDS:
        kind, body = RECORDS[name]
        return tls(server_hello(), record(kind, bytes.fromhex(body)))
    if name == "continuation-data":
        return tls(server_hello_13(), b"\xee" * 30)
    return tls(server_hello(), *BROKEN[name]) if name in BROKEN else None


def tls13_session(name):
    if name in BROKEN:
        return tls(server_hello_13(), *BROKEN[name])
    if name == "application-data":
        return STARTED + REAL_13
    return "secrets\n" + STARTED + REAL_13


ENDING = "C: QUIT\nS: 221 bye\n"
# What of a connection shows a flag or a phase.
SEGMENTS = {
    "tcp.flag.psh": GREETED + "C: EHLO \\c\nC: client.example\nS: 250 mail.example\n",
    "tcp.flag.rst": HELLO + "rst C\n",
    "tcp.flag.urg": HELLO + "[urg] ack C\n",
    "tcp.flag.ece": HELLO + "[ece] ack C\n",
    "tcp.flag.cwr": HELLO + "[cwr] ack C\n",
    "tcp.flag.ns": HELLO + "[ae] ack C\n",
    "tcp.flag.ae": HELLO + "[ae] ack C\n",
    "tcp.phase.reset": HELLO + "rst S\n",
    "tcp.phase.retransmission": GREETED + "[as HELLO] C: EHLO client.example\n+1 again HELLO\nS: 250 mail.example\n",
    "tcp.phase.duplicate-ack": GREETED + "[hold LOST] S: 220-a\nS: 220 b\nack C\nack C\nagain LOST\n",
    "tcp.phase.out-of-order": "connect\n[hold LATE] S: 220-mail.example\nS: 220 ESMTP\nagain LATE\n",
    "tcp.phase.zero-window": HELLO + "window C 0\nack C\n",
    "tcp.phase.keep-alive": HELLO + "+60 keep-alive C\nack S\n",
    "tcp.phase.gap": GREETED + "[drop] C: EHLO client.example\nS: 250 mail.example\nC: NOOP\nS: 250 ok\n",
}


def session_of(row):
    """the script; None: nothing here knows the id"""
    front, _, name = row.id.split(".", 2)
    if front == "tcp":
        return FRONT % 25 + SEGMENTS.get(row.id, HELLO) + ENDING * (row.id not in SEGMENTS)
    if row.id.startswith("tls.alert."):
        return FRONT % 25 + tls(record(21, bytes([2, ALERTS[name]])))
    script = tls_session(name) if front == "tls" else tls13_session(name)
    return script and FRONT % 25 + script
