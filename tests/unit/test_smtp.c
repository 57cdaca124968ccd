/* Sessions of SMTP as they come over the wire, and the events they must give. */
#include "base/limits.h"
#include "mail_script.h"
#include "suite.h"

/* clang-format off */
static const struct script scripts[] = {
	{
		.name = "a plain session",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx ESMTP\r\n",
				"C:EHLO me\r\n",
				"S:250-mx\r\n250-SIZE\r\n250 HELP\r\n",
				"C:MAIL FROM:<a@b>\r\n",
				"S:250 ok\r\n",
				"C:RCPT TO:<c@d>\r\n",
				"S:250 ok\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:Subject: x\r\n\r\nhello\r\n.\r\n",
				"S:250 queued\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx ESMTP|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO more |250-mx|\n"
		       "3 S reply 250 to 1@2 EHLO further more |250-SIZE|\n"
		       "3 S reply 250 to 1@2 EHLO further |250 HELP|\n"
		       "4 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "5 S reply 250 to 2@4 MAIL |250 ok|\n"
		       "6 C command 3 RCPT |RCPT TO:<c@d>|\n"
		       "7 S reply 250 to 3@6 RCPT |250 ok|\n"
		       "8 C command 4 DATA |DATA|\n"
		       "9 S reply 354 to 4@8 DATA |354 go|\n"
		       "10 C begin 4 DATA\n"
		       "10 C text |Subject: x~~hello~|\n"
		       "10 C end 4 DATA 24\n"
		       "11 S reply 250 to 4@10 DATA |250 queued|\n"
		       "12 C command 5 QUIT |QUIT|\n"
		       "13 S reply 221 to 5@12 QUIT |221 bye|\n",
	},
	{
		.name = "end of data over five segments, dots undoubled",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:..a\r\n...\r",
				"C:\n",
				"C:.",
				"C:\r",
				"C:\nQUIT\r\n",
				"S:250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4-5 C text |.a~..~|\n"
		       "4-8 C end 1 DATA 13\n"
		       "8 C command 2 QUIT |QUIT|\n"
		       "8 C odd command-before-reply\n"
		       "9 S reply 250 to 1@8 DATA |250 queued|\n"
		       "9 S reply 221 to 2@8 QUIT |221 bye|\n",
	},
	{
		.name = "an empty message: the dot line is the first",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C end 1 DATA 3\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n",
	},
	{
		.name = "the dot and QUIT in one segment",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx ESMTP\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:hi\r\n",
				"C:.\r\nQUIT\r\n",
				"S:250 queued\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx ESMTP|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |hi~|\n"
		       "4-5 C end 1 DATA 7\n"
		       "5 C command 2 QUIT |QUIT|\n"
		       "5 C odd command-before-reply\n"
		       "6 S reply 250 to 1@5 DATA |250 queued|\n"
		       "7 S reply 221 to 2@5 QUIT |221 bye|\n",
	},
	{
		.name = "pipelined, both ways",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250-mx\r\n250 PIPELINING\r\n",
				"C:MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n",
				"S:250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n",
				"C:x\r\n.\r\nMAIL FROM:<>\r\n",
				"S:250 queued\r\n250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO more |250-mx|\n"
		       "3 S reply 250 to 1@2 EHLO further |250 PIPELINING|\n"
		       "4 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "4 C command 3 RCPT |RCPT TO:<c@d>|\n"
		       "4 C command 4 RCPT |RCPT TO:<e@f>|\n"
		       "4 C command 5 DATA |DATA|\n"
		       "5 S reply 250 to 2@4 MAIL |250 ok|\n"
		       "5 S reply 250 to 3@4 RCPT |250 ok|\n"
		       "5 S reply 550 to 4@4 RCPT |550 no|\n"
		       "5 S reply 354 to 5@4 DATA |354 go|\n"
		       "6 C begin 5 DATA\n"
		       "6 C text |x~|\n"
		       "6 C end 5 DATA 6\n"
		       "6 C command 6 MAIL |MAIL FROM:<>|\n"
		       "7 S reply 250 to 5@6 DATA |250 queued|\n"
		       "7 S reply 250 to 6@6 MAIL |250 ok|\n",
	},
	{
		.name = "data refused: RSET and QUIT are commands",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250 mx\r\n",
				"C:MAIL FROM:<a@b>\r\n",
				"S:250 ok\r\n",
				"C:DATA\r\n",
				"S:554 no valid recipients\r\n",
				"C:RSET\r\nQUIT\r\n",
				"S:250 ok\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO |250 mx|\n"
		       "4 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "5 S reply 250 to 2@4 MAIL |250 ok|\n"
		       "6 C command 3 DATA |DATA|\n"
		       "6 C odd command-out-of-order\n"
		       "7 S reply 554 to 3@6 DATA |554 no valid recipients|\n"
		       "8 C command 4 RSET |RSET|\n"
		       "8 C command 5 QUIT |QUIT|\n"
		       "8 C odd command-before-reply\n"
		       "9 S reply 250 to 4@8 RSET |250 ok|\n"
		       "9 S reply 221 to 5@8 QUIT |221 bye|\n",
	},
	{
		.name = "text sent before 354",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"C:hello\r\n.\r\n",
				"C:QUIT\r\n",
				"S:354 go\r\n250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "5 S reply 354 to 1@2 DATA |354 go|\n"
		       "3 C odd data-before-354\n"
		       "3 C begin 1 DATA\n"
		       "3 C text |hello~|\n"
		       "3 C end 1 DATA 10\n"
		       "4 C command 2 QUIT |QUIT|\n"
		       "4 C odd command-before-reply\n"
		       "5 S reply 250 to 1@3 DATA |250 queued|\n"
		       "5 S reply 221 to 2@4 QUIT |221 bye|\n",
	},
	{
		.name = "text sent before the refusal of DATA",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\nhello\r\n.\r\nQUIT\r\n",
				"S:503 no\r\n500 what\r\n500 what\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 503 to 1@2 DATA |503 no|\n"
		       "2 C command 2 unknown |hello|\n"
		       "2 C odd unknown-command\n"
		       "2 C odd command-before-reply\n"
		       "2 C command 3 unknown |.|\n"
		       "2 C odd unknown-command\n"
		       "2 C command 4 QUIT |QUIT|\n"
		       "3 S reply 500 to 2@2 |500 what|\n"
		       "3 S reply 500 to 3@2 |500 what|\n"
		       "3 S reply 221 to 4@2 QUIT |221 bye|\n",
	},
	{
		.name = "a look-alike of the end is text",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:a\n.\r\nMAIL FROM:<evil@x>\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C odd bare-lf\n"
		       "4 C odd end-of-data-look-alike\n"
		       "4 C text |a{LF}.~MAIL FROM:<evil@x>~|\n"
		       "4 C end 1 DATA 28\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n",
	},
	{
		.name = "CRLF . LF is text, the dot dropped",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:a\r\n.\nMAIL FROM:<evil@x>\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C odd end-of-data-look-alike\n"
		       "4 C odd bare-lf\n"
		       "4 C text |a~{LF}MAIL FROM:<evil@x>~|\n"
		       "4 C end 1 DATA 28\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n",
	},
	{
		.name = "CR . CR is text",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:a\r.\rb\r\n.\rc\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C odd bare-cr\n"
		       "4 C odd end-of-data-look-alike\n"
		       "4 C text |a{CR}.{CR}b~{CR}c~|\n"
		       "4 C end 1 DATA 15\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n",
	},
	{
		.name = "a server that takes a look-alike for the end",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:a\nb\n.\r\n",
				"S:250 queued\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C odd bare-lf\n"
		       "4 C odd end-of-data-look-alike\n"
		       "4 C text |a{LF}b{LF}.~|\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n"
		       "4 C end 1 DATA 7 incomplete\n"
		       "4 C odd message-incomplete\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "quiet: the look-alike without oddities",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_QUIET,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:a\nb\n.\r\n",
				"S:250 queued\r\n",
				"C:quit\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |a{LF}b{LF}.~|\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n"
		       "4 C end 1 DATA 7 incomplete\n"
		       "6 C command 2 QUIT lf |quit|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "a dot that was not doubled",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:.a\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C odd dot-not-doubled\n"
		       "4 C text |a~|\n"
		       "4 C end 1 DATA 7\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n",
	},
	{
		.name = "BDAT in chunks, pipelined behind MAIL and RCPT",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250-mx\r\n250-CHUNKING\r\n250 PIPELINING\r\n",
				"C:MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 10\r\nab\r\n.\r\nQUIBDAT 2 LAST\r\n..QUIT\r\n",
				"S:250 ok\r\n250 ok\r\n250 got\r\n250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO more |250-mx|\n"
		       "3 S reply 250 to 1@2 EHLO further more |250-CHUNKING|\n"
		       "3 S reply 250 to 1@2 EHLO further |250 PIPELINING|\n"
		       "4 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "4 C command 3 RCPT |RCPT TO:<c@d>|\n"
		       "4 C command 4 BDAT |BDAT 10|\n"
		       "4 C begin 4 BDAT\n"
		       "4 C text |ab~.~QUI|\n"
		       "4 C command 5 BDAT |BDAT 2 LAST|\n"
		       "4 C text |..|\n"
		       "4 C end 5 BDAT 12\n"
		       "4 C command 6 QUIT |QUIT|\n"
		       "5 S reply 250 to 2@4 MAIL |250 ok|\n"
		       "5 S reply 250 to 3@4 RCPT |250 ok|\n"
		       "5 S reply 250 to 4@4 BDAT |250 got|\n"
		       "5 S reply 250 to 5@4 BDAT |250 queued|\n"
		       "5 S reply 221 to 6@4 QUIT |221 bye|\n",
	},
	{
		.name = "BDAT 0 LAST",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250 CHUNKING\r\n",
				"C:BDAT 3\r\nabc",
				"S:250 got\r\n",
				"C:bdat 0 last\r\n",
				"S:250 queued\r\n",
				"C:BDAT 0 LAST\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO |250 CHUNKING|\n"
		       "4 C command 2 BDAT |BDAT 3|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C begin 2 BDAT\n"
		       "4 C text |abc|\n"
		       "5 S reply 250 to 2@4 BDAT |250 got|\n"
		       "6 C command 3 BDAT |bdat 0 last|\n"
		       "6 C odd command-out-of-order\n"
		       "4-6 C end 3 BDAT 3\n"
		       "7 S reply 250 to 3@6 BDAT |250 queued|\n"
		       "8 C command 4 BDAT |BDAT 0 LAST|\n"
		       "8 C odd command-out-of-order\n"
		       "8 C begin 4 BDAT\n"
		       "8 C end 4 BDAT 0\n"
		       "9 S reply 250 to 4@8 BDAT |250 queued|\n",
	},
	{
		.name = "BDAT without LAST, then RSET",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:BDAT 3\r\nabc",
				"S:250 got\r\n",
				"C:RSET\r\n",
				"S:250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 BDAT |BDAT 3|\n"
		       "2 C odd command-out-of-order\n"
		       "2 C begin 1 BDAT\n"
		       "2 C text |abc|\n"
		       "3 S reply 250 to 1@2 BDAT |250 got|\n"
		       "4 C command 2 RSET |RSET|\n"
		       "2 C end 1 BDAT 3 incomplete not-last\n"
		       "2 C odd message-incomplete\n"
		       "5 S reply 250 to 2@4 RSET |250 ok|\n",
	},
	{
		.name = "BDAT refused, its octets come all the same",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:BDAT 5\r\nab",
				"S:503 no\r\n",
				"C:cdeNOOP\r\nRSET\r\n",
				"S:250 ok\r\n250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 BDAT |BDAT 5|\n"
		       "2 C odd command-out-of-order\n"
		       "2 C begin 1 BDAT\n"
		       "2 C text |ab|\n"
		       "3 S reply 503 to 1@2 BDAT |503 no|\n"
		       "4 C text |cde|\n"
		       "4 C command 2 NOOP |NOOP|\n"
		       "4 C command 3 RSET |RSET|\n"
		       "4 C odd command-before-reply\n"
		       "2-4 C end 1 BDAT 5 incomplete not-last\n"
		       "4 C odd message-incomplete\n"
		       "5 S reply 250 to 2@4 NOOP |250 ok|\n"
		       "5 S reply 250 to 3@4 RSET |250 ok|\n",
	},
	{
		.name = "BDAT sizes that are no numbers",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:BDAT -5\r\n",
				"S:501 no\r\n",
				"C:BDAT 18446744073709551616 LAST\r\n",
				"S:501 no\r\n",
				"C:BDAT\r\n",
				"S:501 no\r\n",
				"C:BDAT 18446744073709551615\r\nabc",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 BDAT |BDAT -5|\n"
		       "2 C odd command-out-of-order\n"
		       "2 C odd chunk-size-unreadable\n"
		       "3 S reply 501 to 1@2 BDAT |501 no|\n"
		       "4 C command 2 BDAT |BDAT 18446744073709551616 LAST|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C odd chunk-size-unreadable\n"
		       "5 S reply 501 to 2@4 BDAT |501 no|\n"
		       "6 C command 3 BDAT |BDAT|\n"
		       "6 C odd command-out-of-order\n"
		       "6 C odd chunk-size-unreadable\n"
		       "7 S reply 501 to 3@6 BDAT |501 no|\n"
		       "8 C command 4 BDAT |BDAT 18446744073709551615|\n"
		       "8 C odd command-out-of-order\n"
		       "8 C begin 4 BDAT\n"
		       "9 C odd chunk-cut-short\n"
		       "8 C text |abc|\n"
		       "8 C end 4 BDAT 3 incomplete not-last\n"
		       "8 C odd message-incomplete\n"
		       "9 S odd command-without-reply\n",
	},
	{
		.name = "BDAT cut by a gap",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:BDAT 10 LAST\r\nabc",
				"C!4",
				"C:hijQUIT\r\n",
				"S:250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 BDAT |BDAT 10 LAST|\n"
		       "2 C odd command-out-of-order\n"
		       "2 C begin 1 BDAT\n"
		       "2 C text |abc|\n"
		       "3 C gap 4\n"
		       "4 C text |hij|\n"
		       "2-4 C end 1 BDAT 6 incomplete\n"
		       "4 C odd message-incomplete\n"
		       "4 C command 2 QUIT |QUIT|\n"
		       "4 C odd command-before-reply\n"
		       "5 S reply 250 to 1@4 BDAT |250 queued|\n"
		       "5 S reply 221 to 2@4 QUIT |221 bye|\n",
	},
	{
		.name = "a gap over the end of a BDAT chunk",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:BDAT 10 LAST\r\nabc",
				"C!9",
				"C:QUIT\r\n",
				"S:250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 BDAT |BDAT 10 LAST|\n"
		       "2 C odd command-out-of-order\n"
		       "2 C begin 1 BDAT\n"
		       "2 C text |abc|\n"
		       "3 C gap 9\n"
		       "2 C end 1 BDAT 3 incomplete\n"
		       "2 C odd message-incomplete\n"
		       "4 C command 2 QUIT |QUIT|\n"
		       "4 C odd command-before-reply\n"
		       "5 S reply 250 to 1@2 BDAT |250 queued|\n"
		       "5 S reply 221 to 2@4 QUIT |221 bye|\n",
	},
	{
		.name = "AUTH LOGIN",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250-mx\r\n250-AUTH=LOGIN PLAIN\r\n250 AUTH LOGIN PLAIN\r\n",
				"C:AUTH LOGIN\r\n",
				"S:334 VXNlcm5hbWU6\r\n",
				"C:dGlt\r\n",
				"S:334 UGFzc3dvcmQ6\r\n",
				"C:c2VjcmV0\r\n",
				"S:235 2.7.0 ok\r\n",
				"C:MAIL FROM:<a@b>\r\n",
				"S:250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO more |250-mx|\n"
		       "3 S reply 250 to 1@2 EHLO further more |250-AUTH=LOGIN PLAIN|\n"
		       "3 S odd auth-offer-old-form\n"
		       "3 S reply 250 to 1@2 EHLO further |250 AUTH LOGIN PLAIN|\n"
		       "4 C command 2 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "5 S challenge to 2@4 AUTH LOGIN challenge |334 VXNlcm5hbWU6|\n"
		       "6 C response to 2 AUTH LOGIN user |dGlt| secret |dGlt|\n"
		       "7 S challenge to 2@6 AUTH LOGIN challenge |334 UGFzc3dvcmQ6|\n"
		       "8 C response to 2 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "8 C odd password-in-clear\n"
		       "9 S reply 235 to 2@8 AUTH LOGIN result |235 2.7.0 ok|\n"
		       "10 C command 3 MAIL |MAIL FROM:<a@b>|\n"
		       "11 S reply 250 to 3@10 MAIL |250 ok|\n",
	},
	{
		.name = "AUTH LOGIN with the user in the command",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH LOGIN dGlt\r\n",
				"S:334 UGFzc3dvcmQ6\r\n",
				"C:c2VjcmV0\r\n",
				"S:535 no\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH LOGIN user |AUTH LOGIN dGlt| secret |dGlt|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S challenge to 1@2 AUTH LOGIN challenge |334 UGFzc3dvcmQ6|\n"
		       "4 C response to 1 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "4 C odd password-in-clear\n"
		       "5 S reply 535 to 1@4 AUTH LOGIN result |535 no|\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "AUTH PLAIN, in TLS",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_IN_TLS,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n",
				"S:235 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH PLAIN initial |AUTH PLAIN AHRpbQBzZWNyZXQ=| secret |AHRpbQBzZWNyZXQ=|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 235 to 1@2 AUTH PLAIN result |235 ok|\n",
	},
	{
		.name = "AUTH PLAIN, the response behind an empty challenge",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH PLAIN\r\n",
				"S:334 \r\n",
				"C:AHRpbQBzZWNyZXQ=\r\n",
				"S:235 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH PLAIN auth |AUTH PLAIN|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S challenge to 1@2 AUTH PLAIN challenge |334 |\n"
		       "4 C response to 1 AUTH PLAIN initial |AHRpbQBzZWNyZXQ=| secret |AHRpbQBzZWNyZXQ=|\n"
		       "4 C odd password-in-clear\n"
		       "5 S reply 235 to 1@4 AUTH PLAIN result |235 ok|\n",
	},
	{
		.name = "AUTH cancelled, and an unknown mechanism",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH CRAM-MD5\r\n",
				"S:334 PDE4OTY+\r\n",
				"C:*\r\n",
				"S:501 cancelled\r\n",
				"C:AUTH X-FOO =\r\n",
				"S:334 YQ==\r\n",
				"C:not base64\r\n",
				"S:334 YQ==\r\n",
				"C:\r\n",
				"S:535 no\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH CRAM-MD5 auth |AUTH CRAM-MD5|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S challenge to 1@2 AUTH CRAM-MD5 challenge |334 PDE4OTY+|\n"
		       "4 C response to 1 AUTH CRAM-MD5 cancel |*|\n"
		       "5 S reply 501 to 1@4 AUTH CRAM-MD5 result |501 cancelled|\n"
		       "6 C command 2 AUTH mechanism? initial |AUTH X-FOO =|\n"
		       "6 C odd command-out-of-order\n"
		       "7 S challenge to 2@6 AUTH mechanism? challenge |334 YQ==|\n"
		       "8 C response to 2 AUTH mechanism? next |not base64| secret |not base64|\n"
		       "8 C odd not-base64\n"
		       "9 S challenge to 2@8 AUTH mechanism? challenge |334 YQ==|\n"
		       "10 C response to 2 AUTH mechanism? next ||\n"
		       "11 S reply 535 to 2@10 AUTH mechanism? result |535 no|\n",
	},
	{
		.name = "responses sent before their challenges",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH LOGIN\r\ndGlt\r\nc2VjcmV0\r\nQUIT\r\n",
				"S:334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S challenge to 1@2 AUTH LOGIN challenge |334 VXNlcm5hbWU6|\n"
		       "2 C response to 1 AUTH LOGIN user |dGlt| secret |dGlt|\n"
		       "3 S challenge to 1@2 AUTH LOGIN challenge |334 UGFzc3dvcmQ6|\n"
		       "2 C response to 1 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "2 C odd password-in-clear\n"
		       "3 S reply 235 to 1@2 AUTH LOGIN result |235 ok|\n"
		       "2 C command 2 QUIT |QUIT|\n"
		       "2 C odd command-before-reply\n"
		       "3 S reply 221 to 2@2 QUIT |221 bye|\n",
	},
	{
		.name = "AUTH refused: what follows are commands",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH SCRAM-SHA-256 biwsbj11c2Vy\r\nNOOP\r\n",
				"S:504 no\r\n250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH SCRAM-SHA-256 initial |AUTH SCRAM-SHA-256 biwsbj11c2Vy| secret |biwsbj11c2Vy|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 504 to 1@2 AUTH SCRAM-SHA-256 result |504 no|\n"
		       "2 C command 2 NOOP |NOOP|\n"
		       "2 C odd command-before-reply\n"
		       "3 S reply 250 to 2@2 NOOP |250 ok|\n",
	},
	{
		.name = "the server gives up while it waits for a response",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH LOGIN\r\n",
				"S:334 VXNlcm5hbWU6\r\n",
				"S:421 too slow\r\n",
				"C:QUIT\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S challenge to 1@2 AUTH LOGIN challenge |334 VXNlcm5hbWU6|\n"
		       "4 S reply 421 to 1@2 AUTH LOGIN result |421 too slow|\n"
		       "5 C command 2 QUIT |QUIT|\n"
		       "6 S odd command-without-reply\n",
	},
	{
		.name = "STARTTLS",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\n",
				"S:220 go\r\n",
				"C:\x16\x03\x01",
				"S:\x16\x03\x03",
				"T+",
				"C:EHLO me\r\n",
				"S:250-mx\r\n250 AUTH PLAIN\r\n",
				"C:AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n",
				"S:235 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 220 to 1@2 STARTTLS |220 go|\n"
		       "2 C tls\n"
		       "3 S tls\n"
		       "7 C command 2 EHLO |EHLO me|\n"
		       "8 S reply 250 to 2@7 EHLO more |250-mx|\n"
		       "8 S reply 250 to 2@7 EHLO further |250 AUTH PLAIN|\n"
		       "9 C command 3 AUTH PLAIN initial |AUTH PLAIN AHRpbQBzZWNyZXQ=| secret |AHRpbQBzZWNyZXQ=|\n"
		       "10 S reply 235 to 3@9 AUTH PLAIN result |235 ok|\n",
	},
	{
		.name = "STARTTLS with the ServerHello in the same segment, the ClientHello too early",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\n",
				"C:\x16\x03\x01hello",
				"S:220 go\r\n\x16\x03\x03",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "4 S reply 220 to 1@2 STARTTLS |220 go|\n"
		       "3 C tls\n"
		       "3 C tls-bytes 8\n"
		       "4 S tls\n",
	},
	{
		.name = "STARTTLS refused",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\n",
				"S:454 no\r\n",
				"C:MAIL FROM:<a@b>\r\n",
				"S:250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 454 to 1@2 STARTTLS |454 no|\n"
		       "4 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "4 C odd command-out-of-order\n"
		       "5 S reply 250 to 2@4 MAIL |250 ok|\n",
	},
	{
		.name = "commands behind STARTTLS: injection",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\nRSET\r\n\x16\x03\x01",
				"S:220 go\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 220 to 1@2 STARTTLS |220 go|\n"
		       "2 C odd text-behind-starttls\n"
		       "2 C command 2 RSET |RSET|\n"
		       "2 C tls\n"
		       "2 C tls-bytes 3\n"
		       "3 S tls\n",
	},
	{
		.name = "text behind the 220 of STARTTLS",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_WHOLE,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\n",
				"S:220 go\r\n250 injected\r\n",
				"S:\x16\x03\x03",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 220 to 1@2 STARTTLS |220 go|\n"
		       "2 C tls\n"
		       "3 S odd text-behind-starttls\n"
		       "3 S reply 250 |250 injected|\n"
		       "3 S tls\n",
	},
	{
		.name = "STARTTLS, and then in clear: decrypted in place",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\n",
				"S:220 go\r\n",
				"T-",
				"C:EHLO me\r\n",
				"S:250 mx\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 220 to 1@2 STARTTLS |220 go|\n"
		       "2 C tls\n"
		       "3 S tls\n"
		       "2 C odd clear-text-after-starttls\n"
		       "5 C command 2 EHLO |EHLO me|\n"
		       "6 S reply 250 to 2@5 EHLO |250 mx|\n",
	},
	{
		.name = "replies of all shapes",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220-mx\r\n220-hello\r\n220 there\r\n",
				"C:NOOP\r\n",
				"S:250\r\n",
				"C:NOOP\r\n",
				"S:250-a\r\n251-b\r\n250 c\r\n",
				"C:NOOP\r\n",
				"S:250-a\r\n503 b\r\n",
				"C:NOOP\r\n",
				"S:250-a\r\nwithout a code\r\n250 b\r\n",
				"C:NOOP\r\n",
				"S:999 x\r\n",
				"S:250 unasked\r\nstray\r\n",
				"S:421 closing\r\n",
			},
		.log = "1 S greeting 220 more |220-mx|\n"
		       "1 S greeting 220 further more |220-hello|\n"
		       "1 S greeting 220 further |220 there|\n"
		       "2 C command 1 NOOP |NOOP|\n"
		       "3 S reply 250 to 1@2 NOOP |250|\n"
		       "4 C command 2 NOOP |NOOP|\n"
		       "5 S reply 250 to 2@4 NOOP more |250-a|\n"
		       "5 S reply 251 to 2@4 NOOP further more |251-b|\n"
		       "5 S odd changed-reply-code\n"
		       "5 S reply 250 to 2@4 NOOP further |250 c|\n"
		       "5 S odd changed-reply-code\n"
		       "6 C command 3 NOOP |NOOP|\n"
		       "7 S reply 250 to 3@6 NOOP more |250-a|\n"
		       "7 S reply 503 to 3@6 NOOP further |503 b|\n"
		       "7 S odd changed-reply-code\n"
		       "8 C command 4 NOOP |NOOP|\n"
		       "9 S reply 250 to 4@8 NOOP more |250-a|\n"
		       "9 S reply 0 to 4@8 NOOP further more |without a code|\n"
		       "9 S odd reply-without-code\n"
		       "9 S reply 250 to 4@8 NOOP further |250 b|\n"
		       "10 C command 5 NOOP |NOOP|\n"
		       "11 S reply 999 to 5@10 NOOP |999 x|\n"
		       "11 S odd strange-reply-code\n"
		       "12 S reply 250 |250 unasked|\n"
		       "12 S odd reply-without-command\n"
		       "12 S reply 0 further more |stray|\n"
		       "12 S odd reply-without-code\n"
		       "13 S reply 421 |421 closing|\n",
	},
	{
		.name = "a reply line cut by segments",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:22",
				"S:0 m",
				"S:x\r",
				"S:\n",
				"C:NO",
				"C:OP\r\n",
				"S:250-a\r\n25",
				"S:0 b\r\n",
			},
		.log = "1-4 S greeting 220 |220 mx|\n"
		       "5-6 C command 1 NOOP |NOOP|\n"
		       "7 S reply 250 to 1@6 NOOP more |250-a|\n"
		       "7-8 S reply 250 to 1@6 NOOP further |250 b|\n",
	},
	{
		.name = "odd commands",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:ehlo me\n",
				"S:250 PIPELINING\r\n",
				"C:MAIL FROM: <a@b>\r\nRCPT TO:c@d \r\n\r\nXCLIENT NAME=x\r\nNO\rOP\r\nFROBNICATE a b\r\n",
				"S:250 ok\r\n250 ok\r\n500 ?\r\n220 mx\r\n500 ?\r\n500 ?\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO lf |ehlo me|\n"
		       "2 C odd bare-lf\n"
		       "3 S reply 250 to 1@2 EHLO |250 PIPELINING|\n"
		       "4 C command 2 MAIL |MAIL FROM: <a@b>|\n"
		       "4 C odd space-after-colon\n"
		       "4 C command 3 RCPT |RCPT TO:c@d |\n"
		       "4 C odd command-before-reply\n"
		       "4 C odd trailing-blanks\n"
		       "4 C odd path-without-brackets\n"
		       "4 C command 4 unknown ||\n"
		       "4 C odd unknown-command\n"
		       "4 C command 5 XCLIENT |XCLIENT NAME=x|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C command 6 unknown |NO{CR}OP|\n"
		       "4 C odd bare-cr\n"
		       "4 C odd unknown-command\n"
		       "4 C command 7 unknown |FROBNICATE a b|\n"
		       "4 C odd unknown-command\n"
		       "5 S reply 250 to 2@4 MAIL |250 ok|\n"
		       "5 S reply 250 to 3@4 RCPT |250 ok|\n"
		       "5 S reply 500 to 4@4 |500 ?|\n"
		       "5 S reply 220 to 5@4 XCLIENT |220 mx|\n"
		       "5 S reply 500 to 6@4 |500 ?|\n"
		       "5 S reply 500 to 7@4 |500 ?|\n",
	},
	{
		.name = "not offered, and out of order",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n",
				"S:503 no\r\n503 no\r\n",
				"C:DATA\r\n",
				"S:503 no\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 MAIL |MAIL FROM:<a@b>|\n"
		       "2 C odd command-out-of-order\n"
		       "2 C command 2 RCPT |RCPT TO:<c@d>|\n"
		       "2 C odd command-before-reply\n"
		       "3 S reply 503 to 1@2 MAIL |503 no|\n"
		       "3 S reply 503 to 2@2 RCPT |503 no|\n"
		       "4 C command 3 DATA |DATA|\n"
		       "4 C odd command-out-of-order\n"
		       "5 S reply 503 to 3@4 DATA |503 no|\n",
	},
	{
		.name = "the client speaks first",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"C:EHLO me\r\n",
				"S:220 mx\r\n250 mx\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 C command 1 EHLO |EHLO me|\n"
		       "2 S greeting 220 |220 mx|\n"
		       "1 C odd client-spoke-first\n"
		       "2 S reply 250 to 1@1 EHLO |250 mx|\n"
		       "3 C command 2 QUIT |QUIT|\n"
		       "4 S reply 221 to 2@3 QUIT |221 bye|\n",
	},
	{
		.name = "a proxy speaks first",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"C:PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n",
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250 mx\r\n",
			},
		.log = "1 C command 1 unknown |PROXY TCP4 192.0.2.1 192.0.2.2 1 25|\n"
		       "1 C odd unknown-command\n"
		       "2 S greeting 220 |220 mx|\n"
		       "3 C command 2 EHLO |EHLO me|\n"
		       "4 S reply 250 to 2@3 EHLO |250 mx|\n",
	},
	{
		.name = "a refusing greeting",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:554 no\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 554 |554 no|\n"
		       "2 C command 1 QUIT |QUIT|\n"
		       "3 S reply 221 to 1@2 QUIT |221 bye|\n",
	},
	{
		.name = "the session ends before the reply",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:NOOP\r\nQUI",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 NOOP |NOOP|\n"
		       "2 C command 2 unknown cut |QUI|\n"
		       "3 S odd command-without-reply\n",
	},
	{
		.name = "a message without end",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:abc\r\n.\r",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |abc~{CR}|\n"
		       "4 C end 1 DATA 7 incomplete\n"
		       "4 C odd message-incomplete\n",
	},
	{
		.name = "the reply comes before the message's end",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:abc\r\n",
				"S:552 too big\r\n",
				"C:def\r\n.\r\nQUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |abc~|\n"
		       "5 S reply 552 to 1@4 DATA |552 too big|\n"
		       "6 C text |def~|\n"
		       "4-6 C end 1 DATA 13\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "a gap inside the message",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:abc\r\n",
				"C!100",
				"C:xyz\r\n.\r\nQUIT\r\n",
				"S:250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |abc~|\n"
		       "5 C gap 100\n"
		       "6 C text |xyz~|\n"
		       "4-6 C end 1 DATA 13 incomplete\n"
		       "6 C odd message-incomplete\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "6 C odd command-before-reply\n"
		       "7 S reply 250 to 1@6 DATA |250 queued|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "a gap over the message's end",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:abc\r\n",
				"C!100",
				"C:QUIT\r\n",
				"S:250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |abc~|\n"
		       "5 C gap 100\n"
		       "4 C end 1 DATA 5 incomplete\n"
		       "4 C odd message-incomplete\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "6 C odd command-before-reply\n"
		       "7 S reply 250 to 1@4 DATA |250 queued|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "a gap over the message's end, the reply shows it",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:abc\r\n.\r",
				"C!100",
				"S:250 queued\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 354 to 1@2 DATA |354 go|\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |abc~{CR}|\n"
		       "5 C gap 100\n"
		       "6 S reply 250 to 1@4 DATA |250 queued|\n"
		       "4 C end 1 DATA 7 incomplete\n"
		       "4 C odd message-incomplete\n"
		       "7 C command 2 QUIT |QUIT|\n"
		       "8 S reply 221 to 2@7 QUIT |221 bye|\n",
	},
	{
		.name = "a gap inside a command",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:MAIL FR",
				"C!10",
				"C:d>\r\nRCPT TO:<c@d>\r\n",
				"S:250 ok\r\n250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 MAIL cut |MAIL FR|\n"
		       "3 C gap 10\n"
		       "4 C command 1 unknown |d>|\n"
		       "4 C command 2 RCPT |RCPT TO:<c@d>|\n"
		       "4 C odd command-before-reply\n"
		       "5 S reply 250 to 1@2 MAIL |250 ok|\n"
		       "5 S reply 250 to 2@4 RCPT |250 ok|\n",
	},
	{
		.name = "a gap that has swallowed DATA",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:NOOP\r\n",
				"S:250 ok\r\n",
				"S:354 go\r\n",
				"C!6",
				"C:Subject: x\r\n\r\nhello\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 NOOP |NOOP|\n"
		       "3 S reply 250 to 1@2 NOOP |250 ok|\n"
		       "4 S reply 354 |354 go|\n"
		       "4 S odd reply-without-command\n"
		       "5 C gap 6\n"
		       "6 C begin 0 DATA\n"
		       "6 C text |Subject: x~~hello~|\n"
		       "6 C end 0 DATA 24 incomplete\n"
		       "6 C odd message-incomplete\n"
		       "7 S reply 250@6 DATA |250 queued|\n",
	},
	{
		.name = "a gap that has swallowed a reply",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:MAIL FROM:<a@b>\r\n",
				"S!8",
				"C:RCPT TO:<c@d>\r\n",
				"S:250 ok\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 MAIL |MAIL FROM:<a@b>|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S gap 8\n"
		       "4 C command 2 RCPT |RCPT TO:<c@d>|\n"
		       "5 S reply 250 to 2@4 RCPT |250 ok|\n"
		       "6 C command 3 DATA |DATA|\n"
		       "7 S reply 354 to 3@6 DATA |354 go|\n",
	},
	{
		.name = "a gap that has swallowed the 354",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"S!8",
				"C:Subject: x\r\n.\r\n",
				"S:250 queued\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S gap 8\n"
		       "4 C begin 1 DATA\n"
		       "4 C text |Subject: x~|\n"
		       "4 C end 1 DATA 15\n"
		       "5 S reply 250 to 1@4 DATA |250 queued|\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "7 S reply 221 to 2@6 QUIT |221 bye|\n",
	},
	{
		.name = "a gap that has swallowed a 334",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:AUTH LOGIN\r\n",
				"S!18",
				"C:dGlt\r\n",
				"S:334 UGFzc3dvcmQ6\r\n",
				"C:c2VjcmV0\r\n",
				"S!8",
				"C:MAIL FROM:<a@b>\r\n",
				"S:250 ok\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S gap 18\n"
		       "4 C response to 1 AUTH LOGIN user |dGlt| secret |dGlt|\n"
		       "5 S challenge to 1@4 AUTH LOGIN challenge |334 UGFzc3dvcmQ6|\n"
		       "6 C response to 1 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "6 C odd password-in-clear\n"
		       "7 S gap 8\n"
		       "8 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "9 S reply 250 to 2@8 MAIL |250 ok|\n",
	},
	{
		.name = "a gap inside the reply to EHLO",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:EHLO me\r\n",
				"S:250-mx\r\n250-SI",
				"S!20",
				"S:NING\r\n250-HELP\r\n",
				"S!8",
				"C:MAIL FROM:<a@b>\r\n",
				"S:553 no\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 EHLO |EHLO me|\n"
		       "3 S reply 250 to 1@2 EHLO more |250-mx|\n"
		       "3 S reply 250 to 1@2 EHLO further more cut |250-SI|\n"
		       "4 S gap 20\n"
		       "5 S reply 0 to 1@2 EHLO further more |NING|\n"
		       "5 S reply 250 to 1@2 EHLO further more |250-HELP|\n"
		       "6 S gap 8\n"
		       "7 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "8 S reply 553 to 2@7 MAIL |553 no|\n",
	},
	{
		.name = "a gap that has swallowed the 220 of STARTTLS",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:STARTTLS\r\n",
				"S!8",
				"C:\x16\x03\x01",
				"S:\x16\x03\x03",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 STARTTLS |STARTTLS|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S gap 8\n"
		       "4 C tls\n"
		       "3 S tls\n",
	},
	{
		.name = "a gap while the client waits",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\n",
				"C:ab",
				"C!5",
				"C:c\r\n.\r\n",
				"S:354 go\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "6 S reply 354 to 1@2 DATA |354 go|\n"
		       "3 C odd data-before-354\n"
		       "3 C begin 1 DATA\n"
		       "3 C text |ab|\n"
		       "4 C gap 5\n"
		       "5 C text |c~|\n"
		       "3-5 C end 1 DATA 8 incomplete\n"
		       "5 C odd message-incomplete\n"
		       "7 S reply 250 to 1@5 DATA |250 queued|\n",
	},
	{
		.name = "the client alone",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"C:EHLO me\r\n",
				"C:MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
				"C:Subject: x\r\n\r\nhi\r\n.\r\nAUTH LOGIN\r\ndGlt\r\nc2VjcmV0\r\nDATA\r\nQUIT\r\n",
			},
		.log = "1 C command 1 EHLO |EHLO me|\n"
		       "2 C command 2 MAIL |MAIL FROM:<a@b>|\n"
		       "2 C command 3 RCPT |RCPT TO:<c@d>|\n"
		       "2 C command 4 DATA |DATA|\n"
		       "3 C begin 4 DATA\n"
		       "3 C text |Subject: x~~hi~|\n"
		       "3 C end 4 DATA 21\n"
		       "3 C command 5 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "3 C response to 5 AUTH LOGIN user |dGlt| secret |dGlt|\n"
		       "3 C response to 5 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "3 C odd password-in-clear\n"
		       "3 C command 6 DATA |DATA|\n"
		       "3 C odd command-out-of-order\n"
		       "3 C command 7 QUIT |QUIT|\n",
	},
	{
		.name = "the client alone, into TLS",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"C:EHLO me\r\nSTARTTLS\r\n",
				"C:\x16\x03\x01",
			},
		.log = "1 C command 1 EHLO |EHLO me|\n"
		       "1 C command 2 STARTTLS |STARTTLS|\n"
		       "2 C tls\n"
		       "0 S tls\n",
	},
	{
		.name = "the server alone",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n250-mx\r\n250 STARTTLS\r\n",
				"S:354 go\r\n250 queued\r\n334 VXNlcm5hbWU6\r\n235 ok\r\n",
				"S:220 go\r\n\x16\x03\x03",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "1 S reply 250 more |250-mx|\n"
		       "1 S reply 250 further |250 STARTTLS|\n"
		       "2 S reply 354 |354 go|\n"
		       "2 S reply 250 DATA |250 queued|\n"
		       "2 S challenge challenge |334 VXNlcm5hbWU6|\n"
		       "2 S reply 235 |235 ok|\n"
		       "3 S reply 220 |220 go|\n"
		       "0 C tls\n"
		       "3 S tls\n",
	},
	{
		.name = "midway, in a message",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"C:and so on\r\n.\r\n",
				"S:250 queued\r\n",
				"C:QUIT\r\n",
				"S:221 bye\r\n",
			},
		.log = "1 C begin 0 DATA\n"
		       "1 C text |and so on~|\n"
		       "1 C end 0 DATA 14 incomplete\n"
		       "1 C odd message-incomplete\n"
		       "2 S reply 250@1 DATA |250 queued|\n"
		       "3 C command 1 QUIT |QUIT|\n"
		       "4 S reply 221 to 1@3 QUIT |221 bye|\n",
	},
	{
		.name = "midway, before a command",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"S:250 ok\r\n",
				"C:RCPT TO:<c@d>\r\n",
				"S:250 ok\r\n",
				"C:DATA\r\n",
				"S:354 go\r\n",
				"C:x\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S reply 250 |250 ok|\n"
		       "2 C command 1 RCPT |RCPT TO:<c@d>|\n"
		       "3 S reply 250 to 1@2 RCPT |250 ok|\n"
		       "4 C command 2 DATA |DATA|\n"
		       "5 S reply 354 to 2@4 DATA |354 go|\n"
		       "6 C begin 2 DATA\n"
		       "6 C text |x~|\n"
		       "6 C end 2 DATA 6\n"
		       "7 S reply 250 to 2@6 DATA |250 queued|\n",
	},
	{
		.name = "midway, behind 354",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"S:354 go\r\n",
				"C:QUIT\r\n.\r\n",
				"S:250 queued\r\n",
			},
		.log = "1 S reply 354 |354 go|\n"
		       "2 C begin 0 DATA\n"
		       "2 C text |QUIT~|\n"
		       "2 C end 0 DATA 9\n"
		       "3 S reply 250@2 DATA |250 queued|\n",
	},
	{
		.name = "midway, a command first",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"C:MAIL FROM:<a@b>\r\n",
				"S:250 ok\r\n",
			},
		.log = "1 C command 1 MAIL |MAIL FROM:<a@b>|\n"
		       "2 S reply 250 to 1@1 MAIL |250 ok|\n",
	},
	{
		.name = "midway, into TLS",
		.protocol = MAIL_SMTP,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"S:220 go\r\n",
				"C:\x16\x03\x01",
				"S:\x16\x03\x03",
			},
		.log = "1 S reply 220 |220 go|\n"
		       "2 C tls\n"
		       "1 S tls\n",
	},
	{
		.name = "the client ends before the replies come",
		.protocol = MAIL_SMTP,
		.steps =
			{
				"S:220 mx\r\n",
				"C:DATA\r\nhello\r\n.\r\nQUIT\r\n",
				"C.",
				"S:354 go\r\n250 queued\r\n221 bye\r\n",
			},
		.log = "1 S greeting 220 |220 mx|\n"
		       "2 C command 1 DATA |DATA|\n"
		       "2 C odd command-out-of-order\n"
		       "4 S reply 354 to 1@2 DATA |354 go|\n"
		       "2 C odd data-before-354\n"
		       "2 C begin 1 DATA\n"
		       "2 C text |hello~|\n"
		       "2 C end 1 DATA 10\n"
		       "2 C command 2 QUIT |QUIT|\n"
		       "2 C odd command-before-reply\n"
		       "4 S reply 250 to 1@2 DATA |250 queued|\n"
		       "4 S reply 221 to 2@2 QUIT |221 bye|\n",
	},
};
/* clang-format on */

