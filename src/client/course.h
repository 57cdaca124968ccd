/* client/course.h: the course of a session in either protocol: rows of steps, walked from the
 * connection to where messages can be asked for or sent, or to where it shall end early. */
#ifndef CLIENT_COURSE_H
#define CLIENT_COURSE_H

#include "client/conversation.h"
#include "client/login.h"

/* Where a session is. */
enum course_at {
	COURSE_CONNECT,
	COURSE_GREETING,
	COURSE_OFFERS,   /* EHLO; CAPA */
	COURSE_STARTTLS, /* STLS */
	COURSE_TLS,
	COURSE_LOGIN,
	COURSE_READY,
	COURSE_QUIT,
	COURSE_FAILED,
	COURSE_OWN, /* from here on the protocol's own */
};

struct course;

struct course_step {
	const char *verb; /* that is said; NULL: none */
	const char *name; /* for failures, when there is no verb */
	int good;         /* the first digit of a good reply (RFC 5321 4.2.1) */
	int seconds;      /* until it is answered */
	int stage;        /* that is reached by it, of COURSE_READY: that is next; 0: none */
	/* Says it, hears the reply, and tells where the session is then. NULL: it is not on the way
	 * to COURSE_READY. */
	int (*run)(struct course *course);
};

/* What the protocols do differently. */
struct course_plan {
	enum mail_protocol protocol;
	const struct conversation_language *language;
	const struct course_step *steps; /* by enum course_at, and the protocol's own behind it */
	enum fail_code (*fail_code)(const struct reply *reply); /* which failure a refusal is */
	/* Forgets what is known of the server: TLS has begun (RFC 3207 4.2, RFC 2595 4). */
	void (*forget)(struct course *course);
	void (*quit)(struct course *course);
};

/* Begins the protocol's own struct: the plan's functions get this. */
struct course {
	const struct course_plan *plan;
	struct conversation conversation;

	struct course_wants wants; /* stages are numbered in the order of a session */
	bool is_greeted, is_ready;
	bool is_closed;   /* the connection has ended */
	bool cannot_quit; /* QUIT would be no command here */
	bool has_tls;
};

void course_init(struct course *course, struct connection *connection,
	const struct course_plan *plan, const struct course_wants *wants);
void course_fini(struct course *course);

/* The stage of a name in a protocol's list, which ends with NULL; 0: it has none, or name is NULL.
 */
int course_stage(const char *const *names, const char *name);

/* The command of a step. */
struct command course_command(const struct course *course, int at);

/* Says the command's verb and, unless NULL, a blank and its arguments; see conversation_say(). */
enum step course_say(struct course *course, const struct command *command, const char *arguments);

/* Whether the last reply is a good one to this step. */
bool course_is_good(const struct course *course, int at);

/* The last reply refuses what was said: fills the failure. COURSE_FAILED */
int course_refused(struct course *course, const char *what);

/* Steps that are the same in both protocols. */
int course_connect(struct course *course);
int course_say_starttls(struct course *course);
int course_begin_tls(struct course *course);

/* Where the session goes once the server's offers are known: to TLS, if it is wanted and not there,
 * then to the login. */
int course_after_offers(struct course *course, bool is_tls_offered);

/* From the open connection to COURSE_READY. STEP_MORE: ended early, as asked. */
enum step course_begin(struct course *course);

/* Whether the session is to end behind this stage, or should have ended before it: has ended, then.
 */
bool course_ends(struct course *course, int stage);
bool course_ends_before(struct course *course, int stage);

/* Whether the stage may begin; else the failure or, the session having ended as asked, STEP_MORE.
 */
enum step course_check_ready(struct course *course, int stage);

/* Whether QUIT would be heard; what was said before is answered. */
bool course_can_quit(struct course *course);

/* Ends the connection in order. */
void course_close(struct course *course);

#endif
