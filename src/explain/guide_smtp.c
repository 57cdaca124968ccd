#include "base/language.h"
#include "explain/guide.h"

const struct guide guide_smtp[] = {
	{"smtp.verb.ehlo",
		N_("The greeting has come, or TLS has just begun: the client has to say who it is "
		   "and "
		   "learn what this server can do."),
		N_("The server answers 250 with its name and a line for each extension, or 500 or "
		   "502 "
		   "when it is an old one.")},
	{"smtp.verb.helo",
		N_("The client does not know EHLO, or the server refused it; extensions and "
		   "parameters are not to be used then."),
		N_("The server answers 250 with its name.")},
	{"smtp.verb.lhlo", N_("The server is a local store that speaks LMTP and not SMTP."),
		N_("The server answers 250 with its name and a line for each extension.")},
	{"smtp.verb.mail",
		N_("Client and server have greeted each other, and no transaction is open; one "
		   "begins "
		   "here."),
		N_("The server answers 250, or refuses the sender by 4yz or 5yz.")},
	{"smtp.verb.rcpt", N_("MAIL was accepted: now each recipient is asked for by itself."),
		N_("The server answers each RCPT for itself: 250 or 251 takes the recipient, 4yz "
		   "or "
		   "5yz refuses this one alone.")},
	{"smtp.verb.data", N_("At least one recipient was accepted: now the message can follow."),
		N_("The server answers 354; nothing of the message may be sent before that.")},
	{"smtp.verb.bdat", N_("CHUNKING was offered, and at least one recipient was accepted."),
		N_("The server takes exactly that many octets, whatever is in them, and then "
		   "answers "
		   "250.")},
	{"smtp.verb.burl", N_("BURL was offered: the text lies on an IMAP server already."),
		N_("The server fetches the piece and answers 250, or 554 when it could not.")},
	{"smtp.verb.rset", N_("The client gives up the transaction, or wants to begin anew."),
		N_("The server forgets sender, recipients and text, and answers 250.")},
	{"smtp.verb.quit", N_("The client has nothing more to send."),
		N_("The server answers 221 and closes the connection; the client waits for that.")},
	{"smtp.verb.noop", N_("The client keeps the session alive, or looks whether it still is."),
		N_("The server answers 250 and changes nothing.")},
	{"smtp.verb.help", N_("A person asks, as a rule."), N_("The server answers 211 or 214.")},
	{"smtp.verb.vrfy", N_("The client wants to know an address before it sends."),
		N_("The server answers 250 with the address, 252 when it does not tell, or 550.")},
	{"smtp.verb.expn", N_("The client wants to know who is on a list."),
		N_("The server answers 250 with a line for each member, or refuses by 550 or "
		   "502.")},
	{"smtp.verb.starttls",
		N_("EHLO's reply offered STARTTLS: from here on nobody on the way is to read "
		   "along."),
		N_("The server answers 220 and then nothing but TLS; the client sends ClientHello "
		   "after that reply, and EHLO again when TLS stands.")},
	{"smtp.verb.auth",
		N_("EHLO's reply offered this mechanism; after STARTTLS it is the reply inside TLS "
		   "that counts."),
		N_("The server answers 334 with a challenge, 235 when the login succeeded, or "
		   "5yz.")},
	{"smtp.verb.etrn", N_("The client was offline and wants its mail now."),
		N_("The server answers 250 to 253 and then connects to the client's own server.")},
	{"smtp.verb.atrn", N_("The client has logged in and wants its mail over this connection."),
		N_("The server answers 250 and becomes the client, or 450 or 453.")},
	{"smtp.verb.turn", N_("A host on a dial-up line once asked for its mail like this."),
		N_("The server refuses by 502; the old ones exchanged roles after 250.")},
	{"smtp.verb.send", N_("No transaction is open, and the message is for a terminal."),
		N_("The server answers 250 or, today, 502.")},
	{"smtp.verb.soml",
		N_("No transaction is open, and the message is for a terminal or a box."),
		N_("The server answers 250 or, today, 502.")},
	{"smtp.verb.saml",
		N_("No transaction is open, and the message is for a terminal and a box."),
		N_("The server answers 250 or, today, 502.")},
	{"smtp.verb", N_("It is no command of the RFCs but of one maker's servers."),
		N_("The server answers it like any command, and 500 when it does not know it.")},
	{"smtp.data",
		N_("The message ended: no line of it is a dot alone, since dots are doubled."),
		N_("The server answers 250 when it takes the message upon itself, 4yz or 5yz when "
		   "it "
		   "does not.")},
	{"smtp.text", N_("354 has asked for it."),
		N_("The server keeps silent until the dot has come; the client doubles a dot that "
		   "begins a line.")},
	{"smtp.cancel", N_("The client cannot or will not answer the challenge."),
		N_("The server answers 501, and the session goes on without a login.")},
	{"smtp.empty", N_("An initial response that is empty must not look like none at all."),
		N_("The server takes it as a response of no octets.")},

	{"smtp.ehlo.8bitmime", N_("It stands in the reply to EHLO: the server offers it."),
		N_("The client says BODY=8BITMIME when the message needs it.")},
	{"smtp.ehlo.auth", N_("It stands in the reply to EHLO: a login is possible now."),
		N_("The client picks a mechanism it knows; PLAIN and LOGIN inside TLS alone.")},
	{"smtp.ehlo.chunking", N_("It stands in the reply to EHLO: the server offers it."),
		N_("The client may use BDAT in the place of DATA, not both for one message.")},
	{"smtp.ehlo.binarymime", N_("It stands in the reply to EHLO, together with CHUNKING."),
		N_("The client may say BODY=BINARYMIME and must send the message by BDAT.")},
	{"smtp.ehlo.dsn", N_("It stands in the reply to EHLO: the server offers it."),
		N_("The client may add NOTIFY and ORCPT to RCPT, RET and ENVID to MAIL.")},
	{"smtp.ehlo.enhancedstatuscodes",
		N_("It stands in the reply to EHLO: the server has them."),
		N_("The client can tell reasons apart; every reply of 2yz, 4yz and 5yz has one.")},
	{"smtp.ehlo.pipelining", N_("It stands in the reply to EHLO: the server keeps the order."),
		N_("The client may send MAIL, the RCPTs and DATA at once and then counts the "
		   "replies.")},
	{"smtp.ehlo.size", N_("It stands in the reply to EHLO: a limit, if a number is there."),
		N_("The client says SIZE= with MAIL, and does not send what is larger.")},
	{"smtp.ehlo.smtputf8", N_("It stands in the reply to EHLO: the server offers it."),
		N_("The client says SMTPUTF8 with MAIL when an address or a header needs it.")},
	{"smtp.ehlo.starttls", N_("It stands in the reply to EHLO; inside TLS it must be gone."),
		N_("The client sends STARTTLS before anything that is worth hiding.")},
	{"smtp.ehlo.requiretls", N_("It stands in a reply to EHLO that came inside TLS."),
		N_("The client may say REQUIRETLS with MAIL.")},
	{"smtp.ehlo", N_("It stands in the reply to EHLO: the server offers it for this session."),
		N_("The client may use it now, and need not; after STARTTLS it must ask anew.")},
	{"smtp.mail.size", N_("SIZE was offered: the server can refuse before anything is sent."),
		N_("The server answers 552 if that is too large for good, 452 if it is for now.")},
	{"smtp.mail.body", N_("8BITMIME or BINARYMIME was offered, and the message needs it."),
		N_("The server takes such octets, or answers 555 when it does not know the "
		   "value.")},
	{"smtp.mail.auth", N_("AUTH was offered, and who wrote the message is known."),
		N_("The server believes it as far as it trusts the client.")},
	{"smtp.mail", N_("It stands behind the sender's path; its extension was offered in EHLO."),
		N_("The server honours it, or answers 555 when it does not know it, 501 when its "
		   "value is wrong.")},
	{"smtp.rcpt.notify", N_("DSN was offered, and the sender wants to know, or not to."),
		N_("The server keeps it with the message, and reports as it says.")},
	{"smtp.rcpt", N_("It stands behind a recipient's path and holds for this one alone."),
		N_("The server honours it, or answers 555 when it does not know it, 501 when its "
		   "value is wrong.")},
	{NULL, NULL, NULL},
};
