#include "client/pop3_offers.h"

#include "base/limits.h"
#include "client/held_line.h"

static const char *const tags[] = {
#define X(id, name) name,
	POP3_OFFERS(X)
#undef X
};

void pop3_offers_init(struct pop3_offers *offers)
{
	*offers = (struct pop3_offers){0};
	buffer_init(&offers->mechanisms, LIMIT_REPLY);
	buffer_init(&offers->expire, LIMIT_REPLY_CITED);
	buffer_init(&offers->login_delay, LIMIT_REPLY_CITED);
	buffer_init(&offers->line, LIMIT_REPLY_LINE);
}

void pop3_offers_fini(struct pop3_offers *offers)
{
	buffer_fini(&offers->mechanisms);
	buffer_fini(&offers->expire);
	buffer_fini(&offers->login_delay);
	buffer_fini(&offers->line);
}

void pop3_offers_clear(struct pop3_offers *offers)
{
	offers->is_known = false;
	offers->set = 0;
	buffer_clear(&offers->mechanisms);
	buffer_clear(&offers->expire);
	buffer_clear(&offers->login_delay);
	buffer_clear(&offers->line);
}

/* RFC 2449 5:  capa-resp = tag *( SP argument ) CRLF */
static void read_line(struct pop3_offers *offers, struct span line)
{
	struct span tag = span_word(&line);

	for (unsigned i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		struct buffer *argument = i == POP3_OFFER_SASL          ? &offers->mechanisms
					  : i == POP3_OFFER_EXPIRE      ? &offers->expire
					  : i == POP3_OFFER_LOGIN_DELAY ? &offers->login_delay
									: NULL;

		if (!span_is_letters(tag, tags[i]))
			continue;
		offers->set |= 1u << i;
		if (argument != NULL) {
			buffer_clear(argument);
			buffer_add_span(argument, line);
		}
	}
}

void pop3_offers_add(struct pop3_offers *offers, struct span octets)
{
	struct span line;

	while (held_line_take(&offers->line, &octets, &line)) {
		read_line(offers, line);
		buffer_clear(&offers->line);
	}
}
