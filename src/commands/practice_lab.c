#include "commands/practice_lab.h"

#include "base/language.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_LENGTH = 16, PASSWORD_MOST = 512 };

const char *const lab_port_names[LAB_PORTS] = {"smtp", "smtps", "pop3", "pop3s"};

static char *join(const char *folder, const char *name, const char *ending)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s%s", folder, name, ending) < 0)
		abort();
	return path;
}

/* $XDG_DATA_HOME/mailscope/practice */
static char *default_folder(void)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (data != NULL && data[0] == '/')
		return join(data, "mailscope/practice", "");
	return join(home != NULL ? home : ".", ".local/share/mailscope/practice", "");
}

/* All of its folders; those that are made are for the user alone. */
static bool make_folders(const char *path)
{
	char *part = memory_text(path);
	bool is_good = true;

	for (char *at = part + 1; is_good && *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		is_good = mkdir(part, 0700) == 0 || errno == EEXIST;
		*at = '/';
	}
	is_good = is_good && (mkdir(part, 0700) == 0 || errno == EEXIST);
	free(part);
	return is_good;
}

/* The path as it can be typed anywhere. */
static void make_absolute(char **path)
{
	char *whole = realpath(*path, NULL);

	if (whole == NULL)
		return;
	free(*path);
	*path = whole;
}

enum step lab_open(struct lab *lab, const struct practice_options *options, struct fail *fail)
{
	char *lock;

	*lab = (struct lab){.lock = -1};
	lab->folder = options->mail != NULL ? memory_text(options->mail) : default_folder();
	if (!make_folders(lab->folder))
		return fail_set(fail, FAIL_WRITE, "%s: cannot make the folder: %s", lab->folder,
			language_error(errno));
	make_absolute(&lab->folder);
	lab->ca_file = options->ca_out != NULL ? memory_text(options->ca_out)
					       : join(lab->folder, "ca.pem", "");
	lock = join(lab->folder, ".lock", "");
	lab->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(lock);
	if (lab->lock < 0)
		return fail_set(fail, FAIL_WRITE, "%s: cannot write in it: %s", lab->folder,
			language_error(errno));
	if (flock(lab->lock, LOCK_EX | LOCK_NB) != 0)
		return fail_set(fail, FAIL_TEMPORARY,
			"%s: another practice server has it: name another folder with --mail",
			lab->folder);
	return STEP_DONE;
}

void lab_close(struct lab *lab)
{
	if (lab->lock >= 0)
		close(lab->lock);
	free(lab->folder);
	free(lab->ca_file);
	*lab = (struct lab){.lock = -1};
}

/* The first line of a password's file; false: there is none. */
static bool read_password(const char *path, char *password)
{
	FILE *file = fopen(path, "re");
	bool is_good = file != NULL && fgets(password, PASSWORD_MOST, file) != NULL;

	if (file != NULL)
		fclose(file);
	if (is_good)
		password[strcspn(password, "\r\n")] = '\0';
	return is_good && password[0] != '\0';
}

static void make_password(char *password)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t chance[PASSWORD_LENGTH];

	if (RAND_bytes(chance, sizeof chance) != 1)
		abort();
	for (size_t i = 0; i < PASSWORD_LENGTH; i++)
		password[i] = letters[chance[i] % 32];
	password[PASSWORD_LENGTH] = '\0';
	OPENSSL_cleanse(chance, sizeof chance);
}

static enum step write_password(const char *path, const char *password, struct fail *fail)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t length = strlen(password);
	bool is_good = descriptor >= 0 && write(descriptor, password, length) == (ssize_t)length &&
		       write(descriptor, "\n", 1) == 1;

	if (descriptor >= 0 && close(descriptor) != 0)
		is_good = false;
	if (is_good)
		return STEP_DONE;
	return fail_set(fail, FAIL_WRITE, "%s: cannot write: %s", path, language_error(errno));
}

/* The kept password of a name, or a new one that is kept. */
static enum step settle_password(
	const struct lab *lab, const char *name, char *password, struct fail *fail)
{
	char *path = join(lab->folder, name, ".password");
	enum step step = STEP_DONE;

	if (!read_password(path, password)) {
		make_password(password);
		step = write_password(path, password, fail);
	}
	free(path);
	return step;
}

static enum step add_user(
	const struct lab *lab, struct accounts *accounts, const char *name, struct fail *fail)
{
	char password[PASSWORD_MOST] = "";
	enum step step = STEP_FAIL;

	/* Before its name is part of a path. */
	if (accounts_is_name(span_text(name)))
		step = settle_password(lab, name, password, fail);
	else
		(void)fail_set(fail, FAIL_USAGE,
			"--account %.80s: no name of a user: letters, digits and ._-+= only", name);
	if (step == STEP_DONE)
		step = accounts_add(accounts, name, password, fail);
	OPENSSL_cleanse(password, sizeof password);
	return step;
}

static enum step allow_any(const struct lab *lab, struct accounts *accounts, struct fail *fail)
{
	char password[PASSWORD_MOST] = "";
	enum step step = settle_password(lab, "any", password, fail);

	if (step == STEP_DONE)
		accounts_allow_any(accounts, password);
	OPENSSL_cleanse(password, sizeof password);
	return step;
}

