#include "practice/smtp_server.h"
#include "practice_play.h"
#include "suite.h"

#include <stdio.h>

#define GREETING "220 practice.test ESMTP mailscope practice\r\n"
#define OFFERS_FRONT "250-practice.test greets c.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n"
#define OFFERS_END                                                                                 \
	"250-AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n"          \
	"250-8BITMIME\r\n250-BINARYMIME\r\n250-CHUNKING\r\n250-SMTPUTF8\r\n250-DSN\r\n"            \
	"250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n"
#define OFFERS OFFERS_FRONT "250-STARTTLS\r\n" OFFERS_END
#define OFFERS_TLS OFFERS_FRONT OFFERS_END
#define EHLO "EHLO c.example\r\n"
#define HELO "HELO c.example\r\n"
#define HELO_OK "250 practice.test greets c.example\r\n"
#define MAIL "MAIL FROM:<x@y.example>\r\n"
#define MAIL_OK "250 2.1.0 Sender OK\r\n"
#define RCPT "RCPT TO:<ann@any.example>\r\n"
#define RCPT_OK "250 2.1.5 Recipient OK\r\n"
#define DATA_OK "354 Send it; a line with a dot alone ends it\r\n"
#define DONE "250 2.0.0 Delivered as ID\r\n"
#define QUIT "QUIT\r\n"
#define BYE "221 2.0.0 practice.test closing, good bye\r\n{close}"
#define MAIL_SYNTAX "MAIL FROM:<reverse-path> [SP parameters]\r\n"
#define RCPT_SYNTAX "RCPT TO:<forward-path> [SP parameters]\r\n"

