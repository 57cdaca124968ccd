#include "message/compose_part.h"

#include "base/base64.h"
#include "base/language.h"
#include "base/limits.h"
#include "base/printable.h"
#include "message/start.h"

#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LINE_MOST = 998,      /* RFC 5322 2.1.1 */
	ENCODED_LINE = 76,    /* RFC 2045 6.7, 6.8 */
	BASE64_LINE = 57,     /* octets that fill one */
	BOUNDARY_OCTETS = 16, /* random ones */
};

/* What a text is made of. */
struct look {
	bool is_ascii, is_utf8, has_nul;
	size_t longest; /* line, its end not counted */
	size_t escaped; /* octets that quoted-printable writes as three */
};

static struct look look_at(struct span text)
{
	struct look look = {.is_ascii = true, .is_utf8 = true};
	size_t line = 0;

	for (size_t i = 0; i < text.length;) {
		uint32_t character;
		size_t taken = utf8_take(span_from(text, i), &character);

		look.is_utf8 &= taken > 0;
		look.is_ascii &= text.at[i] < 0x80;
		look.has_nul |= text.at[i] == 0;
		taken = taken > 0 ? taken : 1;
		if (text.at[i] >= 0x80 || text.at[i] == '=' ||
			(text.at[i] < ' ' && text.at[i] != '\n' && text.at[i] != '\r'))
			look.escaped += taken;
		line = text.at[i] == '\n' || text.at[i] == '\r' ? 0 : line + taken;
		look.longest = line > look.longest ? line : look.longest;
		i += taken;
	}
	return look;
}

/* The text with line ends of any kind made CRLF; a last line without one gets one. */
static void add_lines(struct buffer *out, struct span text)
{
	while (text.length > 0) {
		size_t length = 0;

		while (length < text.length && text.at[length] != '\n' && text.at[length] != '\r')
			length++;
		buffer_add_span(out, span_first(text, length));
		buffer_add_text(out, "\r\n");
		length += length + 1 < text.length && text.at[length] == '\r' &&
			  text.at[length + 1] == '\n';
		text = span_from(text, length + 1);
	}
}

/* What quoted-printable writes one octet as: itself, or =XX. Blanks at a line's end would be lost
 * on the way (RFC 2045 6.7 (3)); a dot or "From " at its beginning may be changed by old relays. */
static size_t quoted_octet(struct span rest, bool is_first, char octet[4])
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t c = rest.at[0];
	bool is_last = rest.length == 1 || rest.at[1] == '\r';

	octet[0] = (char)c;
	if ((c > ' ' && c < 127 && c != '=' && !(is_first && (c == '.' || c == 'F'))) ||
		((c == ' ' || c == '\t') && !is_last))
		return 1;
	octet[0] = '=';
	octet[1] = digits[c >> 4];
	octet[2] = digits[c & 15];
	return 3;
}

/* text has CRLF line ends. */
static void add_quoted_printable(struct buffer *out, struct span text)
{
	size_t column = 0;

	while (text.length > 0) {
		char octet[4];
		size_t length;

		if (text.length > 1 && text.at[0] == '\r' && text.at[1] == '\n') {
			buffer_add_text(out, "\r\n");
			column = 0;
			text = span_from(text, 2);
			continue;
		}
		length = quoted_octet(text, column == 0, octet);
		/* Room is left for the = of a line that goes on. */
		if (column + length >= ENCODED_LINE) {
			buffer_add_text(out, "=\r\n");
			column = 0;
			length = quoted_octet(text, true, octet);
		}
		buffer_add(out, octet, length);
		column += length;
		text = span_from(text, 1);
	}
}

static void add_base64(struct buffer *out, struct span octets)
{
	while (octets.length > 0) {
		base64_encode(span_first(octets, BASE64_LINE), out);
		buffer_add_text(out, "\r\n");
		octets = span_from(octets, BASE64_LINE);
	}
}

/* Fields and text of a part that is text: as it is when that is 7 bit, else in the shorter
 * encoding. lines has CRLF line ends. */
