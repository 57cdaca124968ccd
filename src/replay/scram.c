#include "replay/parts.h"

#include "base/memory.h"

#include <gsasl.h>
#include <stdlib.h>

struct replay_scram {
	Gsasl *gsasl;
	Gsasl_session *session;
	const char *password;
	bool is_proved; /* the client has; it has still to take our proof */
};

bool replay_is_scram(struct span mechanism)
{
	return span_starts_letters(mechanism, "SCRAM-");
}

static int answer(Gsasl *gsasl, Gsasl_session *session, Gsasl_property property)
{
	struct replay_scram *scram = gsasl_session_hook_get(session);

	(void)gsasl;
	if (property == GSASL_PASSWORD)
		return gsasl_property_set(session, property, scram->password);
	if (property == GSASL_SCRAM_ITER)
		return gsasl_property_set(session, property, "4096");
	return GSASL_NO_CALLBACK;
}

struct replay_scram *replay_scram_new(const char *mechanism, const char *password)
{
	struct replay_scram *scram = memory_new(1, sizeof *scram);

	scram->password = password;
	if (gsasl_init(&scram->gsasl) != GSASL_OK) {
		free(scram);
		return NULL;
	}
	gsasl_callback_set(scram->gsasl, answer);
	if (gsasl_server_start(scram->gsasl, mechanism, &scram->session) != GSASL_OK) {
		replay_scram_free(scram);
		return NULL;
	}
	gsasl_session_hook_set(scram->session, scram);
	return scram;
}

void replay_scram_free(struct replay_scram *scram)
{
	if (scram == NULL)
		return;
	if (scram->session != NULL)
		gsasl_finish(scram->session);
	gsasl_done(scram->gsasl);
	free(scram);
}

/* The last message goes as a challenge, which is answered by nothing (RFC 4954 4, RFC 5034 4). */
enum step replay_scram_step(
	struct replay_scram *scram, struct span response, struct buffer *challenge)
{
	char *out = NULL;
	size_t length = 0;
	int code;

	if (scram->is_proved)
		return response.length == 0 ? STEP_DONE : STEP_FAIL;
	code = gsasl_step(scram->session, response.length > 0 ? (const char *)response.at : "",
		response.length, &out, &length);
	if (out != NULL)
		buffer_add(challenge, out, length);
	gsasl_free(out);
	if (code != GSASL_OK && code != GSASL_NEEDS_MORE)
		return STEP_FAIL;
	scram->is_proved = code == GSASL_OK;
	return code == GSASL_OK && length == 0 ? STEP_DONE : STEP_MORE;
}
