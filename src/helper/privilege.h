/* helper/privilege.h: gives up what the helper does not need, before and after it has opened the
 * capture. */
#ifndef HELPER_PRIVILEGE_H
#define HELPER_PRIVILEGE_H

#include "base/fail.h"

/* At the start: closes every descriptor but the three standard ones, which must be open (the
 * capture's socket must not become standard output), and forgets the environment. */
enum step privilege_begin(struct fail *fail);

/* Once the capture is open: no capability is left, none can come back by executing anything, no
 * further file can be opened, no core can be written. Where the system has no capabilities but is
 * run by root, it stays root. */
enum step privilege_drop(struct fail *fail);

#endif
