#include "report/html.h"

#include "base/language.h"
#include "report/text.h"
#include "view/layers.h"
#include "view/text.h"

static void add_signed(struct buffer *out, int64_t value)
{
	if (value < 0)
		buffer_add_text(out, "−");
	text_number(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static double share(int64_t part, int64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0.0;
}

/* A bar as a drawing: browsers print those, and no backgrounds. */
static void add_bar(struct buffer *out, double percent)
{
	if (percent <= 0)
		return;
	buffer_printf(out,
		"<svg class=\"bar\" width=\"100\" height=\"8\" viewBox=\"0 0 100 8\" "
		"preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect width=\"%.1f\" height=\"8\"/></svg>",
		percent > 100 ? 100 : percent);
}

static void add_share_cells(struct buffer *out, double percent, bool is_sum)
{
	buffer_printf(out, "<td class=\"n\">%.1f %%</td><td class=\"bars\">", percent);
	if (!is_sum)
		add_bar(out, percent);
	buffer_add_text(out, "</td>");
}

static void add_layer(struct buffer *out, const struct layer *layer, int64_t whole, bool is_sum)
{
	buffer_add_text(
		out, is_sum ? "<tr class=\"sum\"><th scope=\"row\">" : "<tr><th scope=\"row\">");
	buffer_add_text(out, layer->name);
	buffer_add_text(out, "</th><td class=\"n\">");
	add_signed(out, layer->octets);
	buffer_add_text(out, "</td>");
	add_share_cells(out, share(layer->octets, whole), is_sum);
	buffer_add_text(out, "</tr>\n");
}

static void add_remarks(struct buffer *out, const struct ledger *ledger)
{
	buffer_add_text(out, "<p class=\"remark\">");
	text_count(out, ledger->wire, "octet", "octets");
	buffer_add_text(out, _(" in "));
	text_count(out, ledger->frames, "frame", "frames");
	if (ledger->message > 0) {
		buffer_add_text(out, _(" carried a message of "));
		text_count(out, ledger->message, "octet", "octets");
		buffer_printf(out, _(": one octet of message took %.2f on the wire"),
			(double)ledger->wire / (double)ledger->message);
	}
	buffer_add_text(out, ". TCP: ");
	text_count(out, ledger->retransmissions, "retransmission", "retransmissions");
	buffer_add_text(out, ", ");
	text_count(out, ledger->duplicate_acks, "duplicate ACK", "duplicate ACKs");
	buffer_add_text(out, ", ");
	text_count(out, ledger->resets, "reset", "resets");
	if (ledger->round_trip > 0)
		buffer_printf(out, _("; round trip of the handshake %.3f ms"),
			(double)ledger->round_trip / 1e6);
	buffer_add_text(out, ".</p>\n");
}

void html_ledger(const struct html *html, const struct session *session)
{
	const struct ledger *ledger = &session->ledger;
	struct layer layers[LAYERS];
	struct buffer *out = html->out;

	layers_take(ledger, layers);
	buffer_add_text(
		out, _("<table class=\"figures\"><thead><tr><th scope=\"col\">Layer</th><th "
		       "scope=\"col\" class=\"n\">Octets</th><th scope=\"col\" "
		       "class=\"n\">Share</th><th scope=\"col\" class=\"bars\"></th></tr>"
		       "</thead>\n<tbody>\n"));
	for (size_t i = 0; i < LAYERS; i++)
		if (layers[i].octets != 0 || i == LAYERS - 1)
			add_layer(out, &layers[i], (int64_t)ledger->wire, i == LAYERS - 1);
	buffer_add_text(out, "</tbody></table>\n");
	add_remarks(out, ledger);
}

static void add_phase(struct buffer *out, const char *name, const struct phase_time *phase,
	const struct phase_time *sum)
{
	bool is_sum = phase == sum;

	buffer_add_text(
		out, is_sum ? "<tr class=\"sum\"><th scope=\"row\">" : "<tr><th scope=\"row\">");
	buffer_add_text(out, name);
	buffer_add_text(out, "</th><td class=\"n\">");
	text_seconds(out, phase->time, 6);
	buffer_add_text(out, "</td><td class=\"n\">");
	text_number(out, phase->round_trips);
	buffer_add_text(out, "</td>");
	add_share_cells(out, share(phase->time, sum->time), is_sum);
	buffer_add_text(out, "</tr>\n");
}

void html_times(const struct html *html, const struct session *session)
{
	struct phase_time sum = {0, 0};
	struct buffer *out = html->out;

	buffer_add_text(
		out, _("<table class=\"figures\"><thead><tr><th scope=\"col\">Phase</th><th "
		       "scope=\"col\" class=\"n\">Seconds</th><th scope=\"col\" class=\"n\">Round "
		       "trips</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\" "
		       "class=\"bars\"></th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < PHASE_COUNT; i++) {
		sum.time += session->phases[i].time;
		sum.round_trips += session->phases[i].round_trips;
	}
	for (size_t i = 0; i < PHASE_COUNT; i++)
		if (session->phases[i].time != 0 || session->phases[i].round_trips != 0)
			add_phase(out, _(phase_name((enum phase)i)), &session->phases[i], &sum);
	add_phase(out, _("all"), &sum, &sum);
	buffer_add_text(out, "</tbody></table>\n");
}
