#include "message/message.h"

#include "base/limits.h"
#include "base/printable.h"
#include "message/start.h"
#include "message/tame.h"

#include <gmime/gmime.h>
#include <openssl/evp.h>

static struct span keep(struct message_summary *summary, const char *text)
{
	return text != NULL ? arena_copy(&summary->arena, span_text(text)) : span_of(NULL, 0);
}

/* Takes the text, which GLib allocated. */
static struct span keep_taken(struct message_summary *summary, char *text)
{
	struct span kept = keep(summary, text);

	g_free(text);
	return kept;
}

static bool is_utf8(struct span text)
{
	uint32_t character;

	while (text.length > 0) {
		size_t taken = utf8_take(text, &character);

		if (taken == 0)
			return false;
		text = span_from(text, taken);
	}
	return true;
}

/* Octets of the header, the empty line behind it included (RFC 5322 2.1). */
static size_t header_length(struct span bytes)
{
	for (size_t at = 0; at < bytes.length;) {
		struct span line = span_from(bytes, at);
		size_t length = span_index(line, '\n');

		at += length + 1;
		if (length == 0 || (length == 1 && line.at[0] == '\r'))
			return at < bytes.length ? at : bytes.length;
	}
	return bytes.length;
}

static GMimeMessage *parse_with(struct span bytes, GMimeParserOptions *options)
{
	GMimeStream *stream =
		g_mime_stream_mem_new_with_buffer((const char *)bytes.at, bytes.length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, options);

	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

static const char *charset_of(GMimeObject *object)
{
	return g_mime_object_get_content_type_parameter(object, "charset");
}

/* Octets above ASCII in a header are UTF-8 (RFC 6532), or else of the charset that the text names,
 * or else nobody knows: ISO 8859-1 shows every octet as something. */
static GMimeMessage *parse(struct span bytes)
{
	GMimeParserOptions *options = g_mime_parser_options_new();
	const char *charsets[] = {"utf-8", "iso-8859-1", NULL, NULL};
	GMimeMessage *message;
	GMimeObject *root;

	g_mime_parser_options_set_fallback_charsets(options, charsets);
	message = parse_with(bytes, options);
	root = message != NULL ? g_mime_message_get_mime_part(message) : NULL;
	if (root != NULL && charset_of(root) != NULL &&
		!is_utf8(span_first(bytes, header_length(bytes)))) {
		GMimeMessage *first = message;

		charsets[1] = charset_of(root);
		charsets[2] = "iso-8859-1";
		g_mime_parser_options_set_fallback_charsets(options, charsets);
		message = parse_with(bytes, options);
		g_object_unref(first);
	}
	g_mime_parser_options_free(options);
	return message;
}

/* An address field in words; as it was written when no address is in it. */
static struct span read_addresses(struct message_summary *summary, GMimeMessage *message,
	GMimeAddressType type, const char *field)
{
	InternetAddressList *list = g_mime_message_get_addresses(message, type);

	if (list != NULL && internet_address_list_length(list) > 0)
		return keep_taken(summary, internet_address_list_to_string(list, NULL, FALSE));
	return keep(summary, g_mime_object_get_header(GMIME_OBJECT(message), field));
}

static struct span read_date(struct message_summary *summary, GMimeMessage *message)
{
	GDateTime *date = g_mime_message_get_date(message);

	if (date != NULL)
		return keep_taken(summary, g_date_time_format(date, "%Y-%m-%d %H:%M:%S %z"));
	return keep(summary, g_mime_object_get_header(GMIME_OBJECT(message), "Date"));
}

static struct span first_address(struct message_summary *summary, GMimeMessage *message)
{
	InternetAddressList *list = g_mime_message_get_from(message);
	InternetAddress *first = list != NULL && internet_address_list_length(list) > 0
					 ? internet_address_list_get_address(list, 0)
					 : NULL;

	if (first == NULL || !INTERNET_ADDRESS_IS_MAILBOX(first))
		return span_of(NULL, 0);
	return keep(summary, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)));
}

