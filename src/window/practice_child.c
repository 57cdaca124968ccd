/* The practice server as a program of its own, which ends with this one. */
#include "base/memory.h"
#include "window/app.h"
#include "window/words.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

enum { LOOK_EVERY = 100, LOOKS = 100 }; /* ms; ten seconds in all */

struct starting {
	void (*done)(gpointer context, const char *trouble);
	gpointer context;
	char *folder, *ports;
	int looks;
};

static GSubprocess *server;

/* The server does not outlive the window, however that ends. */
static void before_run(gpointer data)
{
	(void)data;
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static char *find_program(void)
{
	char *self = g_file_read_link("/proc/self/exe", NULL);
	char *folder = g_path_get_dirname(self != NULL ? self : "");
	char *path = g_build_filename(folder, "mailscope", NULL);

	g_free(folder);
	g_free(self);
	if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return path;
	g_free(path);
	return g_find_program_in_path("mailscope");
}

static uint16_t port_of(const char *text, const char *name)
{
	char **lines = g_strsplit(text, "\n", -1);
	size_t length = strlen(name);
	uint16_t port = 0;

	for (size_t i = 0; lines[i] != NULL; i++)
		if (strncmp(lines[i], name, length) == 0 && lines[i][length] == ' ')
			port = (uint16_t)g_ascii_strtoull(lines[i] + length + 1, NULL, 10);
	g_strfreev(lines);
	return port;
}

static char *join(const char *folder, const char *name)
{
	char *path = g_build_filename(folder, name, NULL), *copy = memory_text(path);

	g_free(path);
	return copy;
}

/* The account of the server's first user; its password stands in a file of the server's. */
static enum step save_account(const char *folder, const char *ports, struct fail *fail)
{
	struct account *account = memory_new(1, sizeof *account);
	enum step step;

	account->group = memory_text("practice");
	account->name = memory_text("Student");
	account->from = memory_text("student@localhost");
	account->user = memory_text("student");
	account->smtp = (struct account_server){
		memory_text("127.0.0.1"), port_of(ports, "smtp"), true, TLS_MODE_STARTTLS, NULL};
	account->pop3 = (struct account_server){
		memory_text("127.0.0.1"), port_of(ports, "pop3"), true, TLS_MODE_STARTTLS, NULL};
	account->password_file = join(folder, "student.password");
	account->ca_file = join(folder, "ca.pem");
	account->has_capture = account->capture = true;
	step = account_save(NULL, account, fail);
	account_free(account);
	return step;
}

static void finish(struct starting *starting, const char *trouble)
{
	starting->done(starting->context, trouble);
	g_free(starting->folder);
	g_free(starting->ports);
	g_free(starting);
}

static gboolean look(gpointer data)
{
	struct starting *starting = data;
	char *text = NULL;
	struct fail fail;

	if (g_file_get_contents(starting->ports, &text, NULL, NULL)) {
		enum step step = save_account(starting->folder, text, &fail);

		g_free(text);
		app_accounts_changed();
		finish(starting, step == STEP_FAIL ? fail.text : NULL);
		return G_SOURCE_REMOVE;
	}
	if (++starting->looks < LOOKS && g_subprocess_get_identifier(server) != NULL)
		return G_SOURCE_CONTINUE;
	finish(starting, _("The practice server ended at once: perhaps another one is running, "
			   "or its folder cannot be written."));
	return G_SOURCE_REMOVE;
}

static GSubprocess *start(const char *program, const struct starting *starting, GError **error)
{
	GSubprocessLauncher *launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
	GSubprocess *child;

	g_subprocess_launcher_set_child_setup(launcher, before_run, NULL, NULL);
	child = g_subprocess_launcher_spawn(launcher, error, program, "practice", "--quiet",
		"--mail", starting->folder, "--ports-out", starting->ports, "--smtp-port", "0",
		"--smtps-port", "off", "--pop3-port", "0", "--pop3s-port", "off", NULL);
	g_object_unref(launcher);
	return child;
}

void app_practice(void (*done)(gpointer context, const char *trouble), gpointer context)
{
	struct starting *starting = g_new0(struct starting, 1);
	char *program = find_program();
	GError *error = NULL;

	starting->done = done;
	starting->context = context;
	starting->folder = g_build_filename(g_get_user_data_dir(), "mailscope", "practice", NULL);
	starting->ports = g_build_filename(starting->folder, "ports", NULL);
	(void)g_mkdir_with_parents(starting->folder, 0700);
	(void)remove(starting->ports);
	if (server != NULL)
		g_subprocess_send_signal(server, SIGTERM);
	g_clear_object(&server);
	if (program != NULL)
		server = start(program, starting, &error);
	if (server != NULL)
		g_timeout_add(LOOK_EVERY, look, starting);
	else
		finish(starting, error != NULL ? error->message
					       : _("The program mailscope is not installed."));
	g_clear_error(&error);
	g_free(program);
}