enum step lab_users(const struct lab *lab, const struct practice_options *options,
	struct accounts *accounts, struct fail *fail)
{
	static const char *const usual[] = {"student", "teacher"};
	bool is_usual =
		options->accounts_file == NULL && options->accounts.count == 0 && !options->is_any;
	const char *const *names = is_usual ? usual : options->accounts.at;
	size_t count = is_usual ? 2 : options->accounts.count;
	enum step step = STEP_DONE;

	if (options->accounts_file != NULL)
		step = accounts_read(accounts, options->accounts_file, fail);
	for (size_t i = 0; i < count && step == STEP_DONE; i++)
		step = add_user(lab, accounts, names[i], fail);
	if (options->is_any && step == STEP_DONE)
		step = allow_any(lab, accounts, fail);
	if (step == STEP_DONE && accounts_count(accounts) == 0 && !options->is_any)
		return fail_set(fail, FAIL_USAGE, "%s: has no user", options->accounts_file);
	return step;
}

enum step lab_write_ports(const struct lab *lab, const char *path, struct fail *fail)
{
	char *draft = NULL;
	FILE *file;
	bool is_good;

	if (asprintf(&draft, "%s.%ld", path, (long)getpid()) < 0)
		abort();
	file = fopen(draft, "we");
	for (size_t i = 0; i < LAB_PORTS && file != NULL; i++)
		if (lab->ports[i] != 0)
			fprintf(file, "%s %u\n", lab_port_names[i], lab->ports[i]);
	is_good = file != NULL && !ferror(file);
	if (file != NULL && fclose(file) != 0)
		is_good = false;
	is_good = is_good && rename(draft, path) == 0;
	if (!is_good)
		(void)fail_set(
			fail, FAIL_WRITE, "%s: cannot write: %s", path, language_error(errno));
	free(draft);
	return is_good ? STEP_DONE : STEP_FAIL;
}

static const char *address_of(const struct practice_options *options)
{
	return options->listen.count > 0 ? options->listen.at[0] : "127.0.0.1";
}

static void say_door(const struct lab *lab, const struct practice_options *options, int plain)
{
	const char *address = address_of(options);
	bool is_ipv6 = strchr(address, ':') != NULL;

	for (int i = plain; i <= plain + 1; i++)
		if (lab->ports[i] != 0)
			printf(_("%s on %s%s%s:%u%s\n"), plain == LAB_SMTP ? "SMTP" : "POP3",
				is_ipv6 ? "[" : "", address, is_ipv6 ? "]" : "", lab->ports[i],
				i != plain          ? _(", TLS from the first octet")
				: options->no_tls   ? _(", no TLS")
				: plain == LAB_SMTP ? ", STARTTLS"
						    : ", STLS");
}

/* A path as the shell takes it. */
static void say_path(const char *option, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+=:@%,";

	printf(" %s ", option);
	if (path[strspn(path, plain)] == '\0') {
		fputs(path, stdout);
		return;
	}
	putchar('\'');
	for (; *path != '\0'; path++)
		if (*path == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*path);
	putchar('\'');
}

static void say_line(
	const struct lab *lab, const struct practice_options *options, int port, const char *user)
{
	const char *address = address_of(options);
	bool is_ipv6 = strchr(address, ':') != NULL;
	bool has_plain = lab->ports[port] != 0;
	unsigned number = lab->ports[has_plain ? port : port + 1];
	char *secret = join(lab->folder, options->is_any ? "any" : user, ".password");

	printf("  mailscope %s --server %s%s%s:%u", port == LAB_SMTP ? "send" : "fetch",
		is_ipv6 ? "[" : "", address, is_ipv6 ? "]" : "", number);
	if (options->no_tls)
		fputs(" --tls none", stdout);
	else if (!has_plain)
		fputs(" --tls implicit", stdout);
	if (!options->no_tls)
		say_path("--ca-file", lab->ca_file);
	printf(" --user %s", user);
	say_path("--password-file", options->accounts_file == NULL ? secret : "PASSWORD-FILE");
	free(secret);
}

/* The first two users, or the same one twice. */
void lab_say(const struct lab *lab, const struct practice_options *options,
	const struct accounts *accounts)
{
	size_t count = accounts_count(accounts);
	const char *first = count > 0 ? accounts_at(accounts, 0)->name : "student";
	const char *second = count > 1   ? accounts_at(accounts, 1)->name
			     : count > 0 ? first
					 : "teacher";

	say_door(lab, options, LAB_SMTP);
	say_door(lab, options, LAB_POP3);
	printf(_("Mail in %s\nNow type elsewhere:\n"), lab->folder);
	if (lab->ports[LAB_SMTP] != 0 || lab->ports[LAB_SMTPS] != 0) {
		say_line(lab, options, LAB_SMTP, first);
		printf(" --from %s@practice.test --to %s@practice.test --subject Hello"
		       " --body 'It works.'\n",
			first, second);
	}
	if (lab->ports[LAB_POP3] != 0 || lab->ports[LAB_POP3S] != 0) {
		say_line(lab, options, LAB_POP3, second);
		putchar('\n');
	}
	puts(_("Ctrl-C ends the server."));
	fflush(stdout);
}