static void test_scripts(void)
{
	script_check(scripts, sizeof scripts / sizeof scripts[0]);
}

static void test_paths(void)
{
	static const struct {
		const char *line, *path;
	} rows[] = {
		{"MAIL FROM:<a@b> SIZE=5", "a@b"},
		{"MAIL FROM:<>", ""},
		{"mail from: <a@b>", "a@b"},
		{"RCPT TO:a@b NOTIFY=NEVER", "a@b"},
		{"RCPT TO:<@x,@y:a@b>", "@x,@y:a@b"},
		{"RCPT TO:<\"a>\\\"b\"@c> X=<y>", "\"a>\\\"b\"@c"},
		{"RCPT TO:<a@b", "a@b"},
		{"RCPT TO:", ""},
		{"RCPT", ""},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_TRUE(span_is(mail_path(span_text(rows[i].line)), rows[i].path));
}

/* What counts of the events a long input gives. */
struct count {
	size_t events[MAIL_ODDITY + 1];
	size_t oddities[ODDITY_MESSAGE_CUT + 1];
	uint64_t octets, text;
	size_t longest;
	uint32_t last_asked;
};

static void count_event(void *context, const struct mail_event *event)
{
	struct count *count = context;

	count->events[event->kind]++;
	count->oddities[event->oddity]++;
	if (event->kind == MAIL_MESSAGE_TEXT)
		count->text += event->text.length;
	else
		count->octets += event->octets;
	if (event->text.length > count->longest)
		count->longest = event->text.length;
	count->last_asked = event->asked_number;
}

static struct mail *mail_for(struct count *count)
{
	struct mail_listener listener = {count, count_event, true};

	*count = (struct count){.octets = 0};
	return mail_new(MAIL_SMTP, &listener);
}

static void give(struct mail *mail, enum side side, const char *text)
{
	struct chunk chunk = {span_text(text), {1, 0}};

	CU_ASSERT_EQUAL(mail_feed(mail, side, &chunk), chunk.bytes.length);
}

static void give_many(struct mail *mail, enum side side, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		give(mail, side, text);
}

static void finish(struct mail *mail)
{
	struct origin origin = {2, 0};

	mail_end(mail, SIDE_CLIENT, origin);
	mail_end(mail, SIDE_SERVER, origin);
	mail_free(mail);
}

static void test_long_lines(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give_many(mail, SIDE_SERVER, "0123456789", LIMIT_LINE / 10 + 100);
	give(mail, SIDE_SERVER, "\r\n");
	CU_ASSERT_EQUAL(count.longest, LIMIT_LINE);
	CU_ASSERT_EQUAL(count.octets, (LIMIT_LINE / 10 + 100) * 10 + 2);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_LINE_OVER_LIMIT], 1);
	give_many(mail, SIDE_SERVER, "220 456789", 52);
	give(mail, SIDE_SERVER, "\r\n");
	CU_ASSERT_EQUAL(count.oddities[ODDITY_LONG_LINE], 1);
	finish(mail);
}

