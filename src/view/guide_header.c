#include "base/language.h"
#include "view/guide.h"

const struct guide guide_header[] = {
	{"header.field",
		N_("Servers on the way, and signers, write such fields on top of a message."),
		N_("Read them from below: the lowest is the oldest, and easiest to make up.")},
	{"header.with", N_("It stands behind \"with\" in Received."),
		N_("Letters tell: S for TLS, A for a login, UTF8 for addresses in UTF-8.")},
	{"auth.method", N_("It stands in Authentication-Results: what the server checked."),
		N_("What came of it stands behind the equals sign.")},
	{"auth.result", N_("It stands behind the method and an equals sign."),
		N_("Believe it only of a server of your own; others can be made up.")},
	{"auth.property", N_("It stands behind a result: what exactly was looked at."),
		N_("Compare it with what the message shows in From.")},
	{"dkim.tag", N_("It is a part of DKIM-Signature; ARC's signatures have most of them too."),
		N_("The receiver fetches the key of s= and d= from DNS, and computes h= and bh= "
		   "again.")},
	{"arc.tag", N_("It is a part of ARC's three fields, which come together."),
		N_("The receiver checks the seals from the highest number down.")},
	{NULL, NULL, NULL},
};
