#include "live_play.h"

#include "base/memory.h"
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct live_step live_clear_steps[] = {
	{TURN_SERVER, "220 mail.example.org ESMTP\r\n"},
	{TURN_CLIENT, "EHLO client.example.org\r\n"},
	{TURN_SERVER, "250-mail.example.org\r\n250-SIZE 1000000\r\n250 AUTH LOGIN\r\n"},
	{TURN_CLIENT, "AUTH LOGIN\r\n"},
	{TURN_SERVER, "334 VXNlcm5hbWU6\r\n"},
	{TURN_SECRET, "YWxpY2U=\r\n"},
	{TURN_SERVER, "334 UGFzc3dvcmQ6\r\n"},
	{TURN_SECRET, "aHVudGVyMg==\r\n"},
	{TURN_SERVER, "235 2.7.0 ok\r\n"},
	{TURN_CLIENT, "MAIL FROM:<a@example.org>\r\n"},
	{TURN_SERVER, "250 2.1.0 ok\r\n"},
	{TURN_CLIENT, "RCPT TO:<b@example.org>\r\n"},
	{TURN_SERVER, "250 2.1.5 ok\r\n"},
	{TURN_CLIENT, "DATA\r\n"},
	{TURN_SERVER, "354 go on\r\n"},
	{TURN_CLIENT, "Subject: hello\r\n\r\nA line,\r\n..and a dot, caf\351.\r\n.\r\n"},
	{TURN_SERVER, "250 2.0.0 queued\r\n"},
	{TURN_CLIENT, "QUIT\r\n"},
	{TURN_SERVER, "221 2.0.0 bye\r\n"},
	{TURN_END, NULL},
};

const char *live_temporary(void)
{
	const char *folder = getenv("TMPDIR");

	return folder != NULL && strlen(folder) < 32 ? folder : "/tmp";
}

void live_make_folder(char *folder)
{
	snprintf(folder, 64, "%s/mailscope-live-XXXXXX", live_temporary());
	if (mkdtemp(folder) == NULL)
		abort();
}

void live_remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char name[512];

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' || entry->d_name[1] == 'm')
			unlink(name);
	}
	if (folder != NULL)
		closedir(folder);
	CU_ASSERT_EQUAL(rmdir(path), 0); /* nothing was left lying about */
}

struct connection *live_connect(const struct live_server *server, struct live *live)
{
	struct connection_options options = {.host = server->host,
		.port = server->port,
		.family = AF_UNSPEC,
		.cancel = -1,
		.trust.is_blind = true,
		.tap = live_tap(live)};

	return connection_new(&options);
}

static void play_over(struct live_played *played, struct live *live, struct live_server *server)
{
	struct connection *connection = live_connect(server, live);
	struct connection_ends ends = {.local.ss_family = AF_UNSPEC};

	live_tap(live).on_guard(live, span_text("hunter2"));
	CU_ASSERT_EQUAL_FATAL(connection_resolve(connection, &played->fail), STEP_DONE);
	played->listened = live_listen(live, connection, &played->fail);
	played->is_good = live_client_play(connection, server->steps, &ends);
	if (server->has_stranger)
		live_server_disturb(server);
	live_server_join(server);
	played->is_good = played->is_good && server->is_played;
	played->ended = live_end(live, &ends, &played->result, &played->fail);
	connection_free(connection);
}

void live_play(struct live_played *played, const struct live_wanted *wanted)
{
	struct live_options options = {.folder = played->folder,
		.prefix = wanted->prefix != NULL ? wanted->prefix : "smtp",
		.has_capture = !wanted->no_capture,
		.interface = wanted->interface,
		.has_secrets = !wanted->no_secrets,
		.has_diagram = true,
		.command = "mailscope send --server mail.example.org"};
	struct live_server server = {.host = wanted->host,
		.steps = wanted->steps,
		.tls_version = wanted->tls_version,
		.has_stranger = wanted->has_stranger};
	struct live *live;

	*played = (struct live_played){.folder = ""};
	live_make_folder(played->folder);
	live = live_new(&options, &played->fail);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	CU_ASSERT_STRING_EQUAL(live_folder(live), played->folder);
	live_server_start(&server);
	play_over(played, live, &server);
	live_free(live);
}

char *live_read_file(const struct live_played *played, const char *name, size_t *length)
{
	char path[128];
	char *octets;
	struct stat status;
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", played->folder, name);
	file = fopen(path, "rb");
	if (file == NULL || fstat(fileno(file), &status) != 0)
		return NULL;
	CU_ASSERT_EQUAL(status.st_mode & 077, 0);
	octets = memory_new((size_t)status.st_size + 1, 1);
	*length = fread(octets, 1, (size_t)status.st_size, file);
	fclose(file);
	return octets;
}

bool live_file_has(const struct live_played *played, const char *name, const char *text)
{
	size_t length = 0;
	char *octets = live_read_file(played, name, &length);
	bool is_there = octets != NULL && memmem(octets, length, text, strlen(text)) != NULL;

	free(octets);
	return is_there;
}

void live_name_helper(void)
{
	if (getenv("MAILSCOPE_CAPTURE") == NULL)
		setenv("MAILSCOPE_CAPTURE", "./mailscope-capture", 1);
}