static void read_header(struct message_summary *summary, GMimeMessage *message)
{
	summary->from = read_addresses(summary, message, GMIME_ADDRESS_TYPE_FROM, "From");
	summary->to = read_addresses(summary, message, GMIME_ADDRESS_TYPE_TO, "To");
	summary->cc = read_addresses(summary, message, GMIME_ADDRESS_TYPE_CC, "Cc");
	summary->address = first_address(summary, message);
	summary->subject = keep(summary, g_mime_message_get_subject(message));
	summary->message_id = keep(summary, g_mime_message_get_message_id(message));
	summary->date = read_date(summary, message);
}

/* The charset to convert a text from; NULL when it is UTF-8 already, or not to be told. */
static const char *source_charset(const char *charset, struct span text)
{
	if (charset == NULL || g_ascii_strcasecmp(charset, "us-ascii") == 0)
		return is_utf8(text) ? NULL : "iso-8859-1";
	return g_ascii_strcasecmp(charset, "utf-8") == 0 ? NULL : charset;
}

static struct span to_utf8(struct message_summary *summary, struct span text, const char *charset)
{
	const char *source = source_charset(charset, text);
	GMimeFilter *filter = source != NULL ? g_mime_filter_charset_new(source, "utf-8") : NULL;
	char *converted = NULL;
	size_t length = 0;
	size_t room = 0;

	if (filter == NULL)
		return arena_copy(&summary->arena, text);
	g_mime_filter_complete(filter, (char *)text.at, text.length, 0, &converted, &length, &room);
	text = arena_copy(&summary->arena, span_of(converted, length));
	g_object_unref(filter);
	return text;
}

/* The octets of a part with its transfer encoding undone; the text too when it is for reading. */
static void read_content(struct message_summary *summary, struct message_part *row, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	bool is_html = span_is(row->type, "text/html");
	bool is_text = (is_html || span_is(row->type, "text/plain")) &&
		       !span_is_letters(row->disposition, "attachment");
	GMimeStream *stream;
	bool is_kept;

	if (content == NULL)
		return;
	is_kept = is_text || summary->has_hashes;
	stream = is_kept ? g_mime_stream_mem_new() : g_mime_stream_null_new();
	g_mime_data_wrapper_write_to_stream(content, stream);
	if (is_kept) {
		GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));

		row->octets = bytes->len;
		if (is_text)
			*(is_html ? &row->html : &row->text) = to_utf8(summary,
				span_of(bytes->data, bytes->len), charset_of(GMIME_OBJECT(part)));
		if (summary->has_hashes)
			(void)EVP_Digest(
				bytes->data, bytes->len, row->sha256, NULL, EVP_sha256(), NULL);
	} else {
		row->octets = GMIME_STREAM_NULL(stream)->written;
	}
	g_object_unref(stream);
}

static struct message_part *add_part(
	struct message_summary *summary, GMimeObject *object, unsigned depth)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	struct message_part *row;
	char *name;

	if (summary->part_count >= LIMIT_PARTS)
		return NULL;
	summary->parts =
		arena_grow(&summary->arena, summary->parts, summary->part_count, sizeof *row);
	row = &summary->parts[summary->part_count++];
	*row = (struct message_part){.depth = depth};
	name = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
	if (name != NULL) {
		char *lower = g_ascii_strdown(name, -1);

		row->type = keep_taken(summary, lower);
		g_free(name);
	}
	row->charset = keep(summary, charset_of(object));
	row->disposition = keep(summary, g_mime_object_get_disposition(object));
	row->encoding =
		keep(summary, g_mime_object_get_header(object, "Content-Transfer-Encoding"));
	return row;
}

/* False when no more parts are shown. GMime refuses deeper nesting than it can take; LIMIT_DEPTH is
 * ours. */
static bool walk(struct message_summary *summary, GMimeObject *object, unsigned depth)
{
	struct message_part *row;
	bool goes_on = true;

	if (object == NULL)
		return true;
	row = depth <= LIMIT_DEPTH ? add_part(summary, object, depth) : NULL;
	if (row == NULL) {
		summary->is_cut = true;
		return false;
	}
	if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);
		int count = g_mime_multipart_get_count(multipart);

		for (int i = 0; i < count && goes_on; i++)
			goes_on = walk(summary, g_mime_multipart_get_part(multipart, i), depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		if (inner != NULL)
			goes_on = walk(summary, g_mime_message_get_mime_part(inner), depth + 1);
	} else if (GMIME_IS_PART(object)) {
		row->name = keep(summary, g_mime_part_get_filename(GMIME_PART(object)));
		read_content(summary, row, GMIME_PART(object));
	}
	return goes_on;
}