/* What is held for the reply to DATA passes its limit: it is taken for what it looks like. */
static void test_barrier_limit(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give(mail, SIDE_SERVER, "220 mx\r\n");
	give(mail, SIDE_CLIENT, "DATA\r\n");
	give_many(mail, SIDE_CLIENT, "0123456789abcdef0123456789abcdef\r\n", 100);
	CU_ASSERT_TRUE(mail_is_holding(mail, SIDE_CLIENT));
	CU_ASSERT_EQUAL(count.events[MAIL_MESSAGE_TEXT], 0);
	give_many(mail, SIDE_CLIENT, "0123456789abcdef0123456789abcdef\r\n", 10000);
	CU_ASSERT_FALSE(mail_is_holding(mail, SIDE_CLIENT));
	CU_ASSERT_EQUAL(count.text, 10100 * 34);
	give(mail, SIDE_CLIENT, ".\r\nQUIT\r\n");
	give(mail, SIDE_SERVER, "354 go\r\n250 ok\r\n221 bye\r\n");
	CU_ASSERT_EQUAL(count.last_asked, 2);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 0);
	finish(mail);
}

/* One chunk alone is more than may be held. */
static void test_barrier_chunk(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);
	struct chunk chunk = {{NULL, 0}, {1, 0}};
	struct buffer text;

	buffer_init(&text, 0);
	buffer_add_text(&text, "DATA\r\n");
	while (text.length < 2 * LIMIT_BARRIER)
		buffer_add_text(&text, "0123456789abcdef0123456789abcdef\r\n");
	chunk.bytes = buffer_span(&text);
	give(mail, SIDE_SERVER, "220 mx\r\n");
	CU_ASSERT_EQUAL(mail_feed(mail, SIDE_CLIENT, &chunk), text.length);
	CU_ASSERT_EQUAL(count.text, text.length - 6);
	buffer_fini(&text);
	finish(mail);
}

static void test_pending_limit(void)
{
	struct count count;
	struct mail *mail = mail_for(&count);

	give(mail, SIDE_SERVER, "220 mx\r\n");
	give_many(mail, SIDE_CLIENT, "NOOP\r\n", LIMIT_PENDING + 10);
	give(mail, SIDE_SERVER, "250 ok\r\n");
	CU_ASSERT_EQUAL(count.last_asked, 11);
	give_many(mail, SIDE_SERVER, "250 ok\r\n", LIMIT_PENDING - 1);
	CU_ASSERT_EQUAL(count.last_asked, LIMIT_PENDING + 10);
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 0);
	give(mail, SIDE_SERVER, "250 ok\r\n");
	CU_ASSERT_EQUAL(count.oddities[ODDITY_UNASKED_REPLY], 1);
	finish(mail);
}

SUITE(smtp, {"tells the events of scripts, at every split", test_scripts},
	{"finds the path in a command", test_paths}, {"keeps a limited line", test_long_lines},
	{"holds a limited amount", test_barrier_limit},
	{"holds no chunk beyond the limit", test_barrier_chunk},
	{"forgets the oldest commands", test_pending_limit});
