/* builder/text.h: words, numbers, times, addresses and escapes of session scripts, and complaints
 * about them. */
#ifndef BUILDER_TEXT_H
#define BUILDER_TEXT_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/chunk.h"
#include "packet.h"

/* Where complaints point to. file is kept, not copied; line 0 stands for the whole file. */
void text_place(const char *file, unsigned line);

/* Prints "builder: FILE:LINE: WHAT" and ends the program with status 65. */
NO_RETURN void text_complain(const char *format, ...) PRINTF_LIKE(1, 2);

/* The next word off the front of *rest; complains that `what` is missing when there is none. */
struct span text_take(struct span *rest, const char *what);

/* Decimal, or hexadecimal with 0x. */
uint64_t text_number(struct span word, uint64_t largest);

/* Seconds with up to nine decimals, as nanoseconds. */
int64_t text_seconds(struct span word);

/* 2022-11-20T17:24:09.32Z, as nanoseconds since 1970. */
int64_t text_date(struct span word);

/* C or S. */
enum side text_side(struct span word);

/* 192.0.2.10:40000 or [2001:db8::10]:40000: fills address, family and port. */
void text_end(struct span word, struct packet_end *end);

/* 00:00:5e:00:53:01 */
void text_mac(struct span word, uint8_t mac[6]);

/* Appends text with its escapes undone: \r \n \t \\ \xHH. False when it ends in \c: then no line
 * end follows. */
bool text_unescape(struct span text, struct buffer *out);

/* Appends a file's octets; complains when it cannot be read. */
void text_read_file(const char *path, struct buffer *text);

#endif
