/* report/text.h: text of the network, and of RFCs, as HTML that shows it and does nothing else.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/buffer.h"

/* Appends printable text as content, or as the value of a quoted attribute. */
void html_escape(struct buffer *out, struct span printable);

/* The same for any octets: made printable first. */
void html_text(struct buffer *out, struct span octets);

/* Lines of any octets as they are, tabs and line feeds too; at most limit octets, and a line that
 * says what was left out. */
void html_lines(struct buffer *out, struct span text, size_t limit);

/* "RFC 5321 4.1.1.2, RFC 6066 3": each section a link to it. Nothing for "". */
void html_rfc(struct buffer *out, struct span rfc);

/* A printable sentence; what stands in brackets at its end, as "[RFC 5321 4.1]", is such links. */
void html_sentence(struct buffer *out, struct span sentence);

/* A row of two cells: what it is, and the value, which may be any octets; none for an empty value.
 */
void html_fact(struct buffer *out, const char *label, struct span value);

/* A row of two cells whose value is HTML already. */
void html_fact_raw(struct buffer *out, const char *label, struct span value);

#endif
