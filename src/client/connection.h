/* client/connection.h: a connection to a mail server: in clear, inside TLS at once, or from
 * STARTTLS on. */
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include "base/buffer.h"
#include "base/fail.h"
#include "client/tap.h"
#include "client/trust.h"

#include <sys/socket.h>

struct connection_options {
	const char *host; /* a name, or an address with or without brackets */
	uint16_t port;
	int family;          /* AF_UNSPEC, AF_INET, AF_INET6 */
	int connect_seconds; /* for each address; 0: 30 */
	int most_seconds;    /* no wait is longer, whatever a call allows; 0: as the call says */
	int cancel; /* a descriptor: when it is readable, whatever waits, or goes on long, ends;
		       -1: none */
	struct trust trust;
	struct tap tap;
};

/* How the client and the server are called on the wire; family AF_UNSPEC: not connected. */
struct connection_ends {
	struct sockaddr_storage local, remote;
};

/* What TLS came to. Texts live as long as the connection; empty: no TLS yet. */
struct connection_tls {
	bool is_on, is_verified;
	const char *version, *cipher; /* "TLSv1.3", "TLS_AES_256_GCM_SHA384" */
};

struct connection;

/* Texts of the options are copied. Nothing is done on the network yet. */
struct connection *connection_new(const struct connection_options *options);
void connection_free(struct connection *connection);

/* Looks the host up. STEP_FAIL: FAIL_UNAVAILABLE. */
enum step connection_resolve(struct connection *connection, struct fail *fail);

/* The addresses that will be tried, in this order; valid once resolved. */
size_t connection_address_count(const struct connection *connection);
const struct sockaddr_storage *connection_address(const struct connection *connection, size_t i);

/* Connects, to the first address that answers (RFC 8305: a later address is tried when an earlier
 * one has been silent for a quarter of a second). STEP_FAIL: FAIL_UNAVAILABLE, naming what each
 * address said, or FAIL_TEMPORARY when cancelled. */
enum step connection_open(struct connection *connection, struct fail *fail);

/* In place of these: takes a stream socket that is connected already, and is the connection's from
 * now on. */
void connection_adopt(struct connection *connection, int socket);

/* Begins TLS and checks the certificate. Octets that came in clear behind the reply to STARTTLS and
 * are not taken yet are an injection (RFC 3207 6, CVE-2011-0411): FAIL_PROTOCOL. A certificate that
 * is not trusted: FAIL_DENIED, the text saying which name was tried against which names; the chain
 * goes to the tap as notes. */
enum step connection_secure(struct connection *connection, int seconds, struct fail *fail);

/* Sends all of it; what the server says meanwhile is kept for connection_read(), so that two full
 * windows cannot wait for each other (RFC 2920 3.1). seconds: without any progress. STEP_FAIL:
 * FAIL_TEMPORARY (time, cancelled, closed by the server). */
enum step connection_write(struct connection *connection, struct span octets, bool is_secret,
	int seconds, struct fail *fail);

/* Appends what came, at least one octet. STEP_MORE: the server has closed. STEP_FAIL: as above. */
enum step connection_read(
	struct connection *connection, struct buffer *in, int seconds, struct fail *fail);

/* Ends TLS and the connection so that the capture shows a whole end: hears the server out, for a
 * second at most. */
void connection_close(struct connection *connection);

/* Ends it at once, as if the cable had been pulled: no close_notify, a RST. */
void connection_drop(struct connection *connection);

struct connection_tls connection_tls(const struct connection *connection);
struct connection_ends connection_ends(const struct connection *connection);

/* "host:port", as the user named it. */
const char *connection_name(const struct connection *connection);

/* What was written so far is whole, though no line end says so: the tap hears it. */
void connection_break(struct connection *connection);

/* To the tap's notes and guards. */
void connection_note(struct connection *connection, const char *format, ...) PRINTF_LIKE(2, 3);
void connection_guard(struct connection *connection, struct span secret);

#endif
