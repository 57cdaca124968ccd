/* practice/script.h: the fault script: rules that make the practice server misbehave, the same way
 * each time. Its grammar stands in docs/practice.md. */
#ifndef PRACTICE_SCRIPT_H
#define PRACTICE_SCRIPT_H

#include "base/buffer.h"
#include "base/fail.h"
#include "mail/vocabulary.h"

/* Whose sessions a rule is for, as a set. */
enum rule_side { RULE_SMTP = 1 << MAIL_SMTP, RULE_POP3 = 1 << MAIL_POP3, RULE_BOTH = 3 };

enum rule_when {
	RULE_ALWAYS, /* a setting of the whole session */
	RULE_AT,     /* in place of what the server would do, or before it */
	RULE_AFTER,  /* behind its reply */
};

enum rule_act {
	RULE_REPLY,       /* text in place of the reply; the command is not carried out */
	RULE_DELAY,       /* value: milliseconds before the reply */
	RULE_CLOSE,       /* the connection ends, without a reply */
	RULE_RESET,       /* the same, by TCP RST */
	RULE_SAY,         /* text, as it is, beside the replies */
	RULE_OFFER,       /* the keyword, with text */
	RULE_OFFER_NO,    /* not the keyword */
	RULE_CERTIFICATE, /* value: enum talk_certificate */
	RULE_UNSTUFFED,   /* RETR without dot-stuffing */
	RULE_OCTETS,      /* value: the size that RETR's reply tells */
	RULE_BARE_LF,     /* replies end in LF */
	RULE_SPLIT,       /* value: octets of a segment */
	RULE_INJECT,      /* text in the clear behind the reply to STARTTLS and STLS */
	RULE_REFUSE_LF,   /* messages with bare LF are refused */
	RULE_ACTS,
};

struct rule {
	unsigned sides; /* enum rule_side */
	enum rule_when when;
	enum rule_act act;
	uint64_t session; /* of its protocol, from 1; 0: every one */
	uint64_t number;  /* the how manyeth of the place in the session; 0: every one */
	char place[24];   /* a verb or keyword in upper case, "GREETING", "MESSAGE" */
	struct span text; /* the script's */
	uint64_t value;
};

struct script;

struct script *script_new(void);
void script_free(struct script *script);

/* Adds the rules of text, one a line. STEP_FAIL: FAIL_USAGE, "WHERE:LINE:COLUMN: WHAT"; the rules
 * before it are there. */
enum step script_add(struct script *script, const char *where, struct span text, struct fail *fail);

/* The same of a file (FAIL_OPEN). */
enum step script_read(struct script *script, const char *path, struct fail *fail);

const struct rule *script_rules(const struct script *script, size_t *count);

#endif