static const struct practice_case cases[] = {
	{"a message", NULL, EHLO MAIL RCPT "DATA\r\nSubject: x\r\n\r\ntext\r\n.\r\n" QUIT,
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK DONE BYE},
	{"letters of any case, blanks at the end", NULL,
		"ehlo c.example \r\nmail from:<x@y.example>\r\nRcpt To:<ANN@z>  "
		"\r\ndata\r\n.\r\nquit\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK DONE BYE},
	{"order", NULL,
		MAIL RCPT "DATA\r\nSTARTTLS\r\nAUTH PLAIN\r\n" EHLO RCPT
			  "DATA\r\nBDAT 2\r\nxy" MAIL MAIL "DATA\r\n" RCPT MAIL "RSET\r\n" RCPT,
		GREETING "503 5.5.1 MAIL out of order: EHLO or HELO comes first\r\n"
			 "503 5.5.1 RCPT out of order: EHLO or HELO comes first\r\n"
			 "503 5.5.1 DATA out of order: EHLO or HELO comes first\r\n"
			 "503 5.5.1 STARTTLS out of order: EHLO or HELO comes first\r\n"
			 "503 5.5.1 AUTH out of order: EHLO or HELO comes first\r\n" OFFERS
			 "503 5.5.1 RCPT out of order: MAIL comes first\r\n"
			 "503 5.5.1 DATA out of order: MAIL comes first\r\n"
			 "503 5.5.1 BDAT out of order: EHLO, MAIL and RCPT come first\r\n" MAIL_OK
			 "503 5.5.1 MAIL out of order: a transaction is open: end it, or RSET\r\n"
			 "503 5.5.1 DATA out of order: RCPT comes first\r\n" RCPT_OK
			 "503 5.5.1 MAIL out of order: a transaction is open: end it, or RSET\r\n"
			 "250 2.0.0 Reset\r\n503 5.5.1 RCPT out of order: MAIL comes first\r\n"},
	{"EHLO ends a transaction", NULL, EHLO MAIL HELO RCPT,
		GREETING OFFERS MAIL_OK HELO_OK
		"503 5.5.1 RCPT out of order: MAIL comes first\r\n"},
	{"syntax", NULL,
		"\r\nJUGGLE\r\nETRN x\r\nEHLO\r\nEHLO a b\r\nEHLO a\nNOOP\x01\r\n" HELO
		"DATA x\r\nRSET x\r\nQUIT now\r\nMAIL\r\nMAIL x\r\nMAIL FROM: <a@b>\r\n"
		"MAIL FROM:a@b\r\nMAIL FROM:<a@b>x\r\nMAIL FROM:<a@b> SIZE=1\r\n" MAIL
		"RCPT TO:<>\r\nRCPT FROM:<a@b>\r\nNOOP\r\nNOOP x\r\nVRFY ann\r\nEXPN x\r\n",
		GREETING "500 5.5.2 Command not recognized\r\n500 5.5.2 Command not recognized\r\n"
			 "502 5.5.1 ETRN is not implemented\r\n"
			 "501 5.5.4 Syntax: EHLO SP (domain / address-literal)\r\n"
			 "501 5.5.4 Syntax: EHLO SP (domain / address-literal)\r\n"
			 "500 5.5.2 LF without CR: a line ends in both\r\n"
			 "500 5.5.2 Control characters in a command\r\n" HELO_OK
			 "503 5.5.1 DATA out of order: MAIL comes first\r\n"
			 "501 5.5.4 Syntax: RSET\r\n501 5.5.4 Syntax: QUIT\r\n"
			 "501 5.5.4 Syntax: " MAIL_SYNTAX "501 5.5.4 " MAIL_SYNTAX
			 "501 5.1.7 Not an address in angle brackets: " MAIL_SYNTAX
			 "501 5.1.7 Not an address in angle brackets: " MAIL_SYNTAX
			 "501 5.5.4 " MAIL_SYNTAX
			 "555 5.5.4 Parameter not recognized, or not offered\r\n" MAIL_OK
			 "501 5.1.3 A recipient is not <>\r\n501 5.5.4 " RCPT_SYNTAX
			 "250 2.0.0 Still here\r\n250 2.0.0 Still here\r\n"
			 "252 2.0.0 Cannot tell; send the message, and see\r\n"
			 "502 5.5.1 EXPN is not implemented\r\n"},
	{"parameters of MAIL", NULL,
		EHLO
		"MAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE=x\r\nMAIL FROM:<> SIZE\r\n"
		"MAIL FROM:<> SIZE=1 SIZE=1\r\nMAIL FROM:<> BODY=9BIT\r\n"
		"MAIL FROM:<> SMTPUTF8=1\r\nMAIL FROM:<> RET=x\r\nMAIL FROM:<> ENVID==\r\n"
		"MAIL FROM:<> AUTH=a+zz\r\nMAIL FROM:<> NOTIFY=NEVER\r\nMAIL FROM:<> X\r\n"
		"MAIL FROM:<> SIZE=\r\nMAIL FROM:<п@x>\r\n"
		"MAIL FROM:<a@b> size=1000 body=8bitmime SMTPUTF8 RET=HDRS ENVID=a+2Bb AUTH=<>\r\n",
		GREETING OFFERS
		"552 5.3.4 More than 1000 octets are not taken\r\n"
		"501 5.5.4 SIZE is a number of octets\r\n"
		"501 5.5.4 A parameter lacks its value\r\n"
		"501 5.5.4 A parameter stands twice\r\n"
		"501 5.5.4 BODY is 7BIT, 8BITMIME or BINARYMIME\r\n"
		"501 5.5.4 A parameter has a value\r\n501 5.5.4 RET is FULL or HDRS\r\n"
		"501 5.5.4 ENVID is xtext of at most 100 characters\r\n"
		"501 5.5.4 AUTH is an address as xtext, or <>\r\n"
		"555 5.5.4 Parameter not recognized, or not offered\r\n"
		"555 5.5.4 Parameter not recognized, or not offered\r\n"
		"501 5.5.4 " MAIL_SYNTAX "553 5.6.7 This address needs SMTPUTF8\r\n" MAIL_OK},
	{"recipients", NULL,
		EHLO MAIL "RCPT TO:<nobody@practice.test>\r\nRCPT TO:<postmaster>\r\n"
			  "RCPT TO:<Postmaster@x>\r\nRCPT TO:<\"ann\"@x>\r\n"
			  "RCPT TO:<bob@[192.0.2.1]> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob@x\r\n"
			  "RCPT TO:<bob@x> NOTIFY=NEVER,DELAY\r\nRCPT TO:<bob@x> ORCPT=x\r\n"
			  "RCPT TO:<bob@x> NOTIFY=\r\nRCPT TO:<../ann@x>\r\n"
			  "RCPT TO:<@a,@b:bob@x>\r\n",
		GREETING OFFERS MAIL_OK
		"550 5.1.1 No such user here, and nothing is relayed\r\n" RCPT_OK RCPT_OK RCPT_OK
			RCPT_OK "501 5.5.4 NOTIFY is NEVER, or of SUCCESS,FAILURE,DELAY\r\n"
		"501 5.5.4 ORCPT is a type, a semicolon and an address as xtext\r\n"
		"501 5.5.4 " RCPT_SYNTAX
		"501 5.1.3 Not an address in angle brackets: " RCPT_SYNTAX RCPT_OK},
	{"UTF-8", NULL,
		EHLO
		"MAIL FROM:<a@b> SMTPUTF8\r\nRCPT TO:<Пётр@почта.example>\r\nDATA\r\nx\r\n.\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK DONE},
	{"all recipients refused", NULL, EHLO MAIL "RCPT TO:<no@x>\r\nDATA\r\n",
		GREETING OFFERS MAIL_OK "550 5.1.1 No such user here, and nothing is relayed\r\n"
					"503 5.5.1 DATA out of order: RCPT comes first\r\n"},
	{"chunks", NULL, EHLO MAIL RCPT "BDAT 3\r\na\r\nBDAT 5 LAST\r\n.\r\n\r\nNOOP\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK "250 2.0.0 3 octets so far\r\n" DONE
						"250 2.0.0 Still here\r\n"},
	{"an empty last chunk", NULL, EHLO MAIL RCPT "BDAT 3\r\na\r\nBDAT 0 LAST\r\n" MAIL,
		GREETING OFFERS MAIL_OK RCPT_OK "250 2.0.0 3 octets so far\r\n" DONE MAIL_OK},
	{"chunks and their order", NULL,
		EHLO MAIL RCPT "BDAT 1\r\nxDATA\r\n" RCPT MAIL "BDAT x\r\nBDAT 1 FIRST\r\n"
			       "RSET\r\nBDAT 7 LAST\r\nQUIT\r\n\nNOOP\r\n"
			       "MAIL FROM:<> BODY=BINARYMIME\r\n" RCPT "DATA\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK
		"250 2.0.0 1 octets so far\r\n"
		"503 5.5.1 DATA out of order: this message comes by BDAT\r\n"
		"503 5.5.1 RCPT out of order: BDAT has begun\r\n"
		"503 5.5.1 MAIL out of order: a transaction is open: end it, or RSET\r\n"
		"501 5.5.4 Syntax: BDAT SP octets [SP LAST]\r\n"
		"501 5.5.4 Syntax: BDAT SP octets [SP LAST]\r\n250 2.0.0 Reset\r\n"
		"503 5.5.1 BDAT out of order: EHLO, MAIL and RCPT come first\r\n"
		"250 2.0.0 Still here\r\n" MAIL_OK RCPT_OK
		"503 5.5.1 DATA out of order: this message comes by BDAT\r\n"},
	{"only CR LF . CR LF is an end", NULL,
		EHLO MAIL RCPT "DATA\r\na\n.\nb\n.\r\nc\r.\rd\r\n.\ne\r\n.\r\nNOOP\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK DONE "250 2.0.0 Still here\r\n"},
	{"STARTTLS", NULL,
		EHLO MAIL "RSET\r\nSTARTTLS x\r\nSTARTTLS\r\n{TLS}" MAIL EHLO "STARTTLS\r\n",
		GREETING OFFERS MAIL_OK
		"250 2.0.0 Reset\r\n501 5.5.4 Syntax: STARTTLS\r\n"
		"220 2.0.0 Ready to start TLS\r\n{TLS}"
		"503 5.5.1 MAIL out of order: EHLO or HELO comes first\r\n" OFFERS_TLS
		"503 5.5.1 TLS is on already\r\n"},
	{"HELP", NULL, "HELP\r\nHELP data\r\nHELP juggling\r\n",
		GREETING
		"214-2.0.0 Commands: EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP "
		"VRFY HELP QUIT\r\n214 2.0.0 HELP and one of them tells more\r\n"
		"214-2.0.0 DATA\r\n214-2.0.0 Asks to send the message; after 354 come its "
		"header and text, ended by a line with a dot alone.\r\n"
		"214 2.0.0 RFC 5321 4.1.1.4\r\n"
		"214-2.0.0 Commands: EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP "
		"VRFY HELP QUIT\r\n214 2.0.0 HELP and one of them tells more\r\n"},

	/* AUTH: base64 of NUL ann NUL ann-secret, and of others */
	{"AUTH PLAIN", NULL,
		EHLO "AUTH PLAIN AGFubgBhbm4tc2VjcmV0\r\nAUTH PLAIN AGFubgBhbm4tc2VjcmV0\r\n",
		GREETING OFFERS
		"235 2.7.0 Welcome, ann\r\n503 5.5.1 You are logged in already\r\n"},
	{"AUTH PLAIN, asked", NULL, EHLO "AUTH plain\r\nAGFubgBhbm4tc2VjcmV0\r\n",
		GREETING OFFERS "334 \r\n235 2.7.0 Welcome, ann\r\n"},
	{"AUTH LOGIN", NULL,
		EHLO "AUTH LOGIN\r\nYW5u\r\nYW5uLXNlY3JldA==\r\nRSET\r\nSTARTTLS\r\n{TLS}" EHLO
		     "AUTH LOGIN Ym9i\r\nYm9iLXNlY3JldA==\r\n",
		GREETING OFFERS
		"334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 2.7.0 Welcome, ann\r\n"
		"250 2.0.0 Reset\r\n220 2.0.0 Ready to start TLS\r\n{TLS}" OFFERS_TLS
		"334 UGFzc3dvcmQ6\r\n235 2.7.0 Welcome, bob\r\n"},
	{"AUTH XOAUTH2, wrong and right", NULL,
		EHLO "AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgeAEB\r\n\r\n"
		     "AUTH XOAUTH2 dXNlcj1hbm5AeAFhdXRoPUJlYXJlciBhbm4tc2VjcmV0AQE=\r\n",
		GREETING OFFERS
		"334 eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NoZW1lcyI6ImJlYXJlciJ9\r\n"
		"535 5.7.8 Wrong user or password\r\n235 2.7.0 Welcome, ann\r\n"},
	{"AUTH OAUTHBEARER", NULL,
		EHLO
		"AUTH OAUTHBEARER\r\nbixhPWFubkB4LAFob3N0PXgBYXV0aD1CZWFyZXIgYW5uLXNlY3JldAEB\r\n",
		GREETING OFFERS "334 \r\n235 2.7.0 Welcome, ann\r\n"},
	{"AUTH refused", NULL,
		EHLO "AUTH JUGGLE\r\nAUTH PLAIN !\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n=\r\n"
		     "AUTH CRAM-MD5 AAAA\r\nAUTH PLAIN AGFubgB4\r\nAUTH PLAIN "
		     "Ym9iAGFubgBhbm4tc2VjcmV0\r\n"
		     "AUTH LOGIN bm9ib2R5\r\neA==\r\n" MAIL "AUTH PLAIN\r\n" HELO "AUTH PLAIN\r\n",
		GREETING OFFERS
		"504 5.5.4 Mechanism not recognized\r\n"
		"501 5.5.2 Not base64; login given up\r\n334 \r\n"
		"501 5.7.0 Login cancelled\r\n334 \r\n"
		"501 5.5.2 Not base64; login given up\r\n"
		"501 5.7.0 This mechanism has no initial response\r\n"
		"535 5.7.8 Wrong user or password\r\n535 5.7.8 Wrong user or password\r\n"
		"334 UGFzc3dvcmQ6\r\n535 5.7.8 Wrong user or password\r\n" MAIL_OK
		"503 5.5.1 AUTH out of order: a transaction is open: end it, or RSET\r\n" HELO_OK
		"502 5.5.1 AUTH is not offered\r\n"},
	{"too many logins", NULL,
		EHLO "AUTH PLAIN AGFubgB4\r\nAUTH PLAIN AGFubgB4\r\nAUTH PLAIN AGFubgB4\r\n"
		     "AUTH PLAIN AGFubgB4\r\nAUTH PLAIN AGFubgB4\r\nNOOP\r\n",
		GREETING OFFERS
		"535 5.7.8 Wrong user or password\r\n535 5.7.8 Wrong user or password\r\n"
		"535 5.7.8 Wrong user or password\r\n535 5.7.8 Wrong user or password\r\n"
		"535 5.7.8 Wrong user or password\r\n"
		"421 4.7.0 practice.test Too many failed logins, closing\r\n{close}"},
};

static const struct practice_case fault_cases[] = {
	{"a reply in place of another", "at RCPT 2 reply 452 4.2.2 mailbox full\n",
		EHLO MAIL RCPT RCPT RCPT,
		GREETING OFFERS MAIL_OK RCPT_OK "452 4.2.2 mailbox full\r\n" RCPT_OK},
	{"many lines", "at NOOP reply 250 a\\nb\n", "NOOP\r\n", GREETING "250-a\r\n250 b\r\n"},
	{"a delay", "at DATA delay 3s\nat DATA delay 1ms", EHLO MAIL RCPT "DATA\r\n.\r\nNOOP\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK "{wait 3001}" DATA_OK DONE
						"250 2.0.0 Still here\r\n"},
	{"closed at", "at RCPT 1 close", EHLO MAIL RCPT, GREETING OFFERS MAIL_OK "{close}"},
	{"closed after", "after MAIL close", EHLO MAIL RCPT, GREETING OFFERS MAIL_OK "{close}"},
	{"reset", "at MAIL reset", EHLO MAIL, GREETING OFFERS "{reset}"},
	{"said", "after MAIL say 250 surprise", EHLO MAIL RCPT,
		GREETING OFFERS MAIL_OK "250 surprise\r\n" RCPT_OK},
	{"another greeting", "at greeting reply 554 5.3.2 closed today", QUIT,
		"554 5.3.2 closed today\r\n" BYE},
	{"a late greeting", "at greeting delay 2s", "", "{wait 2000}" GREETING},
	{"no greeting", "at greeting close", QUIT, "{close}"},
	{"two greetings", "after greeting say 220 again", "", GREETING "220 again\r\n"},
	{"at the dot", "at message 2 reply 451 4.3.0 later",
		EHLO MAIL RCPT "DATA\r\n.\r\n" MAIL RCPT "DATA\r\n.\r\n" MAIL RCPT
			       "BDAT 0 LAST\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK DONE MAIL_OK RCPT_OK DATA_OK
		"451 4.3.0 later\r\n" MAIL_OK RCPT_OK DONE},
	{"closed at the dot", "at message close", EHLO MAIL RCPT "DATA\r\n.\r\nNOOP\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK "{close}"},
	{"after the dot", "after message say 250 twice", EHLO MAIL RCPT "DATA\r\n.\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK DONE "250 twice\r\n"},
	{"at BDAT", "at BDAT 1 reply 452 4.3.1 full\nafter BDAT 2 close",
		EHLO MAIL RCPT "BDAT 6\r\nQUIT\r\nBDAT 1\r\nxBDAT 0 LAST\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK
		"452 4.3.1 full\r\n250 2.0.0 1 octets so far\r\n{close}"},
	{"nothing is offered",
		"offer no STARTTLS\noffer no AUTH\noffer no CHUNKING\noffer no DSN\n"
		"offer no BINARYMIME\noffer no SMTPUTF8\noffer no 8BITMIME\noffer no PIPELINING\n"
		"offer no HELP\noffer no ENHANCEDSTATUSCODES\noffer no SIZE\n",
		EHLO
		"STARTTLS\r\nAUTH PLAIN\r\nMAIL FROM:<> SIZE=1\r\nMAIL FROM:<> RET=FULL\r\n" MAIL
			RCPT "BDAT 1\r\n",
		GREETING "250 practice.test greets c.example\r\n502 STARTTLS is not offered\r\n"
			 "502 AUTH is not offered\r\n"
			 "555 Parameter not recognized, or not offered\r\n"
			 "555 Parameter not recognized, or not offered\r\n"
			 "250 Sender OK\r\n250 Recipient OK\r\n502 CHUNKING is not offered\r\n"},
	{"other offers",
		"offer SIZE 7\noffer AUTH LOGIN\noffer XTRA a b\noffer no XTRA\noffer ZZ\noffer no "
		"STARTTLS\noffer no BINARYMIME\noffer no CHUNKING\noffer no SMTPUTF8\noffer no DSN",
		EHLO "AUTH PLAIN\r\nAUTH LOGIN\r\n",
		GREETING "250-practice.test greets c.example\r\n250-PIPELINING\r\n250-SIZE 7\r\n"
			 "250-AUTH LOGIN\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-HELP\r\n"
			 "250 ZZ\r\n504 5.5.4 Mechanism not offered\r\n334 VXNlcm5hbWU6\r\n"},
	{"bare LF in replies", "reply bare-lf", "NOOP\r\nHELP noop\r\n",
		"220 practice.test ESMTP mailscope practice\n250 2.0.0 Still here\n"
		"214-2.0.0 NOOP [SP string]\n214-2.0.0 Does nothing but ask for a reply, to see "
		"that "
		"the server is still there.\n214 2.0.0 RFC 5321 4.1.1.9\n"},
	{"bare LF in messages", "refuse bare-lf",
		EHLO MAIL RCPT "DATA\r\na\r\nb\n\r\n.\r\n" MAIL RCPT "DATA\r\na\r\n.\r\n",
		GREETING OFFERS MAIL_OK RCPT_OK DATA_OK
		"550 5.6.0 The message has LF without CR\r\n" MAIL_OK RCPT_OK DATA_OK DONE},
	{"injected", "starttls inject 250 evil", EHLO "STARTTLS\r\n{TLS}NOOP\r\n",
		GREETING OFFERS
		"220 2.0.0 Ready to start TLS\r\n250 evil\r\n{TLS}250 2.0.0 Still here\r\n"},
	{"another session's", "in session 2 at NOOP close\nin pop3 at NOOP close", "NOOP\r\n",
		GREETING "250 2.0.0 Still here\r\n"},
};

static void test_sessions(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		practice_play_check(&smtp_server_kind, &cases[i]);
}

static void test_faults(void)
{
	for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++)
		practice_play_check(&smtp_server_kind, &fault_cases[i]);
}

struct text_case {
	const char *sent; /* behind DATA */
	size_t sent_length;
	const char *stored;
	size_t stored_length;
};
#define TEXTS(sent, stored) sent, sizeof(sent) - 1, stored, sizeof(stored) - 1

static const struct text_case texts[] = {
	{TEXTS(".\r\n", "")},
	{TEXTS("a\r\n.\r\n", "a\r\n")},
	{TEXTS("..\r\n.\r\n", ".\r\n")},
	{TEXTS("...\r\n..a\r\n.b\r\n.\r\n", "..\r\n.a\r\nb\r\n")},
	{TEXTS("\r\n.\r\n", "\r\n")},
	{TEXTS("a\n.\nb\n.\r\n\r\n.\r\n", "a\n.\nb\n.\r\n\r\n")},
	{TEXTS("a\r.\r\n\r\n.\r\n", "a\r.\r\n\r\n")},
	{TEXTS("\r\r\n.\r\n", "\r\r\n")},
	{TEXTS("a\r\n.\r.\r\n.\r\n", "a\r\n\r.\r\n")},
	{TEXTS("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n")},
	{TEXTS("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n")},
	{TEXTS("a\r\n.\n\r\n.\r\n", "a\r\n\n\r\n")},
	{TEXTS("\0\x01\x80\xff\x1b[2J\r\n.\r\n", "\0\x01\x80\xff\x1b[2J\r\n")},
	{TEXTS("From x\r\n>From y\r\n+OK\r\nQUIT\r\n.\r\n",
		"From x\r\n>From y\r\n+OK\r\nQUIT\r\n")},
};

static void play_stored(struct practice_play *play, const struct text_case *one, size_t step)
{
	struct buffer client, answer, stored;

	buffer_init(&client, 0);
	buffer_init(&answer, 0);
	buffer_init(&stored, 0);
	buffer_add_text(&client, EHLO MAIL RCPT "DATA\r\n");
	buffer_add(&client, one->sent, one->sent_length);
	buffer_add_text(&client, "NOOP\r\n");
	practice_play(play, &smtp_server_kind, buffer_span(&client), step, &answer);
	practice_take(play, "ann", &stored);
	CU_ASSERT_TRUE(span_equal(buffer_span(&stored), span_of(one->stored, one->stored_length)));
	CU_ASSERT_EQUAL(span_find(buffer_span(&answer), "Still here") + 12, answer.length);
	buffer_fini(&client);
	buffer_fini(&answer);
	buffer_fini(&stored);
}

/* What is stored is what was sent, however it was cut. */
static void test_texts(void)
{
	struct practice_play play;

	practice_play_init(&play, NULL);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (size_t step = 0; step < 8; step++)
			play_stored(&play, &texts[i], step);
	practice_play_fini(&play);
}

static void play_text(struct practice_play *play, const char *client, struct buffer *answer)
{
	buffer_clear(answer);
	practice_play(play, &smtp_server_kind, span_text(client), 0, answer);
}

/* A message for several is in each mailbox once; one that is refused is in none. */
static void test_delivery(void)
{
	struct practice_play play;
	struct buffer answer, stored;
	const struct account *ann;

	practice_play_init(&play, NULL);
	buffer_init(&answer, 0);
	buffer_init(&stored, 0);
	play_text(&play, EHLO MAIL RCPT RCPT "RCPT TO:<bob@x>\r\nDATA\r\nhello\r\n.\r\n", &answer);
	practice_take(&play, "ann", &stored);
	CU_ASSERT_TRUE(span_is(buffer_span(&stored), "hello\r\n"));
	practice_take(&play, "bob", &stored);
	CU_ASSERT_TRUE(span_is(buffer_span(&stored), "hello\r\n"));
	play_text(&play, EHLO MAIL RCPT "BDAT 4\r\n.\r\n.BDAT 3 LAST\r\n\r\n.", &answer);
	practice_take(&play, "ann", &stored);
	CU_ASSERT_TRUE(span_is(buffer_span(&stored), ".\r\n.\r\n."));
	play_text(&play, EHLO MAIL RCPT "DATA\r\nnever ended", &answer);
	play_text(&play, EHLO MAIL RCPT "BDAT 3\r\nabcRSET\r\n", &answer);
	ann = accounts_find(play.house.accounts, span_text("ann"));
	CU_ASSERT_EQUAL(ann->mailbox.count, 0);
	buffer_fini(&answer);
	buffer_fini(&stored);
	practice_play_fini(&play);
}

/* The fields that delivery adds. */
static void test_trace(void)
{
	struct practice_play play;
	struct buffer answer;
	char path[200], text[1000] = "";
	FILE *list;

	practice_play_init(&play, NULL);
	buffer_init(&answer, 0);
	play_text(&play,
		EHLO "STARTTLS\r\n{TLS}" EHLO "AUTH PLAIN AGFubgBhbm4tc2VjcmV0\r\n" MAIL RCPT
		     "DATA\r\n.\r\n",
		&answer);
	snprintf(path, sizeof path, "cat %s/ann/new/*", play.folder);
	list = popen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(list);
	(void)fread(text, 1, sizeof text - 1, list);
	pclose(list);
	CU_ASSERT_PTR_EQUAL(
		strstr(text, "Return-Path: <x@y.example>\r\nReceived: from c.example "
			     "([192.0.2.7])\r\n\tby practice.test (mailscope practice) with "
			     "ESMTPSA id "),
		text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text,
		"\r\n\tfor <ann@any.example> tls TLS_AES_128_GCM_SHA256;\r\n\tTue, 22 Nov 2022 "
		"00:04:09 +0000\r\n"));
	buffer_fini(&answer);
	practice_play_fini(&play);
}

/* What the server is told to want. */
static void test_wants(void)
{
	struct practice_play play;
	struct buffer answer;

	practice_play_init(&play, NULL);
	buffer_init(&answer, 0);
	play.house.needs_tls = play.house.needs_login = true;
	play_text(&play,
		EHLO MAIL "AUTH PLAIN AGFubgBhbm4tc2VjcmV0\r\nSTARTTLS\r\n{TLS}" EHLO MAIL
			  "AUTH PLAIN AGFubgBhbm4tc2VjcmV0\r\n" MAIL,
		&answer);
	CU_ASSERT(span_find(buffer_span(&answer), "530 5.7.0 STARTTLS comes first\r\n538 5.7.11 "
						  "STARTTLS comes first\r\n220 ") < answer.length);
	CU_ASSERT(span_find(buffer_span(&answer),
			  "HELP\r\n530 5.7.0 Log in first, with AUTH\r\n235 2.7.0 Welcome, ann\r\n"
			  "250 ") < answer.length);
	CU_ASSERT(
		span_find(buffer_span(&answer), "AUTH") > span_find(buffer_span(&answer), "{TLS}"));
	buffer_fini(&answer);
	practice_play_fini(&play);
}

/* Limits: a line, a login's line, a message, recipients, mistakes. */
static void test_limits(void)
{
	struct practice_play play;
	struct buffer client, answer;
	size_t count = 0;

	practice_play_init(&play, NULL);
	buffer_init(&client, 0);
	buffer_init(&answer, 0);
	buffer_add_text(&client, EHLO "NOOP ");
	for (int i = 0; i < LIMIT_PRACTICE_COMMAND - 5; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\nNOOP ");
	for (int i = 0; i < LIMIT_PRACTICE_COMMAND - 4; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\nAUTH PLAIN ");
	for (int i = 0; i < LIMIT_PRACTICE_LOGIN; i++)
		buffer_add_byte(&client, 'A');
	buffer_add_text(&client, "\r\nNOOP ");
	for (int i = 0; i < 100000; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\n" MAIL RCPT "DATA\r\n");
	for (int i = 0; i < 1000; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\n.\r\n" MAIL RCPT "DATA\r\n");
	for (int i = 0; i < 998; i++)
		buffer_add_byte(&client, 'x');
	buffer_add_text(&client, "\r\n.\r\n");
	practice_play(&play, &smtp_server_kind, buffer_span(&client), 0, &answer);
	CU_ASSERT(span_find(buffer_span(&answer),
			  "HELP\r\n250 2.0.0 Still here\r\n500 5.5.2 Line too long\r\n500 5.5.6 "
			  "Line too "
			  "long\r\n500 5.5.2 Line too long\r\n" MAIL_OK RCPT_OK DATA_OK
			  "552 5.3.4 More than 1000 octets are not taken\r\n" MAIL_OK RCPT_OK
				  DATA_OK DONE) < answer.length);

	buffer_clear(&client);
	buffer_clear(&answer);
	buffer_add_text(&client, EHLO MAIL);
	for (int i = 0; i < LIMIT_PRACTICE_RECIPIENTS + 1; i++)
		buffer_add_text(&client, RCPT);
	for (int i = 0; i < LIMIT_PRACTICE_WRONG + 10; i++)
		buffer_add_text(&client, "X\r\n");
	practice_play(&play, &smtp_server_kind, buffer_span(&client), 0, &answer);
	CU_ASSERT(span_find(buffer_span(&answer), RCPT_OK "452 4.5.3 Too many recipients\r\n500") <
		  answer.length);
	for (size_t at = 0; at < answer.length; at += 4) {
		at += span_find(span_from(buffer_span(&answer), at), "\r\n500 ");
		count += at < answer.length;
	}
	CU_ASSERT_EQUAL(count, LIMIT_PRACTICE_WRONG);
	CU_ASSERT(span_find(buffer_span(&answer),
			  "\r\n421 4.7.0 practice.test Too many errors, closing\r\n{close}") <
		  answer.length);
	buffer_fini(&client);
	buffer_fini(&answer);
	practice_play_fini(&play);
}

SUITE(practice_smtp, {"sessions", test_sessions}, {"faults", test_faults}, {"texts", test_texts},
	{"delivery", test_delivery}, {"trace fields", test_trace}, {"what is wanted", test_wants},
	{"limits", test_limits});
