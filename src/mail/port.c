#include "mail/port.h"

/* RFC 5321 4.5.4.2, RFC 6409 3.1, RFC 1939 3, RFC 8314 3. */
static const struct mail_port ports[] = {
	{25, MAIL_SMTP, false},
	{587, MAIL_SMTP, false},
	{465, MAIL_SMTP, true},
	{110, MAIL_POP3, false},
	{995, MAIL_POP3, true},
};

const struct mail_port *mail_port_find(uint16_t number)
{
	for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
		if (ports[i].number == number)
			return &ports[i];
	return NULL;
}
