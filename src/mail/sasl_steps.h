/* mail/sasl_steps.h: what the mechanisms behind sasl_describe() share. For sasl*.c alone. */
#ifndef MAIL_SASL_STEPS_H
#define MAIL_SASL_STEPS_H

#include "mail/sasl.h"

/* One message of the exchange, decoded from base64, and where its description goes. */
struct sasl_step {
	enum sasl_part part;
	struct span message;
	bool is_redacted;
	struct buffer *out;
	size_t start;        /* where the description begins in *out */
	struct buffer *user; /* where the first name goes as well; NULL: nowhere */
};

static inline bool sasl_is_challenge(const struct sasl_step *step)
{
	return step->part == SASL_PART_CHALLENGE;
}

/* Each adds one item, with a comma before it unless it is the first: plain words; `label "value"`
 * (a long value is cut, and its length said); the same, but hidden when redacted; `label value`.
 */
void sasl_say(struct sasl_step *step, const char *words);
void sasl_quote(struct sasl_step *step, const char *label, struct span value);
void sasl_secret(struct sasl_step *step, const char *label, struct span value);
void sasl_bare(struct sasl_step *step, const char *label, struct span value);

/* The bytes up to the separator, which is taken off *rest too; all of them when there is none. */
struct span sasl_take(struct span *rest, uint8_t separator);

/* Takes `x=value` (up to a comma or the end) off the front of *rest; false, and nothing taken,
 * when it does not begin with this letter. */
bool sasl_take_attribute(struct span *rest, char letter, struct span *value);

/* GS2 header (RFC 5801 4): gs2-header = cbind-flag "," [ "a=" saslname ] ","
 * Taken off the front of *rest; flag is `n`, `y` or `p=name`. */
struct sasl_gs2 {
	struct span flag, identity;
};
bool sasl_gs2_take(struct span *rest, struct sasl_gs2 *header);

/* Adds a saslname (RFC 5802 5.1), =2C and =3D undone; false when another = stands in it. */
bool sasl_quote_name(struct sasl_step *step, const char *label, struct span name);

/* The mechanisms. Each returns false when the message is not of its form. */
bool sasl_scram(struct sasl_step *step);
bool sasl_xoauth2(struct sasl_step *step);
bool sasl_oauthbearer(struct sasl_step *step);
bool sasl_ntlm(struct sasl_step *step);
bool sasl_digest_md5(struct sasl_step *step);

#endif
