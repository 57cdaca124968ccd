#include "view/guide.h"

const struct guide guide_header[] = {
	{"header.field", "Servers on the way, and signers, write such fields on top of a message.",
		"Read them from below: the lowest is the oldest, and easiest to make up."},
	{"header.with", "It stands behind \"with\" in Received.",
		"Letters tell: S for TLS, A for a login, UTF8 for addresses in UTF-8."},
	{"auth.method", "It stands in Authentication-Results: what the server checked.",
		"What came of it stands behind the equals sign."},
	{"auth.result", "It stands behind the method and an equals sign.",
		"Believe it only of a server of your own; others can be made up."},
	{"auth.property", "It stands behind a result: what exactly was looked at.",
		"Compare it with what the message shows in From."},
	{"dkim.tag", "It is a part of DKIM-Signature; ARC's signatures have most of them too.",
		"The receiver fetches the key of s= and d= from DNS, and computes h= and bh= "
		"again."},
	{"arc.tag", "It is a part of ARC's three fields, which come together.",
		"The receiver checks the seals from the highest number down."},
	{NULL, NULL, NULL},
};
