/* base/limits.h: every limit on what the network can make mailscope keep, in one place.
 * What passes a limit is never lost silently: it becomes a finding or an error that names the
 * limit. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum limits {
	/* capture */
	LIMIT_BLOCK = 16 * 1024 * 1024,  /* a pcapng block, or a pcap record */
	LIMIT_READ = 64 * 1024,          /* what one read() asks for */
	LIMIT_ZSTD_WINDOW = 27,          /* log2 of the octets a zstd capture may refer back */
	LIMIT_INTERFACES = 64 * 1024,    /* interfaces in one section */
	LIMIT_SECRETS = 4 * 1024 * 1024, /* TLS secrets kept of one capture */

	/* net */
	LIMIT_HEADERS = 32,             /* link and IPv6 extension headers, tunnels, in one frame */
	LIMIT_FRAGMENTED = 256,         /* IP datagrams being put together at one time */
	LIMIT_FRAGMENTS = 128,          /* fragments of one datagram */
	LIMIT_DATAGRAM = 65535 + 40,    /* octets of one datagram put together */
	LIMIT_HELD_SEGMENTS = 512,      /* segments held behind a gap, one direction */
	LIMIT_HELD_OCTETS = 512 * 1024, /* their octets */
	LIMIT_RECENT =
		2048, /* octets remembered of one direction, to compare with what is sent again */
	LIMIT_OPEN = 4 * 1024 * 1024, /* connections remembered at one time */
	LIMIT_PATIENCE = 8, /* packets of a connection to wait for bytes that were acknowledged */
	LIMIT_UNSEEN = 16 * 1024 *
		       1024, /* an acknowledgement farther ahead than this is no sign of a gap */
	LIMIT_BELIEVED = 256 * 1024, /* octets that one acknowledgement alone can declare lost */
	LIMIT_CLOSED = 512,          /* closed connections kept for their last segments */

	/* mail */
	LIMIT_LINE = 256 * 1024,     /* octets kept of one line */
	LIMIT_PENDING = 4096,        /* commands waiting for their replies */
	LIMIT_BARRIER = 256 * 1024,  /* octets held until a reply says what they are */
	LIMIT_EARLY_TLS = 24 * 1024, /* the same while its TLS may have the shape of mail */
	LIMIT_EARLY = 4096, /* octets of a connection held while its protocol is not found */
	LIMIT_GUESS = 512,  /* octets of each direction looked at to find the protocol */

	/* tls */
	LIMIT_RECORD = 16384 + 2048 + 5, /* a TLS record (RFC 5246 6.2.3) */
	LIMIT_HANDSHAKE = 128 * 1024,    /* a handshake message */
	LIMIT_CERTIFICATE = 64 * 1024,   /* a certificate that is read */
	LIMIT_SKIPPED = 512, /* records that may be missing in front of one that is opened */
	LIMIT_TRIES =
		4096, /* tries to open a side's records, none of them opened, before giving up */

	/* message */
	LIMIT_PARTS = 1000,          /* parts shown of one message */
	LIMIT_DEPTH = 100,           /* parts within parts */
	LIMIT_HEADER_FIELDS = 10000, /* header fields read of one message, those of its parts too */
	LIMIT_PARAMETERS = 10000,    /* parameters of its fields (charset, boundary) */
	LIMIT_MAILBOXES = 10000,     /* its addresses */
	LIMIT_NESTED = 200,          /* groups, or encoded words without an end, in one field */
	LIMIT_ENCODED_WORDS = 10000, /* encoded words of one message that are joined, about */
	LIMIT_ROUTE_HEADER = 4 * 1024 * 1024, /* octets of a header looked at for its route */
	LIMIT_ROUTE_FIELD = 64 * 1024,        /* octets of one of its fields */
	LIMIT_HOPS = 1000,                    /* Received fields kept, the newest */
	LIMIT_RESULTS = 1000,                 /* results of authentication kept */
	LIMIT_SIGNATURES = 200,               /* DKIM and ARC signatures kept */
	LIMIT_TAGS = 100,                     /* tags of one, or properties of one result */
	LIMIT_REMARKS = 1000,                 /* remarks on one route */

	/* dissect, session */
	LIMIT_HEADER = 64 * 1024, /* octets of a message's header kept for the views */
	LIMIT_FIELDS = 16 * 1024, /* octets of its From and Subject kept for its row */
	LIMIT_MESSAGE =
		256 * 1024 * 1024, /* octets of one message kept when a view asks for its text */
	LIMIT_ROWS_WAITING = 16 * 1024, /* packet rows waiting for what comes later */
	LIMIT_LINES = 256 * 1024,       /* lines kept of one session */
	LIMIT_MESSAGES = 64 * 1024,     /* messages kept of one session */
	LIMIT_FRAMES = 256 * 1024,      /* frames named of one line: the first, and the last */
	LIMIT_FINDINGS = 1000,          /* findings kept of one session */
	LIMIT_RECIPIENTS = 10000,       /* recipients kept of one message */
	LIMIT_COLUMN = 4095,            /* octets of the Info column */

	/* base */
	LIMIT_CATALOGUE = 16 * 1024 * 1024, /* octets of a catalogue of translations */

	/* live, helper */
	LIMIT_HOSTS = 64,         /* addresses of a server that are captured */
	LIMIT_PORTS = 16,         /* ports of servers that are captured together */
	LIMIT_HOSTED = 256,       /* clients of a server at one time whose sessions are captured */
	LIMIT_WATCHED = 64,       /* connections watched for their ends at one time */
	LIMIT_RECORDED = 1 << 30, /* octets of packets kept of one live session */
	LIMIT_CITED = 2048,       /* octets of the comment on one packet */

	/* compare */
	LIMIT_LOG = 512 * 1024 * 1024,     /* octets of a log */
	LIMIT_LOG_LINES = 4 * 1024 * 1024, /* its lines */
	LIMIT_ALIGN_WINDOW = 1024,         /* lines of the log, and of the wire, weighed together */
	LIMIT_COMPARED_ROWS = 10000,       /* of a message that are the same, and are all shown */

	/* client */
	LIMIT_ADDRESSES = 16,         /* addresses of a host that are tried */
	LIMIT_UNREAD = 1024 * 1024,   /* octets kept that the server says while it is written to */
	LIMIT_CHAIN = 10,             /* certificates told of one server */
	LIMIT_NAMES = 20,             /* names told of one certificate */
	LIMIT_GUARD = 16 * 1024,      /* octets by which a secret is known in the log */
	LIMIT_PASSWORD = 16 * 1024,   /* octets of a password or a token */
	LIMIT_REPLY_LINE = 16 * 1024, /* octets of one line of a reply (RFC 4954 4: 12288) */
	LIMIT_REPLY = 64 * 1024,      /* octets of a whole reply */
	LIMIT_REPLY_CITED = 200,      /* octets of a reply cited in a failure */
	LIMIT_GROUP = 100,            /* commands said in one group */
	LIMIT_GROUP_OCTETS = 8 * 1024,
	LIMIT_GUARDED = 12,         /* secrets of one session that are blotted out of replies */
	LIMIT_ITERATIONS = 1000000, /* rounds of hashing that a server may ask for (SCRAM) */
	LIMIT_LISTED = 1024 * 1024, /* messages of a POP3 mailbox */
	LIMIT_TEXT_LINE = 998,      /* RFC 5321 4.5.3.1.6, without CRLF */
	LIMIT_PATH = 256,           /* RFC 5321 4.5.3.1.3, with its brackets */
	LIMIT_LOCAL_PART = 64,      /* RFC 5321 4.5.3.1.1 */
	LIMIT_DOMAIN = 255,         /* RFC 5321 4.5.3.1.2 */
	LIMIT_SMTP_COMMAND = 512,   /* RFC 5321 4.5.3.1.4, with CRLF */
	LIMIT_POP3_COMMAND = 255,   /* RFC 2449 4, with CRLF */

	/* window */
	LIMIT_SHOWN_PACKETS = 1024 * 1024, /* packets of a capture in the window's list */
	LIMIT_SHOWN_SESSIONS = 10000,      /* sessions of a capture in it */
	LIMIT_SHOWN_TEXT = 1024 * 1024,    /* octets of one text in it */
	LIMIT_SHOWN_LINES = 40,            /* lines of a message's text in its dialogue */

	/* view */
	LIMIT_DIAGRAM_ROWS = 2000,      /* rows of the flow diagram; more are folded */
	LIMIT_DIAGRAM_HOPS = 60,        /* hops of a route drawn; the middle is folded */
	LIMIT_RULES = 1024,             /* rules of a teacher's check */
	LIMIT_RULES_FILE = 1024 * 1024, /* octets of their file */
	LIMIT_STATE_CHARTS = 12,        /* sessions drawn as ways through states */
	LIMIT_STATE_STEPS = 12,         /* lines of words at one arrow of such a way */
	LIMIT_STATE_AHEAD = 256,        /* commands after which no reply is looked for any more */
	LIMIT_REPORT_ROWS = 2000,       /* packets, and lines, of a session in a report */
	LIMIT_REPORT_TEXT = 64 * 1024,  /* octets of a message's text in it */
	LIMIT_REPORT_MESSAGES = 50,     /* messages of a session in it */
	LIMIT_REPORT_SESSIONS = 200,    /* its sessions; more are only counted */
	LIMIT_REPORT_TEMPLATE = 256 * 1024, /* octets of its template */
	LIMIT_DIAGRAM_LINE = 16 * 1024, /* octets of one line drawn in it; the middle is folded */

	/* practice */
	LIMIT_PRACTICE_SESSIONS = 4096,     /* clients at one time */
	LIMIT_PRACTICE_COMMAND = 2048,      /* octets of an SMTP command line */
	LIMIT_PRACTICE_REQUEST = 255,       /* octets of a POP3 command line (RFC 2449 4) */
	LIMIT_PRACTICE_LOGIN = 12288,       /* octets of a line of a login (RFC 4954 4) */
	LIMIT_PRACTICE_IN = 16 * 1024,      /* octets read ahead of one client */
	LIMIT_PRACTICE_OUT = 256 * 1024,    /* octets that wait until one client reads them */
	LIMIT_PRACTICE_RECIPIENTS = 1000,   /* recipients of one message */
	LIMIT_PRACTICE_WRONG = 50,          /* commands in a session that cannot be understood */
	LIMIT_PRACTICE_LOGINS = 5,          /* logins in a session that fail */
	LIMIT_PRACTICE_ACCOUNTS = 10000,    /* users */
	LIMIT_PRACTICE_MAILBOX = 1000000,   /* messages in one mailbox */
	LIMIT_PRACTICE_SCRIPT = 256 * 1024, /* octets of a fault script */
	LIMIT_PRACTICE_RULES = 1000,        /* its rules */
	LIMIT_PRACTICE_DELAY = 3600 * 1000, /* milliseconds that a rule may have a reply wait */
};

#endif
