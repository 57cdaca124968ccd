/* mail/scan.h: finds, at the speed of memory, the places of a message's text that matter. */
#ifndef MAIL_SCAN_H
#define MAIL_SCAN_H

#include "base/span.h"

/* What else than a dot behind LF is looked for. */
enum scan_wants {
	SCAN_BARE_LF = 1 << 0,
	SCAN_BARE_CR = 1 << 1,
};

/* The offset of the first LF that stands before a dot; or, where wanted, of the first LF without CR
 * before it or CR without LF behind it; text.length when there is none. No CR stands before the
 * text; what follows its last octet is not known, so that octet is no stop for what follows it. */
size_t scan_text(struct span text, unsigned wants);

/* The same without vector instructions. */
size_t scan_text_portable(struct span text, unsigned wants);

#endif
