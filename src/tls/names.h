/* tls/names.h: what the protocol's numbers are called, as Wireshark's packet list has it. */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include "tls/tls.h"

/* RFC 8446 4, RFC 5246 7.4 and the messages of other RFCs; NULL for an unknown type. */
const char *names_handshake(uint8_t type);

/* For a record that ends before its first message does: "[Certificate Fragment]". */
const char *names_fragment(uint8_t type);

/* "Alert (Level: Fatal, Description: Handshake Failure)" (RFC 8446 6). */
const char *names_alert(uint8_t level, uint8_t description);

/* RFC 6520 4: "Heartbeat Request", "Heartbeat Response"; NULL for an unknown type. */
const char *names_heartbeat(uint8_t type);

#endif