/* Bytes that are no message for GMime: they are shown as text. */
static void take_as_text(struct message_summary *summary, struct span bytes)
{
	struct message_part *row;

	if (bytes.length == 0)
		return;
	row = arena_new(&summary->arena, sizeof *row);
	*row = (struct message_part){.type = span_text("text/plain"), .octets = bytes.length};
	row->text = to_utf8(summary, bytes, NULL);
	summary->parts = row;
	summary->part_count = 1;
}

static GMimeMessage *begin(struct message_summary *summary, struct span bytes)
{
	struct buffer copy;
	GMimeMessage *message;

	message_start();
	*summary = (struct message_summary){.part_count = 0};
	arena_init(&summary->arena);
	buffer_init(&copy, 0);
	bytes = tame(bytes, &copy, &summary->is_cut);
	message = bytes.length > 0 ? parse(bytes) : NULL;
	if (message != NULL)
		read_header(summary, message);
	buffer_fini(&copy);
	return message;
}

void message_parse_header(struct message_summary *summary, struct span bytes)
{
	GMimeMessage *message = begin(summary, span_first(bytes, header_length(bytes)));

	if (message != NULL)
		g_object_unref(message);
}

static void parse_whole(struct message_summary *summary, struct span bytes, bool has_hashes)
{
	GMimeMessage *message = begin(summary, bytes);

	summary->has_hashes = has_hashes;
	if (message == NULL) {
		take_as_text(summary, bytes);
		return;
	}
	walk(summary, g_mime_message_get_mime_part(message), 0);
	g_object_unref(message);
}

void message_parse(struct message_summary *summary, struct span bytes)
{
	parse_whole(summary, bytes, false);
}

void message_parse_hashed(struct message_summary *summary, struct span bytes)
{
	parse_whole(summary, bytes, true);
}

void message_fini(struct message_summary *summary)
{
	arena_fini(&summary->arena);
	*summary = (struct message_summary){.part_count = 0};
}

bool message_part_is_attachment(const struct message_part *part)
{
	bool is_text = span_is(part->type, "text/plain") || span_is(part->type, "text/html");

	if (span_starts_letters(part->type, "multipart/"))
		return false;
	return !is_text || span_is_letters(part->disposition, "attachment");
}

/* A part that is looked for in the order of walk(). */
struct search {
	size_t left;
	GMimeObject *found; /* borrowed from the message */
};

static void search_part(struct search *search, GMimeObject *object, unsigned depth)
{
	if (object == NULL || search->found != NULL || depth > LIMIT_DEPTH)
		return;
	if (search->left-- == 0) {
		search->found = object;
	} else if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);
		int count = g_mime_multipart_get_count(multipart);

		for (int i = 0; i < count && search->found == NULL; i++)
			search_part(search, g_mime_multipart_get_part(multipart, i), depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		if (inner != NULL)
			search_part(search, g_mime_message_get_mime_part(inner), depth + 1);
	}
}

static bool write_part(struct buffer *out, GMimeObject *object)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	GMimeDataWrapper *content = NULL;
	GMimeMessage *inner = NULL;

	if (GMIME_IS_PART(object))
		content = g_mime_part_get_content(GMIME_PART(object));
	else if (GMIME_IS_MESSAGE_PART(object))
		inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, stream);
	else if (inner != NULL)
		g_mime_object_write_to_stream(GMIME_OBJECT(inner), NULL, stream);
	buffer_add(out, bytes->data, bytes->len);
	g_object_unref(stream);
	return content != NULL || inner != NULL;
}

bool message_part_octets(struct buffer *out, struct span message, size_t index)
{
	struct message_summary summary;
	struct search search = {.left = index};
	GMimeMessage *parsed = begin(&summary, message);
	bool is_there;

	if (parsed != NULL && index < LIMIT_PARTS)
		search_part(&search, g_mime_message_get_mime_part(parsed), 0);
	is_there = search.found != NULL && write_part(out, search.found);
	if (parsed != NULL)
		g_object_unref(parsed);
	message_fini(&summary);
	return is_there;
}
