/* client/connection_parts.h: what the parts of a connection share; for them alone. */
#ifndef CLIENT_CONNECTION_PARTS_H
#define CLIENT_CONNECTION_PARTS_H

#include "base/limits.h"
#include "client/connection.h"

#include <openssl/ssl.h>

struct connection {
	struct connection_options options; /* its texts are copies */
	char *host, *name;                 /* host without brackets; "host:port" */
	char *reference;                   /* the name that the certificate must bear */
	struct sockaddr_storage addresses[LIMIT_ADDRESSES];
	size_t address_count;
	int socket; /* -1: none */
	struct connection_ends ends;
	struct connection_tls tls;
	BIO_METHOD *method;
	SSL_CTX *context;
	SSL *ssl;             /* NULL: in clear */
	struct buffer unread; /* what the server said and nobody has taken yet */
	/* The same before TLS is opened: while a record is half sent OpenSSL must not read, since
	 * it would answer a KeyUpdate (RFC 8446 4.6.3) between the halves. */
	struct buffer sealed;
	bool is_half_sent;
	uint64_t sent;       /* octets that the socket took, those of TLS too */
	int error;           /* errno of the socket's last failure */
	struct fail refusal; /* why the certificate is not trusted */
	bool has_ended;      /* the server's side has: nothing more comes */
	bool is_broken;      /* nothing more can be said */
	bool is_at_end;      /* the socket gave its end, whatever TLS said */
	bool is_closing;     /* cancelling no longer matters */
};

/* What an attempt to move octets came to. */
enum move {
	MOVE_DONE,      /* some were moved */
	MOVE_WAITS_IN,  /* not before the socket can be read */
	MOVE_WAITS_OUT, /* not before it can be written */
	MOVE_END,       /* the server has ended its side */
	MOVE_FAIL,      /* error says why; 0: TLS failed */
};

/* Milliseconds of a clock that only goes on. */
int64_t connection_clock(void);

/* What the caller allows, or less when the options do. */
int connection_patience(const struct connection *connection, int seconds);

/* Waits for events (of poll()) of the socket until the clock shows deadline. STEP_MORE: it does.
 * STEP_FAIL: cancelled. */
enum step connection_wait(
	struct connection *connection, short *events, int64_t deadline, struct fail *fail);

/* FAIL_TEMPORARY with what the socket said last. */
enum step connection_fail_socket(struct connection *connection, struct fail *fail);

/* Takes into unread, or sealed, whatever can be had at once, up to the limit. */
enum move connection_hear(struct connection *connection);

/* The socket as it is; failures are left in error. */
enum move connection_socket_receive(
	struct connection *connection, uint8_t *at, size_t size, size_t *got);
enum move connection_socket_send(struct connection *connection, struct span octets, size_t *sent);

/* The same inside TLS. */
enum move connection_tls_receive(
	struct connection *connection, uint8_t *at, size_t size, size_t *got);
enum move connection_tls_send(struct connection *connection, struct span octets, size_t *sent);

/* Says close_notify, if TLS is in a state to say anything. */
void connection_tls_end(struct connection *connection);
void connection_tls_fini(struct connection *connection);

/* FAIL_PROTOCOL with OpenSSL's reason. */
enum step connection_tls_fail(struct connection *connection, const char *what, struct fail *fail);

#endif
