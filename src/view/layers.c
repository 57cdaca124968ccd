#include "view/layers.h"

#include "base/language.h"

void layers_take(const struct ledger *ledger, struct layer layers[LAYERS])
{
	uint64_t claimed = ledger->message + ledger->stuffing + ledger->dialogue + ledger->tls;
	uint64_t below = ledger->payload + ledger->again + ledger->transport + ledger->network +
			 ledger->link;

	layers[0] = (struct layer){_in("layer", "message"), (int64_t)ledger->message};
	layers[1] = (struct layer){_("dots added, final dot"), (int64_t)ledger->stuffing};
	layers[2] = (struct layer){_("commands and replies"), (int64_t)ledger->dialogue};
	layers[3] = (struct layer){"TLS", (int64_t)ledger->tls};
	layers[4] = (struct layer){_("not opened, other"), (int64_t)(ledger->payload - claimed)};
	layers[5] = (struct layer){_("sent again"), (int64_t)ledger->again};
	layers[6] = (struct layer){_("TCP headers"), (int64_t)ledger->transport};
	layers[7] = (struct layer){_("IP headers"), (int64_t)ledger->network};
	layers[8] = (struct layer){_("link headers"), (int64_t)ledger->link};
	layers[9] = (struct layer){_("padding, other"), (int64_t)(ledger->wire - below)};
	layers[10] = (struct layer){_("on the wire"), (int64_t)ledger->wire};
}
