/* window/work.h: sessions held in a thread of their own; the window hears of them in its own. */
#ifndef WINDOW_WORK_H
#define WINDOW_WORK_H

#include "base/chunk.h"
#include "client/account.h"
#include "client/smtp_client.h"
#include "live/hold.h"

#include <gio/gio.h>

enum work_kind {
	WORK_SEND,
	WORK_FETCH,
	WORK_TRY_SMTP, /* logs in, and goes */
	WORK_TRY_POP3,
};

/* What is to be done; all of it is freed with the work. */
struct work_order {
	enum work_kind kind;
	struct account *account;
	bool has_capture;
	/* WORK_SEND */
	struct buffer message;
	char *sender;
	char **recipients; /* of compose_recipients() */
	size_t recipient_count;
};

/* A line of the dialogue, or of what happened besides. */
struct work_line {
	bool is_note, is_secret;
	enum side from;
	char *text;   /* printable */
	int64_t time; /* ns since the work began */
};

/* What became of it. */
struct work_result {
	struct live_outcome outcome;
	size_t fetched, known; /* WORK_FETCH */
	bool is_sent;          /* WORK_SEND: for one recipient at least */
	bool is_cancelled;
	struct smtp_recipient *recipients; /* as many as the order has; NULL: not WORK_SEND */
};

struct work;

/* Called in the main thread, until work_forget(). ended() is the last, and called once. */
struct work_events {
	void *context;
	void (*said)(void *context, const struct work_line *line);
	void (*progress)(void *context, const char *text, double part); /* part < 0: not known */
	void (*ended)(void *context, struct work *work);
};

struct work *work_start(const struct work_order *order, const struct work_events *events);
void work_cancel(struct work *work);

/* Nobody hears of it any more; when it is done it frees itself. NULL is fine. */
void work_forget(struct work *work);

/* In ended(), and until work_forget(). */
const struct work_result *work_result(const struct work *work);
const struct work_order *work_order(const struct work *work);

/* What went wrong and what to do about it, to be freed; NULL: nothing did. */
char *work_trouble(const struct work *work);

/* Asks the user for a password, in a window; set by the application. Calls work_answer(). */
struct work_question {
	struct work *work;
	char *user, *host;
};
extern void (*work_on_question)(const struct work_question *question);
void work_answer(struct work *work, const char *secret);

#endif