static void add_text_part(struct buffer *out, struct span lines)
{
	struct look look = look_at(lines);

	buffer_printf(out, "Content-Type: text/plain; charset=%s\r\n",
		look.is_ascii ? "us-ascii" : "UTF-8");
	if (look.is_ascii && !look.has_nul && look.longest <= LINE_MOST) {
		buffer_add_text(out, "Content-Transfer-Encoding: 7bit\r\n\r\n");
		buffer_add_span(out, lines);
	} else if (look.escaped * 3 + lines.length - look.escaped <= lines.length / 3 * 4) {
		buffer_add_text(out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
		add_quoted_printable(out, lines);
	} else {
		buffer_add_text(out, "Content-Transfer-Encoding: base64\r\n\r\n");
		add_base64(out, lines);
	}
}

static enum step add_body(const struct compose *compose, struct buffer *out, struct fail *fail)
{
	struct buffer lines;

	if (!look_at(compose->body).is_utf8)
		return fail_set(fail, FAIL_USAGE, "body: it is not in UTF-8");
	buffer_init(&lines, 0);
	add_lines(&lines, compose->body);
	add_text_part(out, buffer_span(&lines));
	buffer_fini(&lines);
	return STEP_DONE;
}

static const struct {
	const char *ending, *type;
} types[] = {
	{"txt", "text/plain"},
	{"log", "text/plain"},
	{"md", "text/markdown"},
	{"csv", "text/csv"},
	{"html", "text/html"},
	{"htm", "text/html"},
	{"css", "text/css"},
	{"ics", "text/calendar"},
	{"vcf", "text/vcard"},
	{"eml", "message/rfc822"},
	{"pdf", "application/pdf"},
	{"json", "application/json"},
	{"xml", "application/xml"},
	{"zip", "application/zip"},
	{"gz", "application/gzip"},
	{"tar", "application/x-tar"},
	{"7z", "application/x-7z-compressed"},
	{"rtf", "application/rtf"},
	{"doc", "application/msword"},
	{"xls", "application/vnd.ms-excel"},
	{"ppt", "application/vnd.ms-powerpoint"},
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"odt", "application/vnd.oasis.opendocument.text"},
	{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
	{"odp", "application/vnd.oasis.opendocument.presentation"},
	{"pcap", "application/vnd.tcpdump.pcap"},
	{"png", "image/png"},
	{"jpg", "image/jpeg"},
	{"jpeg", "image/jpeg"},
	{"gif", "image/gif"},
	{"webp", "image/webp"},
	{"svg", "image/svg+xml"},
	{"mp3", "audio/mpeg"},
	{"ogg", "audio/ogg"},
	{"wav", "audio/x-wav"},
	{"mp4", "video/mp4"},
	{"webm", "video/webm"},
};

static const char *const unknown_type = "application/octet-stream";

const char *compose_type(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof types / sizeof types[0]; i++)
		if (span_is_letters(span_text(dot + 1), types[i].ending))
			return types[i].type;
	return unknown_type;
}

/* token (RFC 2045 5.1); its length. */
static size_t token_length(const char *text)
{
	size_t length = 0;

	while (text[length] > ' ' && text[length] < 127 &&
		strchr("()<>@,;:\\\"/[]?=", text[length]) == NULL)
		length++;
	return length;
}

/* A part that holds parts cannot be encoded (RFC 2045 6.4), so a file cannot be one. */
static enum step check_type(const char *type, struct fail *fail)
{
	size_t first = token_length(type);
	size_t second = type[first] == '/' ? token_length(type + first + 1) : 0;

	if (first == 0 || second == 0 || type[first + 1 + second] != '\0' ||
		span_starts_letters(span_text(type), "multipart/"))
		return fail_set(fail, FAIL_USAGE,
			"attachment: \"%.80s\" is no media type such as image/png", type);
	return STEP_DONE;
}

/* Text of one line in UTF-8. */
static bool is_name(struct span name)
{
	uint32_t character;

	if (name.length == 0)
		return false;
	while (name.length > 0) {
		size_t taken = utf8_take(name, &character);

		if (taken == 0 || character < ' ' || character == 127)
			return false;
		name = span_from(name, taken);
	}
	return true;
}

/* Content-Disposition by GMime, which writes parameters by RFC 2231. It takes a charset of the
 * script's own unless it is told. */
static void add_disposition(struct buffer *out, const char *name)
{
	GMimeContentDisposition *disposition = g_mime_content_disposition_new();
	GMimeFormatOptions *options = g_mime_format_options_new();
	GMimeParamList *list = g_mime_content_disposition_get_parameters(disposition);
	GMimeParam *parameter;
	char *text;

	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_content_disposition_set_disposition(disposition, "attachment");
	g_mime_param_list_set_parameter(list, "filename", name);
	parameter = g_mime_param_list_get_parameter(list, "filename");
	g_mime_param_set_charset(parameter, "utf-8");
	g_mime_param_set_encoding_method(parameter, GMIME_PARAM_ENCODING_METHOD_RFC2231);
	text = g_mime_content_disposition_encode(disposition, options);
	buffer_add_text(out, "Content-Disposition:");
	add_lines(out, span_text(text));
	g_free(text);
	g_mime_format_options_free(options);
	g_object_unref(disposition);
}

/* The type a file's octets allow, and how text is written. A message inside goes as it is or as
 * octets (RFC 2046 5.2.1); text in no charset that can be named goes as octets too. */
