#include "base/language.h"
#include "view/layers.h"
#include "view/text.h"

enum { BAR = 30 };

static void add_signed(struct buffer *out, int64_t value)
{
	if (value < 0)
		buffer_add_byte(out, '-');
	text_number(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* "12.3 %" */
static void add_share(struct buffer *out, int64_t part, int64_t whole)
{
	buffer_printf(out, "%.1f %%", whole > 0 ? 100.0 * (double)part / (double)whole : 0.0);
}

static void add_bar(struct buffer *out, int64_t part, int64_t whole)
{
	int64_t length =
		whole > 0 && part > 0 ? (int64_t)((double)part / (double)whole * BAR + 0.5) : 0;

	if (length > 0)
		buffer_add_text(out, "  ");
	for (int64_t i = 0; i < length && i < BAR; i++)
		buffer_add_text(out, "█");
}

static void add_layer(struct buffer *out, const struct layer *layer, int64_t whole)
{
	size_t start = out->length;

	buffer_add_text(out, "  ");
	buffer_add_text(out, layer->name);
	text_left(out, start, 25);
	start = out->length;
	add_signed(out, layer->octets);
	text_right(out, start, 15);
	start = out->length;
	add_share(out, layer->octets, whole);
	text_right(out, start, 10);
}

static void add_ledger(
	struct buffer *out, const struct ledger *ledger, const struct view_options *options)
{
	struct layer layers[LAYERS];

	layers_take(ledger, layers);
	text_colour(out, options, COLOUR_DIM);
	buffer_add_text(out, _("  layer                           octets     share\n"));
	text_plain(out, options);
	for (size_t i = 0; i < LAYERS; i++) {
		bool is_last = i == LAYERS - 1;

		if (layers[i].octets == 0 && !is_last)
			continue;
		if (is_last)
			text_colour(out, options, COLOUR_STRONG);
		add_layer(out, &layers[i], (int64_t)ledger->wire);
		if (!is_last)
			add_bar(out, layers[i].octets, (int64_t)ledger->wire);
		if (is_last) {
			text_plain(out, options);
			buffer_add_text(out, _("  in "));
			text_count(out, ledger->frames, "frame", "frames");
		}
		buffer_add_byte(out, '\n');
	}
	if (ledger->message > 0)
		buffer_printf(out, _("  One octet of message took %.2f on the wire.\n"),
			(double)ledger->wire / (double)ledger->message);
}

static void add_phase(struct buffer *out, const char *name, int64_t time, int64_t whole)
{
	size_t start = out->length;

	buffer_add_text(out, "  ");
	buffer_add_text(out, name);
	text_left(out, start, 25);
	start = out->length;
	text_seconds(out, time, 6);
	text_right(out, start, 15);
	start = out->length;
	add_share(out, time, whole);
	text_right(out, start, 10);
}

static void add_phases(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	struct phase_time sum = {0, 0};

	for (size_t i = 0; i < PHASE_COUNT; i++) {
		sum.time += session->phases[i].time;
		sum.round_trips += session->phases[i].round_trips;
	}
	text_colour(out, options, COLOUR_DIM);
	buffer_add_text(
		out, _("  phase                          seconds     share  round trips\n"));
	text_plain(out, options);
	for (size_t i = 0; i <= PHASE_COUNT; i++) {
		const struct phase_time *phase = i < PHASE_COUNT ? &session->phases[i] : &sum;
		size_t start;

		if (i < PHASE_COUNT && phase->time == 0 && phase->round_trips == 0)
			continue;
		if (i == PHASE_COUNT)
			text_colour(out, options, COLOUR_STRONG);
		add_phase(out, i < PHASE_COUNT ? _(phase_name((enum phase)i)) : _("all"),
			phase->time, sum.time);
		start = out->length;
		text_number(out, phase->round_trips);
		text_right(out, start, 13);
		if (i == PHASE_COUNT)
			text_plain(out, options);
		else
			add_bar(out, phase->time, sum.time);
		buffer_add_byte(out, '\n');
	}
}

static void add_trouble(struct buffer *out, const struct ledger *ledger)
{
	buffer_add_text(out, "  TCP: ");
	text_count(out, ledger->retransmissions, "retransmission", "retransmissions");
	if (ledger->out_of_order > 0) {
		buffer_add_text(out, ", ");
		text_count(
			out, ledger->out_of_order, "segment out of order", "segments out of order");
	}
	if (ledger->duplicate_acks > 0) {
		buffer_add_text(out, ", ");
		text_count(out, ledger->duplicate_acks, "duplicate ACK", "duplicate ACKs");
	}
	if (ledger->zero_windows > 0) {
		buffer_add_text(out, ", ");
		text_count(out, ledger->zero_windows, "zero window", "zero windows");
	}
	if (ledger->resets > 0) {
		buffer_add_text(out, ", ");
		text_count(out, ledger->resets, "reset", "resets");
	}
	if (ledger->round_trip > 0) {
		buffer_add_text(out, _("; round trip of the handshake "));
		buffer_printf(out, _("%.3f ms"), (double)ledger->round_trip / 1e6);
	}
	buffer_add_byte(out, '\n');
}

static void tsv_row(struct buffer *out, const struct session *session)
{
	const struct ledger *ledger = &session->ledger;
	const uint64_t values[] = {ledger->frames, ledger->wire, ledger->link, ledger->network,
		ledger->transport, ledger->payload, ledger->again, ledger->tls, ledger->dialogue,
		ledger->message, ledger->stuffing, ledger->retransmissions, ledger->out_of_order,
		ledger->duplicate_acks, ledger->zero_windows, ledger->resets};

	buffer_add_number(out, session->number);
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		buffer_add_byte(out, '\t');
		buffer_add_number(out, values[i]);
	}
	buffer_add_byte(out, '\t');
	buffer_add_seconds(out, ledger->round_trip);
	for (size_t i = 0; i < PHASE_COUNT; i++) {
		buffer_add_byte(out, '\t');
		buffer_add_seconds(out, session->phases[i].time);
		buffer_add_byte(out, '\t');
		buffer_add_number(out, session->phases[i].round_trips);
	}
	buffer_add_byte(out, '\n');
}

/* "final reply" and "time" give "final_reply_time". */
static void add_column(struct buffer *out, const char *phase, const char *what)
{
	buffer_add_byte(out, '\t');
	for (; *phase != '\0'; phase++)
		buffer_add_byte(out, *phase == ' ' ? '_' : (uint8_t)*phase);
	buffer_add_byte(out, '_');
	buffer_add_text(out, what);
}

void view_statistics_heading(struct buffer *out, const struct view_options *options)
{
	if (options->format != FORMAT_TSV)
		return;
	text_capture_heading(out, options);
	buffer_add_text(out,
		"session\tframes\twire\tlink\tnetwork\ttransport\tpayload\tagain\ttls\tdialogue\t"
		"message\tstuffing\tretransmissions\tout_of_order\tduplicate_acks\tzero_windows\t"
		"resets\tround_trip");
	for (size_t i = 0; i < PHASE_COUNT; i++) {
		add_column(out, phase_name((enum phase)i), "time");
		add_column(out, phase_name((enum phase)i), "round_trips");
	}
	buffer_add_byte(out, '\n');
}

void view_statistics(
	struct buffer *out, const struct session *session, const struct view_options *options)
{
	if (options->format == FORMAT_TSV) {
		text_capture(out, options);
		tsv_row(out, session);
		return;
	}
	text_session(out, session, options);
	buffer_add_byte(out, '\n');
	add_ledger(out, &session->ledger, options);
	buffer_add_byte(out, '\n');
	add_phases(out, session, options);
	buffer_add_byte(out, '\n');
	add_trouble(out, &session->ledger);
	buffer_add_byte(out, '\n');
}
