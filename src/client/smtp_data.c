#include "client/dots.h"
#include "client/smtp_parts.h"

enum {
	BLOCK = 64 * 1024,
	CHUNK = 1024 * 1024,
};

/* The line that ends here, with its CRLF to come. */
static void end_line(struct smtp_survey *survey, uint64_t length)
{
	survey->octets += length + 2;
	if (length > survey->longest)
		survey->longest = length;
}

void smtp_survey(struct span message, struct smtp_survey *survey)
{
	uint64_t length = 0;
	bool is_header = true;

	*survey = (struct smtp_survey){0};
	for (size_t i = 0; i < message.length; i++) {
		uint8_t octet = message.at[i];

		if (octet == '\r' || octet == '\n') {
			if (octet == '\r' && i + 1 < message.length && message.at[i + 1] == '\n')
				i++;
			end_line(survey, length);
			is_header = is_header && length > 0;
			length = 0;
			continue;
		}
		length++;
		survey->has_nul = survey->has_nul || octet == '\0';
		if (octet >= 0x80) {
			survey->has_eight_bit = true;
			survey->has_eight_bit_header = survey->has_eight_bit_header || is_header;
		}
	}
	if (length > 0)
		end_line(survey, length);
}

static void tell_progress(const struct smtp_client *client, size_t done, size_t all)
{
	if (client->options.on_progress != NULL)
		client->options.on_progress(client->options.context, done, all);
}

/* How a message goes out, a block at a time. STEP_MORE: no further block is wanted. */
struct way {
	size_t block;
	bool is_plain;
	enum step (*send)(struct smtp_client *client, struct span octets, bool is_last);
};

static enum step send_message(
	struct smtp_client *client, struct span message, const struct way *way)
{
	struct dot dot = {.is_plain = way->is_plain};
	struct buffer out;
	size_t done = 0;
	enum step step;

	buffer_init(&out, 0);
	do {
		struct span block = span_first(span_from(message, done), way->block);

		dot_add(&dot, block, &out);
		done += block.length;
		if (done == message.length)
			dot_end(&dot, &out);
		step = way->send(client, buffer_span(&out), done == message.length);
		buffer_clear(&out);
		tell_progress(client, done, message.length);
	} while (step == STEP_DONE && done < message.length);
	buffer_fini(&out);
	return step;
}

static enum step send_block(struct smtp_client *client, struct span octets, bool is_last)
{
	(void)is_last;
	return conversation_send(
		&client->course.conversation, octets, smtp_steps[SMTP_AT_BLOCK].seconds);
}

enum step smtp_send_data(struct smtp_client *client, struct span message)
{
	static const struct way way = {BLOCK, false, send_block};

	return send_message(client, message, &way);
}

/* RFC 3030 2:  bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ] CR LF, and the octets at once. */
static enum step send_chunk(struct smtp_client *client, struct span octets, bool is_last)
{
	struct command command = course_command(&client->course, SMTP_AT_BDAT);
	struct buffer line;
	enum step step;

	buffer_init(&line, 0);
	buffer_printf(&line, "BDAT %zu%s\r\n", octets.length, is_last ? " LAST" : "");
	step = conversation_send(&client->course.conversation, buffer_span(&line), command.seconds);
	if (step == STEP_DONE && octets.length > 0)
		step = conversation_send(&client->course.conversation, octets, command.seconds);
	connection_break(client->course.conversation.connection);
	if (step == STEP_DONE)
		step = conversation_hear(&client->course.conversation, &command);
	buffer_fini(&line);
	if (step == STEP_DONE && !course_is_good(&client->course, SMTP_AT_BDAT))
		return STEP_MORE;
	return step;
}

enum step smtp_send_chunks(struct smtp_client *client, struct span message)
{
	static const struct way way = {CHUNK, true, send_chunk};

	return send_message(client, message, &way) == STEP_FAIL ? STEP_FAIL : STEP_DONE;
}
