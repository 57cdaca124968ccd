#include "compare/words.h"

#include "base/language.h"
#include "base/printable.h"

/* Octets of the text in the row's records, at least and at most, and of the records. */
struct sums {
	uint64_t records, low, high;
};

static struct sums sums_of(const struct wire *wire, const struct comparison_row *row)
{
	struct sums sums = {0, 0, 0};

	for (size_t i = row->wire; i < row->wire + row->wire_count; i++) {
		sums.records += wire->items[i].octets;
		sums.low += wire->items[i].low;
		sums.high += wire->items[i].high;
	}
	return sums;
}

static void add_count(struct buffer *out, uint64_t count, const char *one, const char *many)
{
	buffer_add_number(out, count);
	buffer_add_byte(out, ' ');
	buffer_add_text(out, language_count(one, many, count));
}

/* "37", or "33 to 48" where the padding hides it. */
static void add_range(struct buffer *out, uint64_t low, uint64_t high)
{
	buffer_add_number(out, low);
	if (high == low)
		return;
	buffer_add_text(out, _(" to "));
	buffer_add_number(out, high);
}

/* "98 = 40 + 2 · 29" */
static void add_sum(struct buffer *out, const struct sums *sums, const struct sealing *sealing,
	const struct comparison_row *row)
{
	buffer_add_number(out, sums->records);
	buffer_add_text(out, " = ");
	if (sums->low != sums->high) {
		add_range(out, sums->low, sums->high);
		buffer_add_text(out, _(" and MAC, IV, padding"));
		return;
	}
	buffer_add_number(out, sums->low);
	buffer_add_text(out, " + ");
	if (row->wire_count > 1) {
		buffer_add_number(out, row->wire_count);
		buffer_add_text(out, " · ");
	}
	buffer_add_number(out, sealing->overhead);
}

static void add_bare(struct buffer *out, const struct comparison *comparison,
	const struct comparison_row *row, enum align_ends ends)
{
	static const char *const words[] = {
		[ENDS_LF] = N_("each line ends with a bare LF"),
		[ENDS_LF_INSIDE] = N_("each line ends with a bare LF, the last one with CR LF"),
		[ENDS_LF_IN_CRLF] =
			N_("the empty line ends with CR LF, the others with a bare LF, and "
			   "one CR LF more stands behind them"),
	};

	buffer_add_text(out, _("; with CR LF behind each line "));
	buffer_add_number(out, align_octets(comparison->log, row->log, row->log_count));
	buffer_add_text(out, _(": fits only with bare LF line ends ("));
	buffer_add_text(out, _(words[ends]));
	buffer_add_byte(out, ')');
}

void words_fits(struct buffer *out, const struct comparison *comparison,
	const struct comparison_row *row, enum align_ends ends)
{
	struct sums sums = sums_of(&comparison->wire, row);

	if (row->log_count > 1 && row->wire_count > 1) {
		add_count(out, row->log_count, "line", "lines");
		buffer_add_text(out, _(" in "));
		add_count(out, row->wire_count, "record", "records");
		buffer_add_text(out, ": ");
	}
	add_sum(out, &sums, &comparison->wire.sealing, row);
	if (align_octets(comparison->log, row->log, row->log_count) < sums.low && ends == ENDS_CRLF)
		buffer_add_text(out, _("; what was withheld begins in it"));
	if (ends != ENDS_CRLF)
		add_bare(out, comparison, row, ends);
}

void words_withheld(
	struct buffer *out, const struct comparison *comparison, const struct comparison_row *row)
{
	struct sums sums = sums_of(&comparison->wire, row);

	if (row->wire_count == 0) {
		buffer_add_text(out, _("nothing on the wire"));
		return;
	}
	if (comparison->wire.items[row->wire].kind != WIRE_RECORD) {
		add_count(out, sums.records, "octet", "octets");
		return;
	}
	add_sum(out, &sums, &comparison->wire.sealing, row);
	if (comparison->wire.sealing.is_tls13)
		buffer_add_text(out, _(", less if TLS 1.3 padded it"));
}

static void add_more(struct buffer *out, uint64_t found, uint64_t expected)
{
	add_count(out, found > expected ? found - expected : expected - found, "octet", "octets");
	buffer_add_text(out, found > expected ? _(" more") : _(" less"));
}

void words_length(
	struct buffer *out, const struct comparison *comparison, const struct comparison_row *row)
{
	const struct sealing *sealing = &comparison->wire.sealing;
	uint64_t said = align_octets(comparison->log, row->log, row->log_count);
	struct sums sums = sums_of(&comparison->wire, row);
	uint64_t nearest = said < sums.low ? sums.low : sums.high;

	buffer_add_text(out, _("length: "));
	buffer_add_text(out, row->log_count > 1 ? _("the lines have ") : _("the line has "));
	add_count(out, said, "octet", "octets");
	buffer_add_text(out, row->wire_count > 1 ? _(", the records ") : _(", the record "));
	add_range(out, sums.low, sums.high);
	buffer_add_text(out, " (");
	add_sum(out, &sums, sealing, row);
	buffer_add_text(out, "): ");
	add_more(out, nearest, said);
	if (said == nearest + 1 && row->log_count == 1)
		buffer_add_text(out, _(", as with a bare LF"));
	if (sealing->is_tls13 && nearest > said)
		buffer_add_text(out, _("; TLS 1.3 may have padded it (RFC 8446 5.4)"));
}

static size_t blanks_at_end(struct span text)
{
	size_t count = 0;

	while (count < text.length && (text.at[text.length - 1 - count] == ' ' ||
					      text.at[text.length - 1 - count] == '\t'))
		count++;
	return count;
}

/* An octet, and a few behind it. */
static void cite(struct buffer *out, struct span text, size_t offset)
{
	enum { CITED = 16 };

	if (offset >= text.length) {
		buffer_add_text(out, _("its end"));
		return;
	}
	buffer_add_byte(out, '"');
	printable_add(out, span_first(span_from(text, offset), CITED));
	buffer_add_text(out, text.length - offset > CITED ? "…\"" : "\"");
}

bool words_text(struct buffer *out, const struct log_line *line, const struct wire_item *item)
{
	struct span a = line->text, b = item->text;
	size_t blanks_a = blanks_at_end(a), blanks_b = blanks_at_end(b);
	size_t same = 0;

	if (span_equal(span_first(a, a.length - blanks_a), span_first(b, b.length - blanks_b))) {
		buffer_add_text(out, _("trailing blanks: the log has "));
		buffer_add_number(out, blanks_a);
		buffer_add_text(out, _(", the wire "));
		buffer_add_number(out, blanks_b);
		return false;
	}
	while (same < a.length && same < b.length && a.at[same] == b.at[same])
		same++;
	buffer_add_text(out, _("from octet "));
	buffer_add_number(out, same + 1);
	buffer_add_text(out, _(" on: the log has "));
	cite(out, a, same);
	buffer_add_text(out, _(", the wire "));
	cite(out, b, same);
	return true;
}
