/* unit/smtp_try.h: one SMTP session of the client with a scripted server, and what it comes to. */
#ifndef TESTS_UNIT_SMTP_TRY_H
#define TESTS_UNIT_SMTP_TRY_H

#include "client/smtp_client.h"
#include "mail_peer.h"

/* Pieces of scripts. */
#define GREET "S 220 mail.example ESMTP\n"
#define HELLO(offers) "C EHLO client.example\nS 250-mail.example\n" offers "S 250 HELP\n"
#define BYE "C QUIT\nS 221 2.0.0 bye\n"
#define ENVELOPE "C MAIL FROM:<a@example.org>\nS 250 ok\nC RCPT TO:<b@example.org>\nS 250 ok\n"
#define DATA "C DATA\nS 354 go\nD\nS 250 taken\n"
#define MESSAGE "Subject: x\r\n\r\ntext\r\n"

enum { TRY_RECIPIENTS = 4 };

/* What is tried. All zero but the script: the session is begun, and a message of a@example.org to
 * b@example.org is sent. */
struct smtp_try {
	const char *script;
	struct smtp_client_options options; /* hello: "client.example" */
	struct smtp_envelope envelope;      /* no recipients: as said */
	struct span message;                /* empty: MESSAGE; when is_empty: none */
	bool is_empty;
	unsigned sends; /* 0: one; SEND_NOTHING */
	void (*change)(struct connection_options *options);
	size_t split, cut;
	int version; /* of the server's TLS, at most */
};
enum { SEND_NOTHING = 99 };

struct smtp_outcome {
	enum step begin, send;
	struct fail fail;
	struct smtp_recipient results[TRY_RECIPIENTS];
	char wrong[400];  /* the server's complaint; empty: all was as in the script */
	char notes[4096]; /* the tap's */
	char said[8192];  /* by the client, as the tap heard it, and not secret */
	char order[1024];
	char guards[1024];
	char data[4096]; /* what D and B heard */
	size_t data_length;
};

struct smtp_outcome smtp_try(const struct smtp_try *what);

/* What must go well: begun, and the message taken, and all as in the script. */
struct smtp_outcome smtp_good(const struct smtp_try *what);
void smtp_good_script(const char *script);

/* What must fail so, and yet as in the script. */
struct smtp_outcome smtp_bad(const struct smtp_try *what, enum fail_code code, const char *text);
void smtp_bad_script(const char *script, enum fail_code code, const char *text);

/* A login of user "tim" with "tanstaaf". */
struct login smtp_try_login(const char *mechanism);

#endif
