/* message/route.h: the way of a message as its service headers tell it: hops, delays, what servers
 * found of its origin, and what is doubtful of all that. */
#ifndef MESSAGE_ROUTE_H
#define MESSAGE_ROUTE_H

#include "message/authentication.h"
#include "message/received.h"

/* Fields of which a route shows the first one. */
#define ROUTE_FIELDS(X)                                                                            \
	X(FROM, "From")                                                                            \
	X(SENDER, "Sender")                                                                        \
	X(TO, "To")                                                                                \
	X(SUBJECT, "Subject")                                                                      \
	X(DATE, "Date")                                                                            \
	X(MESSAGE_ID, "Message-ID")                                                                \
	X(RETURN_PATH, "Return-Path")                                                              \
	X(DELIVERED_TO, "Delivered-To")                                                            \
	X(ORIGINAL_TO, "X-Original-To")                                                            \
	X(ORIGINATING_IP, "X-Originating-IP")

enum route_field_id {
#define X(id, name) ROUTE_##id,
	ROUTE_FIELDS(X)
#undef X
		ROUTE_FIELD_COUNT
};

const char *route_field_name(enum route_field_id id);

struct route_field {
	struct span value; /* of the first one, on one line */
	size_t count;      /* of all */
};

/* How a hop goes on from the one before it. */
enum hop_link {
	LINK_FIRST,   /* there is none before it */
	LINK_JOINED,  /* it came from the host that had it */
	LINK_UNKNOWN, /* the fields do not say enough to tell */
	LINK_BROKEN,  /* it came from another host */
};

/* One Received field; seconds. */
struct hop {
	struct received received;
	enum hop_link link;
	int64_t delay; /* since the last hop before it that has a date */
	bool has_delay;
};

enum remark_severity { REMARK_NOTE, REMARK_WARNING };

struct remark {
	const char *id; /* "chain-break" */
	enum remark_severity severity;
	size_t hop; /* from 1; 0: of the whole message */
	struct span text;
	const char *rfc; /* "RFC 5321 4.4"; "" */
};

struct remark_list {
	struct remark *at;
	size_t count;
	size_t dropped; /* beyond LIMIT_REMARKS */
};

struct route {
	struct arena arena;
	struct hop *hops; /* in the order of travel, the one closest to the author first */
	size_t hop_count;
	size_t received_count; /* of the fields; more than hop_count beyond LIMIT_HOPS */
	int64_t total;         /* from the first hop with a date to the last one */
	bool has_total;
	struct route_field fields[ROUTE_FIELD_COUNT];
	struct date date; /* of Date */
	bool has_date;
	struct result_list results;
	struct signature_list signatures;
	struct remark_list remarks;
	size_t stray_count; /* lines of the header that are no field */
	bool is_cut;        /* more than LIMIT_ROUTE_HEADER, or LIMIT_ROUTE_FIELD of one field */
};

/* Reads the header at the front of bytes. now is the time in seconds, dates behind which are in the
 * future; 0: nobody knows. Whatever the bytes are, something is made of them. End with
 * route_fini(). */
void route_read(struct route *route, struct span bytes, int64_t now);
void route_fini(struct route *route);

/* The domain of the address in the value of a field ("Name <a@b.example>"): "b.example". */
struct span route_domain(struct span value);

const char *remark_severity_name(enum remark_severity severity);

/* What all ids of remarks are, for the documentation and its test; NULL ends them. */
extern const char *const remark_ids[];

#endif
