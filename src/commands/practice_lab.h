/* commands/practice_lab.h: what a practice server finds in its mail folder, and leaves there: users
 * with passwords, the authority's certificate, the ports. */
#ifndef COMMANDS_PRACTICE_LAB_H
#define COMMANDS_PRACTICE_LAB_H

#include "commands/option_table.h"
#include "practice/house.h"

struct practice_options {
	struct text_list listen;
	bool is_really;
	const char *ports[4]; /* by enum lab_port; NULL: the default */
	bool no_tls;
	const char *mail, *accounts_file;
	struct text_list accounts;
	bool is_any;
	const char *ca_out, *ports_out, *keylog;
	struct text_list scripts, faults;
	uint64_t size, once, sessions;
	const char *host;
	const char *folder, *interface; /* of what is kept */
	int capture;                    /* 1: on, 2: off */
	bool no_secrets, no_diagram;
	bool needs_login, needs_tls, allows_clear, is_synced, is_quiet;
};

enum lab_port { LAB_SMTP, LAB_SMTPS, LAB_POP3, LAB_POP3S, LAB_PORTS };
extern const char *const lab_port_names[LAB_PORTS]; /* "smtp" */

/* The mail folder, made where it is not (0700), and locked against a second server. */
struct lab {
	char *folder;
	int lock;
	char *ca_file;
	uint16_t ports[LAB_PORTS]; /* 0: closed */
};

/* STEP_FAIL: FAIL_WRITE, FAIL_TEMPORARY (another server has it). lab_close() in any case. */
enum step lab_open(struct lab *lab, const struct practice_options *options, struct fail *fail);
void lab_close(struct lab *lab);

/* The users that were asked for, else student and teacher. A password that no file gives is made,
 * and kept in FOLDER/USER.password. */
enum step lab_users(const struct lab *lab, const struct practice_options *options,
	struct accounts *accounts, struct fail *fail);

/* Writes the ports, one "NAME NUMBER" a line, as a whole. */
enum step lab_write_ports(const struct lab *lab, const char *path, struct fail *fail);

/* Prints to standard output where the server is, and what to type to reach it. */
void lab_say(const struct lab *lab, const struct practice_options *options,
	const struct accounts *accounts);

#endif
