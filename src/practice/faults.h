/* practice/faults.h: the fault script in one session: counts what comes, and says which rules hold.
 */
#ifndef PRACTICE_FAULTS_H
#define PRACTICE_FAULTS_H

#include "practice/script.h"
#include "practice/talk.h"

struct faults {
	const struct script *script; /* NULL: no rules */
	enum mail_protocol protocol;
	uint64_t session;
	uint32_t *counts; /* of each rule's place */
};

/* session: its number among those of its protocol, from 1. */
void faults_init(struct faults *faults, const struct script *script, enum mail_protocol protocol,
	uint64_t session);
void faults_fini(struct faults *faults);

/* What the rules want at a place; of several replies and ends the first holds, delays add up. */
struct faults_met {
	const struct rule *reply, *end;
	uint64_t delay;
	struct span say[4];
	size_t say_count;
};

/* The session has come to the place (RULE_AT), or has answered there (RULE_AFTER). */
struct faults_met faults_meet(struct faults *faults, enum rule_when when, const char *place);

/* The last rule that sets this for the session; NULL: none. */
const struct rule *faults_setting(const struct faults *faults, enum rule_act act);

/* What the script says of a keyword: its rule of RULE_OFFER or RULE_OFFER_NO; NULL: nothing. */
const struct rule *faults_offer(const struct faults *faults, const char *keyword);

/* Puts the settings that concern the carrier of octets into talk. */
void faults_set_up(const struct faults *faults, struct talk *talk);

#endif