static void add_file_part(struct buffer *out, const char *type, const char *name, struct span file)
{
	bool is_text = span_starts_letters(span_text(type), "text/");
	bool is_message = span_starts_letters(span_text(type), "message/");
	struct look look = {.is_ascii = true};

	if (is_text || is_message)
		look = look_at(file);
	if ((is_text && !look.is_utf8) ||
		(is_message && (!look.is_ascii || look.has_nul || look.longest > LINE_MOST))) {
		type = unknown_type;
		is_text = is_message = false;
	}
	buffer_printf(out, "Content-Type: %s%s\r\n", type,
		is_text && !look.is_ascii ? "; charset=UTF-8" : "");
	add_disposition(out, name);
	buffer_printf(out, "Content-Transfer-Encoding: %s\r\n\r\n", is_message ? "7bit" : "base64");
	if (is_message)
		add_lines(out, file);
	else
		add_base64(out, file);
}

static enum step read_all(int descriptor, const char *path, struct buffer *file, struct fail *fail)
{
	for (;;) {
		ssize_t count;

		buffer_reserve(file, LIMIT_READ);
		if (file->size == file->length)
			return fail_set(fail, FAIL_USAGE,
				"%s: larger than the %d MiB that an attachment may have", path,
				LIMIT_MESSAGE >> 20);
		count = read(descriptor, file->at + file->length, file->size - file->length);
		if (count < 0 && errno != EINTR)
			return fail_set(fail, FAIL_OPEN, "%s: cannot read: %s", path,
				language_error(errno));
		if (count == 0)
			return STEP_DONE;
		file->length += count > 0 ? (size_t)count : 0;
	}
}

static enum step read_file(const char *path, struct buffer *file, struct fail *fail)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	enum step step;

	if (descriptor < 0)
		return fail_set(
			fail, FAIL_OPEN, "%s: cannot open: %s", path, language_error(errno));
	step = read_all(descriptor, path, file, fail);
	close(descriptor);
	return step;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static enum step add_attachment(
	const struct compose_attachment *attachment, struct buffer *out, struct fail *fail)
{
	const char *name =
		attachment->name != NULL ? attachment->name : last_part(attachment->path);
	const char *type = attachment->type != NULL ? attachment->type : compose_type(name);
	struct buffer file;
	enum step step;

	if (!is_name(span_text(name)))
		return fail_set(fail, FAIL_USAGE,
			"attachment: its name must be one line of UTF-8 text, and cannot be "
			"\"%.80s\"",
			name);
	if (check_type(type, fail) == STEP_FAIL)
		return STEP_FAIL;
	buffer_init(&file, LIMIT_MESSAGE);
	step = read_file(attachment->path, &file, fail);
	if (step == STEP_DONE)
		add_file_part(out, type, name, buffer_span(&file));
	buffer_fini(&file);
	return step;
}

void compose_random(struct buffer *out, size_t octets)
{
	for (size_t i = 0; i < octets; i++) {
		uint8_t octet;

		if (RAND_bytes(&octet, 1) != 1)
			abort(); /* without chance there is no mail, nor TLS */
		buffer_printf(out, "%02x", octet);
	}
}

/* The parts with the boundary between them; STEP_MORE: it stands in one of them. */
static enum step add_parts_divided(
	const struct compose *compose, const char *boundary, struct buffer *out, struct fail *fail)
{
	struct buffer part;
	enum step step = STEP_DONE;

	buffer_init(&part, 0);
	for (size_t i = 0; i <= compose->attachment_count && step == STEP_DONE; i++) {
		buffer_clear(&part);
		step = i == 0 ? add_body(compose, &part, fail)
			      : add_attachment(&compose->attachments[i - 1], &part, fail);
		if (step == STEP_DONE && span_find(buffer_span(&part), boundary) < part.length)
			step = STEP_MORE;
		buffer_printf(out, "--%s\r\n", boundary);
		buffer_add_span(out, buffer_span(&part));
		buffer_add_text(out, "\r\n"); /* belongs to the boundary (RFC 2046 5.1.1) */
	}
	buffer_printf(out, "--%s--\r\n", boundary);
	buffer_fini(&part);
	return step;
}

/* "=_" is in no base64 and no quoted-printable text; in plain text chance keeps it out, and it is
 * looked for all the same. */
static enum step add_multipart(const struct compose *compose, struct buffer *out, struct fail *fail)
{
	size_t start = out->length;
	enum step step = STEP_MORE;

	while (step == STEP_MORE) {
		struct buffer boundary;

		buffer_init(&boundary, 0);
		buffer_add_text(&boundary, "=_");
		compose_random(&boundary, BOUNDARY_OCTETS);
		out->length = start;
		buffer_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n",
			buffer_text(&boundary));
		step = add_parts_divided(compose, buffer_text(&boundary), out, fail);
		buffer_fini(&boundary);
	}
	return step;
}

enum step compose_parts(const struct compose *compose, struct buffer *out, struct fail *fail)
{
	message_start();
	buffer_add_text(out, "MIME-Version: 1.0\r\n");
	if (compose->attachment_count > 0)
		return add_multipart(compose, out, fail);
	return add_body(compose, out, fail);
}
