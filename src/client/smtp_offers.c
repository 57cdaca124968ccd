#include "client/smtp_offers.h"

#include "client/conversation.h"

static const char *const keywords[] = {
#define X(id, name) name,
	SMTP_OFFERS(X)
#undef X
};

void smtp_offers_init(struct smtp_offers *offers)
{
	*offers = (struct smtp_offers){0};
	buffer_init(&offers->mechanisms, LIMIT_REPLY);
}

void smtp_offers_fini(struct smtp_offers *offers)
{
	buffer_fini(&offers->mechanisms);
}

void smtp_offers_clear(struct smtp_offers *offers)
{
	offers->set = 0;
	offers->size = 0;
	buffer_clear(&offers->mechanisms);
}

/* RFC 5321 4.1.1.1:  ehlo-line = ehlo-keyword *( SP ehlo-param ); and the old form "AUTH=LOGIN
 * PLAIN" of before RFC 2554. */
static void read_line(struct smtp_offers *offers, struct span line)
{
	struct span keyword = span_word(&line);
	size_t equals = span_index(keyword, '=');

	if (equals < keyword.length && span_is_letters(span_first(keyword, equals), "AUTH")) {
		buffer_add_span(&offers->mechanisms, span_from(keyword, equals + 1));
		buffer_add_byte(&offers->mechanisms, ' ');
		keyword = span_first(keyword, equals);
	}
	for (unsigned i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		if (!span_is_letters(keyword, keywords[i]))
			continue;
		offers->set |= 1u << i;
		if (i == SMTP_OFFER_SIZE && !span_number(span_trim(line), &offers->size))
			offers->size = 0;
		if (i == SMTP_OFFER_AUTH) {
			buffer_add_span(&offers->mechanisms, line);
			buffer_add_byte(&offers->mechanisms, ' ');
		}
	}
}

void smtp_offers_read(struct smtp_offers *offers, struct span lines)
{
	struct span line;

	smtp_offers_clear(offers);
	if (!reply_take(&lines, &line))
		return;
	while (reply_take(&lines, &line))
		read_line(offers, line);
}
