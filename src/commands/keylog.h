/* commands/keylog.h: a file of TLS secrets in SSLKEYLOGFILE format. */
#ifndef COMMANDS_KEYLOG_H
#define COMMANDS_KEYLOG_H

#include "base/fail.h"

struct tls_secrets;

/* The file's secrets; the caller frees them. NULL and *fail when it cannot be read. */
struct tls_secrets *keylog_load(const char *path, struct fail *fail);

/* Says that there were more secrets than are kept. */
void keylog_warn(const char *name);

#endif
