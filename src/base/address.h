/* base/address.h: IP addresses as text, without printf(): they stand in rows of which there are
 * millions. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

enum { ADDRESS_TEXT = 48 }; /* octets that text must have room for */

/* Writes "192.0.2.1" (family 4) or "2001:db8::1" (family 6, RFC 5952 4) and a NUL; the length
 * without it. */
size_t address_text(char *text, uint8_t family, const uint8_t *address);

#endif
