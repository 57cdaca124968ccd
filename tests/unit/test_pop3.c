/* Sessions of POP3 as they come over the wire, and the events they must give. */
#include "mail_script.h"
#include "suite.h"

/* clang-format off */
static const struct script scripts[] = {
	{
		.name = "a plain session",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK ready <1.2@x>\r\n",
				"C:USER tim\r\n",
				"S:+OK\r\n",
				"C:PASS tan staaf \r\n",
				"S:+OK logged in\r\n",
				"C:STAT\r\n",
				"S:+OK 2 320\r\n",
				"C:LIST\r\n",
				"S:+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n",
				"C:LIST 2\r\n",
				"S:+OK 2 200\r\n",
				"C:RETR 1\r\n",
				"S:+OK 17 octets\r\nA: b\r\n\r\n..c\r\n\r\n..\r\n.\r\n",
				"C:DELE 1\r\n",
				"S:+OK\r\n",
				"C:QUIT\r\n",
				"S:+OK bye\r\n",
			},
		.log = "1 S greeting 1 |+OK ready <1.2@x>|\n"
		       "2 C command 1 USER user |USER tim|\n"
		       "3 S reply 1 to 1@2 USER |+OK|\n"
		       "4 C command 2 PASS password |PASS tan staaf | secret |tan staaf |\n"
		       "4 C odd password-in-clear\n"
		       "5 S reply 1 to 2@4 PASS result |+OK logged in|\n"
		       "6 C command 3 STAT |STAT|\n"
		       "7 S reply 1 to 3@6 STAT |+OK 2 320|\n"
		       "8 C command 4 LIST |LIST|\n"
		       "9 S reply 1 to 4@8 LIST more |+OK 2 messages|\n"
		       "9 S reply 0 to 4@8 LIST further more |1 120|\n"
		       "9 S reply 0 to 4@8 LIST further more |2 200|\n"
		       "9 S reply 0 to 4@8 LIST further |.|\n"
		       "10 C command 5 LIST |LIST 2|\n"
		       "11 S reply 1 to 5@10 LIST |+OK 2 200|\n"
		       "12 C command 6 RETR |RETR 1|\n"
		       "13 S reply 1 to 6@12 RETR |+OK 17 octets|\n"
		       "13 S begin 6 RETR\n"
		       "13 S text |A: b~~.c~~.~|\n"
		       "13 S end 6 RETR 22\n"
		       "14 C command 7 DELE |DELE 1|\n"
		       "15 S reply 1 to 7@14 DELE |+OK|\n"
		       "16 C command 8 QUIT |QUIT|\n"
		       "17 S reply 1 to 8@16 QUIT |+OK bye|\n",
	},
	{
		.name = "lines in a body that look like replies",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r\n",
				"S:+OK not a reply\r\n",
				"S:-ERR neither\r\n+ nor this\r\n",
				"S:.\r\n",
				"C:RETR 2\r\n",
				"S:-ERR no such message\r\n",
				"C:NOOP\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "4 S begin 1 RETR\n"
		       "4-5 S text |+OK not a reply~-ERR neither~+ nor this~|\n"
		       "4-6 S end 1 RETR 46\n"
		       "7 C command 2 RETR |RETR 2|\n"
		       "7 C odd command-out-of-order\n"
		       "8 S reply -1 to 2@7 RETR |-ERR no such message|\n"
		       "9 C command 3 NOOP |NOOP|\n"
		       "9 C odd command-out-of-order\n"
		       "10 S reply 1 to 3@9 NOOP |+OK|\n",
	},
	{
		.name = "pipelined",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:CAPA\r\n",
				"S:+OK\r\nTOP\r\nPIPELINING\r\n.\r\n",
				"C:RETR 1\r\nRETR 2\r\nUIDL\r\nUIDL 1\r\nTOP 1 0\r\nQUIT\r\n",
				"S:+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n+OK\r\n1 x\r\n.\r\n+OK 1 x\r\n-ERR no\r\n+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 CAPA |CAPA|\n"
		       "3 S reply 1 to 1@2 CAPA more |+OK|\n"
		       "3 S reply 0 to 1@2 CAPA further more |TOP|\n"
		       "3 S reply 0 to 1@2 CAPA further more |PIPELINING|\n"
		       "3 S reply 0 to 1@2 CAPA further |.|\n"
		       "4 C command 2 RETR |RETR 1|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C command 3 RETR |RETR 2|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C command 4 UIDL |UIDL|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C command 5 UIDL |UIDL 1|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C command 6 TOP |TOP 1 0|\n"
		       "4 C odd command-out-of-order\n"
		       "4 C command 7 QUIT |QUIT|\n"
		       "5 S reply 1 to 2@4 RETR |+OK|\n"
		       "5 S begin 2 RETR\n"
		       "5 S text |a~|\n"
		       "5 S end 2 RETR 6\n"
		       "5 S reply 1 to 3@4 RETR |+OK|\n"
		       "5 S begin 3 RETR\n"
		       "5 S text |b~|\n"
		       "5 S end 3 RETR 6\n"
		       "5 S reply 1 to 4@4 UIDL more |+OK|\n"
		       "5 S reply 0 to 4@4 UIDL further more |1 x|\n"
		       "5 S reply 0 to 4@4 UIDL further |.|\n"
		       "5 S reply 1 to 5@4 UIDL |+OK 1 x|\n"
		       "5 S reply -1 to 6@4 TOP |-ERR no|\n"
		       "5 S reply 1 to 7@4 QUIT |+OK|\n",
	},
	{
		.name = "pipelined without offer",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:USER a\r\nPASS b\r\nSTAT\r\n",
				"S:+OK\r\n-ERR [AUTH] no\r\n-ERR\r\n",
				"C:STAT\r\n",
				"S:-ERR\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 USER user |USER a|\n"
		       "2 C command 2 PASS password |PASS b| secret |b|\n"
		       "2 C odd command-before-reply\n"
		       "2 C odd password-in-clear\n"
		       "2 C command 3 STAT |STAT|\n"
		       "3 S reply 1 to 1@2 USER |+OK|\n"
		       "3 S reply -1 to 2@2 PASS result |-ERR [AUTH] no|\n"
		       "3 S reply -1 to 3@2 STAT |-ERR|\n"
		       "4 C command 4 STAT |STAT|\n"
		       "4 C odd command-out-of-order\n"
		       "5 S reply -1 to 4@4 STAT |-ERR|\n",
	},
	{
		.name = "final dot over segments",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r",
				"S:\nabc\r",
				"S:\n",
				"S:.",
				"S:\r",
				"S:\n",
				"C:QUIT\r\n",
				"S:+O",
				"S:K\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3-4 S reply 1 to 1@2 RETR |+OK|\n"
		       "4 S begin 1 RETR\n"
		       "4-5 S text |abc~|\n"
		       "4-8 S end 1 RETR 8\n"
		       "9 C command 2 QUIT |QUIT|\n"
		       "10-11 S reply 1 to 2@9 QUIT |+OK|\n",
	},
	{
		.name = "an octet count that does not fit",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK 10 octets\r\nabc\r\n.\r\n",
				"C:TOP 1 0\r\n",
				"S:+OK 10 octets\r\nabc\r\n.\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK 10 octets|\n"
		       "3 S begin 1 RETR\n"
		       "3 S text |abc~|\n"
		       "3 S end 1 RETR 8\n"
		       "3 S odd octet-count-differs\n"
		       "4 C command 2 TOP |TOP 1 0|\n"
		       "4 C odd command-out-of-order\n"
		       "5 S reply 1 to 2@4 TOP |+OK 10 octets|\n"
		       "5 S begin 2 TOP\n"
		       "5 S text |abc~|\n"
		       "5 S end 2 TOP 8\n",
	},
	{
		.name = "an unstuffed dot, bare line ends",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK 10\r\n.abc\r\nd\n\re\r\n.\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK 10|\n"
		       "3 S begin 1 RETR\n"
		       "3 S odd dot-not-doubled\n"
		       "3 S odd bare-lf\n"
		       "3 S odd bare-cr\n"
		       "3 S text |abc~d{LF}{CR}e~|\n"
		       "3 S end 1 RETR 15\n",
	},
	{
		.name = "text after the end",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r\na\r\n.\r\nmore\r\n.\r\n",
				"C:NOOP\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "3 S begin 1 RETR\n"
		       "3 S text |a~|\n"
		       "3 S end 1 RETR 6\n"
		       "3 S reply 0 further more |more|\n"
		       "3 S odd text-after-end\n"
		       "3 S reply 0 further more |.|\n"
		       "4 C command 2 NOOP |NOOP|\n"
		       "4 C odd command-out-of-order\n"
		       "5 S reply 1 to 2@4 NOOP |+OK|\n",
	},
	{
		.name = "AUTH PLAIN behind a challenge",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:AUTH PLAIN\r\n",
				"S:+ \r\n",
				"C:AHRpbQBzZWNyZXQ=\r\n",
				"S:+OK in\r\n",
				"C:STAT\r\n",
				"S:+OK 0 0\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 AUTH PLAIN auth |AUTH PLAIN|\n"
		       "3 S challenge to 1@2 AUTH PLAIN challenge |+ |\n"
		       "4 C response to 1 AUTH PLAIN initial |AHRpbQBzZWNyZXQ=| secret |AHRpbQBzZWNyZXQ=|\n"
		       "4 C odd password-in-clear\n"
		       "5 S reply 1 to 1@4 AUTH PLAIN result |+OK in|\n"
		       "6 C command 2 STAT |STAT|\n"
		       "7 S reply 1 to 2@6 STAT |+OK 0 0|\n",
	},
	{
		.name = "AUTH LOGIN, cancelled; AUTH without mechanism",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:AUTH\r\n",
				"S:+OK\r\nLOGIN\r\nPLAIN\r\n.\r\n",
				"C:AUTH LOGIN\r\n",
				"S:+ VXNlcm5hbWU6\r\n",
				"C:dGlt\r\n",
				"S:+ UGFzc3dvcmQ6\r\n",
				"C:*\r\n",
				"S:-ERR cancelled\r\n",
				"C:AUTH LOGIN dGlt\r\n",
				"S:+ UGFzc3dvcmQ6\r\n",
				"C:c2VjcmV0\r\n",
				"S:-ERR no\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 AUTH |AUTH|\n"
		       "3 S reply 1 to 1@2 AUTH more |+OK|\n"
		       "3 S reply 0 to 1@2 AUTH further more |LOGIN|\n"
		       "3 S reply 0 to 1@2 AUTH further more |PLAIN|\n"
		       "3 S reply 0 to 1@2 AUTH further |.|\n"
		       "4 C command 2 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "5 S challenge to 2@4 AUTH LOGIN challenge |+ VXNlcm5hbWU6|\n"
		       "6 C response to 2 AUTH LOGIN user |dGlt| secret |dGlt|\n"
		       "7 S challenge to 2@6 AUTH LOGIN challenge |+ UGFzc3dvcmQ6|\n"
		       "8 C response to 2 AUTH LOGIN cancel |*|\n"
		       "9 S reply -1 to 2@8 AUTH LOGIN result |-ERR cancelled|\n"
		       "10 C command 3 AUTH LOGIN user |AUTH LOGIN dGlt| secret |dGlt|\n"
		       "11 S challenge to 3@10 AUTH LOGIN challenge |+ UGFzc3dvcmQ6|\n"
		       "12 C response to 3 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "12 C odd password-in-clear\n"
		       "13 S reply -1 to 3@12 AUTH LOGIN result |-ERR no|\n",
	},
	{
		.name = "APOP",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK <1896.697170952@dbc.mtview.ca.us>\r\n",
				"C:APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK <1896.697170952@dbc.mtview.ca.us>|\n"
		       "2 C command 1 APOP APOP initial |APOP mrose c4c9334bac560ecc979e58001b3e22fb| secret |c4c9334bac560ecc979e58001b3e22fb|\n"
		       "3 S reply 1 to 1@2 APOP APOP result |+OK|\n",
	},
	{
		.name = "responses before their challenges",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:AUTH LOGIN\r\ndGlt\r\nc2VjcmV0\r\nSTAT\r\n",
				"S:+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n+OK\r\n+OK 0 0\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 AUTH LOGIN auth |AUTH LOGIN|\n"
		       "3 S challenge to 1@2 AUTH LOGIN challenge |+ VXNlcm5hbWU6|\n"
		       "2 C response to 1 AUTH LOGIN user |dGlt| secret |dGlt|\n"
		       "3 S challenge to 1@2 AUTH LOGIN challenge |+ UGFzc3dvcmQ6|\n"
		       "2 C response to 1 AUTH LOGIN password |c2VjcmV0| secret |c2VjcmV0|\n"
		       "2 C odd password-in-clear\n"
		       "3 S reply 1 to 1@2 AUTH LOGIN result |+OK|\n"
		       "2 C command 2 STAT |STAT|\n"
		       "2 C odd command-before-reply\n"
		       "3 S reply 1 to 2@2 STAT |+OK 0 0|\n",
	},
	{
		.name = "STLS",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:STLS\r\n",
				"S:+OK go\r\n",
				"C:\x16\x03\x01",
				"S:\x16\x03\x03",
				"T+",
				"C:USER a\r\n",
				"S:+OK\r\n",
				"C:PASS b\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 STLS |STLS|\n"
		       "3 S reply 1 to 1@2 STLS |+OK go|\n"
		       "2 C tls\n"
		       "3 S tls\n"
		       "7 C command 2 USER user |USER a|\n"
		       "8 S reply 1 to 2@7 USER |+OK|\n"
		       "9 C command 3 PASS password |PASS b| secret |b|\n"
		       "10 S reply 1 to 3@9 PASS result |+OK|\n",
	},
	{
		.name = "STLS refused",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:STLS\r\nCAPA\r\n",
				"S:-ERR no\r\n+OK\r\nUIDL\r\n.\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 STLS |STLS|\n"
		       "3 S reply -1 to 1@2 STLS |-ERR no|\n"
		       "2 C command 2 CAPA |CAPA|\n"
		       "2 C odd command-before-reply\n"
		       "3 S reply 1 to 2@2 CAPA more |+OK|\n"
		       "3 S reply 0 to 2@2 CAPA further more |UIDL|\n"
		       "3 S reply 0 to 2@2 CAPA further |.|\n",
	},
	{
		.name = "text behind the +OK of STLS",
		.protocol = MAIL_POP3,
		.flags = SCRIPT_WHOLE,
		.steps =
			{
				"S:+OK\r\n",
				"C:STLS\r\n",
				"S:+OK go\r\n+OK injected\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 STLS |STLS|\n"
		       "3 S reply 1 to 1@2 STLS |+OK go|\n"
		       "2 C tls\n"
		       "3 S odd text-behind-starttls\n"
		       "3 S reply 1 |+OK injected|\n"
		       "3 S tls\n",
	},
	{
		.name = "odd replies",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+ok\r\n",
				"C:FROB\r\n",
				"S:-err no\r\n",
				"S:+OK unasked\r\n",
				"S:hello\r\n",
				"S:+ hello\r\n",
				"C:stat\n",
				"S:+OK 0 0\n",
			},
		.log = "1 S greeting 1 |+ok|\n"
		       "1 S odd strange-reply-code\n"
		       "2 C command 1 unknown |FROB|\n"
		       "2 C odd unknown-command\n"
		       "3 S reply -1 to 1@2 |-err no|\n"
		       "3 S odd strange-reply-code\n"
		       "4 S reply 1 |+OK unasked|\n"
		       "4 S odd reply-without-command\n"
		       "5 S reply 0 further more |hello|\n"
		       "5 S odd reply-without-code\n"
		       "6 S reply 0 further more |+ hello|\n"
		       "6 S odd reply-without-code\n"
		       "7 C command 2 STAT lf |stat|\n"
		       "7 C odd bare-lf\n"
		       "7 C odd command-out-of-order\n"
		       "8 S reply 1 to 2@7 STAT lf |+OK 0 0|\n"
		       "8 S odd bare-lf\n",
	},
	{
		.name = "a gap inside a message",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r\nab\r\n",
				"S!10",
				"S:cd\r\n.\r\n",
				"C:QUIT\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "3 S begin 1 RETR\n"
		       "3 S text |ab~|\n"
		       "4 S gap 10\n"
		       "5 S text |cd~|\n"
		       "3-5 S end 1 RETR 11 incomplete\n"
		       "5 S odd message-incomplete\n"
		       "6 C command 2 QUIT |QUIT|\n"
		       "7 S reply 1 to 2@6 QUIT |+OK|\n",
	},
	{
		.name = "a gap over a message's end",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r\nab\r\n",
				"S!10",
				"C:QUIT\r\n",
				"S:+OK bye\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "3 S begin 1 RETR\n"
		       "3 S text |ab~|\n"
		       "4 S gap 10\n"
		       "5 C command 2 QUIT |QUIT|\n"
		       "3 S end 1 RETR 4 incomplete\n"
		       "3 S odd message-incomplete\n"
		       "6 S reply 1 to 2@5 QUIT |+OK bye|\n",
	},
	{
		.name = "a gap over a message's end, its reply and the next message",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S!7",
				"S:ab\r\n.\r\n",
				"C:RETR 2\r\n",
				"S:+OK\r\ncd\r\n.\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S gap 7\n"
		       "4 S begin 1 RETR\n"
		       "4 S text |ab~|\n"
		       "4 S end 1 RETR 7 incomplete\n"
		       "4 S odd message-incomplete\n"
		       "5 C command 2 RETR |RETR 2|\n"
		       "6 S reply 1 to 2@5 RETR |+OK|\n"
		       "6 S begin 2 RETR\n"
		       "6 S text |cd~|\n"
		       "6 S end 2 RETR 7\n",
	},
	{
		.name = "a gap inside a listing",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:UIDL\r\n",
				"S:+OK\r\n1 a\r\n2 ",
				"S!10",
				"S:c\r\n4 d\r\n.\r\n",
				"C:LIST\r\n",
				"S!10",
				"S:3 5\r\n.\r\n",
				"C:QUIT\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 UIDL |UIDL|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 UIDL more |+OK|\n"
		       "3 S reply 0 to 1@2 UIDL further more |1 a|\n"
		       "3 S reply 0 to 1@2 UIDL further more cut |2 |\n"
		       "4 S gap 10\n"
		       "5 S reply 0 to 1@2 UIDL further more |c|\n"
		       "5 S reply 0 to 1@2 UIDL further more |4 d|\n"
		       "5 S reply 0 to 1@2 UIDL further |.|\n"
		       "6 C command 2 LIST |LIST|\n"
		       "7 S gap 10\n"
		       "8 S reply 0 to 2@6 LIST further more |3 5|\n"
		       "8 S reply 0 to 2@6 LIST further |.|\n"
		       "9 C command 3 QUIT |QUIT|\n"
		       "10 S reply 1 to 3@9 QUIT |+OK|\n",
	},
	{
		.name = "a gap over a listing's end",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:UIDL\r\n",
				"S:+OK\r\n1 a\r\n",
				"S!10",
				"C:QUIT\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 UIDL |UIDL|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 UIDL more |+OK|\n"
		       "3 S reply 0 to 1@2 UIDL further more |1 a|\n"
		       "4 S gap 10\n"
		       "5 C command 2 QUIT |QUIT|\n"
		       "6 S reply 1 to 2@5 QUIT |+OK|\n",
	},
	{
		.name = "a gap in the client's side",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C!8",
				"S:+OK 5 octets\r\nA: b\r\n.\r\n",
				"C:QUIT\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C gap 8\n"
		       "3 S reply 1 |+OK 5 octets|\n"
		       "3 S begin 0 RETR\n"
		       "3 S text |A: b~|\n"
		       "3 S end 0 RETR 9\n"
		       "4 C command 1 QUIT |QUIT|\n"
		       "5 S reply 1 to 1@4 QUIT |+OK|\n",
	},
	{
		.name = "the server alone",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK ready\r\n",
				"S:+OK\r\n+OK 2 messages\r\n",
				"S:1 120\r\n2 200\r\n.\r\n",
				"S:+OK 120 octets\r\nSubject: x\r\n\r\n+OK\r\n.\r\n",
				"S:+ VXNlcm5hbWU6\r\n-ERR no\r\n+OK bye\r\n",
			},
		.log = "1 S greeting 1 |+OK ready|\n"
		       "2 S reply 1 |+OK|\n"
		       "2 S reply 1 |+OK 2 messages|\n"
		       "3 S reply 0 further more |1 120|\n"
		       "3 S reply 0 further more |2 200|\n"
		       "3 S reply 0 further |.|\n"
		       "4 S reply 1 |+OK 120 octets|\n"
		       "4 S begin 0 RETR\n"
		       "4 S text |Subject: x~~+OK~|\n"
		       "4 S end 0 RETR 22\n"
		       "5 S challenge challenge |+ VXNlcm5hbWU6|\n"
		       "5 S reply -1 |-ERR no|\n"
		       "5 S reply 1 |+OK bye|\n",
	},
	{
		.name = "the client alone",
		.protocol = MAIL_POP3,
		.steps =
			{
				"C:CAPA\r\nAUTH PLAIN\r\nAHRpbQBzZWNyZXQ=\r\nSTLS\r\nRETR 1\r\nQUIT\r\n",
			},
		.log = "1 C command 1 CAPA |CAPA|\n"
		       "1 C command 2 AUTH PLAIN auth |AUTH PLAIN|\n"
		       "1 C response to 2 AUTH PLAIN initial |AHRpbQBzZWNyZXQ=| secret |AHRpbQBzZWNyZXQ=|\n"
		       "1 C odd password-in-clear\n"
		       "1 C command 3 STLS |STLS|\n"
		       "1 C odd command-out-of-order\n"
		       "1 C command 4 RETR |RETR 1|\n"
		       "1 C command 5 QUIT |QUIT|\n",
	},
	{
		.name = "midway in a message",
		.protocol = MAIL_POP3,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"S:some text\r\n+OK\r\n.\r\n",
				"C:RETR 2\r\n",
				"S:+OK\r\nx\r\n.\r\n",
			},
		.log = "1 S begin 0 RETR\n"
		       "1 S text |some text~+OK~|\n"
		       "1 S end 0 RETR 19 incomplete\n"
		       "1 S odd message-incomplete\n"
		       "2 C command 1 RETR |RETR 2|\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "3 S begin 1 RETR\n"
		       "3 S text |x~|\n"
		       "3 S end 1 RETR 6\n",
	},
	{
		.name = "midway in a listing",
		.protocol = MAIL_POP3,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"S:17 120\r\n18 5\r\n.\r\n",
				"C:QUIT\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S reply 0 further more |17 120|\n"
		       "1 S reply 0 further more |18 5|\n"
		       "1 S reply 0 further |.|\n"
		       "2 C command 1 QUIT |QUIT|\n"
		       "3 S reply 1 to 1@2 QUIT |+OK|\n",
	},
	{
		.name = "midway at a reply",
		.protocol = MAIL_POP3,
		.flags = SCRIPT_MIDWAY,
		.steps =
			{
				"S:+OK 120 octets\r\n",
				"S:A: b\r\n.\r\n",
				"C:NOOP\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S reply 1 |+OK 120 octets|\n"
		       "2 S begin 0 RETR\n"
		       "2 S text |A: b~|\n"
		       "2 S end 0 RETR 9\n"
		       "3 C command 1 NOOP |NOOP|\n"
		       "4 S reply 1 to 1@3 NOOP |+OK|\n",
	},
	{
		.name = "a server that ends its message with a look-alike",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r\na\nb\n.\n",
				"C:QUIT\r\n",
				"S:+OK\r\n",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "3 S begin 1 RETR\n"
		       "3 S odd bare-lf\n"
		       "3 S odd end-of-data-look-alike\n"
		       "3 S text |a{LF}b{LF}.{LF}|\n"
		       "4 C command 2 QUIT |QUIT|\n"
		       "3 S end 1 RETR 6 incomplete\n"
		       "3 S odd message-incomplete\n"
		       "5 S reply 1 to 2@4 QUIT |+OK|\n",
	},
	{
		.name = "a message without end",
		.protocol = MAIL_POP3,
		.steps =
			{
				"S:+OK\r\n",
				"C:RETR 1\r\n",
				"S:+OK\r\nab",
			},
		.log = "1 S greeting 1 |+OK|\n"
		       "2 C command 1 RETR |RETR 1|\n"
		       "2 C odd command-out-of-order\n"
		       "3 S reply 1 to 1@2 RETR |+OK|\n"
		       "3 S begin 1 RETR\n"
		       "3 S text |ab|\n"
		       "3 S end 1 RETR 2 incomplete\n"
		       "3 S odd message-incomplete\n",
	},
	{
		.name = "the client speaks first, the server refuses",
		.protocol = MAIL_POP3,
		.steps =
			{
				"C:CAPA\r\n",
				"S:-ERR busy\r\n",
			},
		.log = "1 C command 1 CAPA |CAPA|\n"
		       "2 S greeting -1 |-ERR busy|\n"
		       "1 C odd client-spoke-first\n"
		       "3 S odd command-without-reply\n",
	},
};
/* clang-format on */

static void test_scripts(void)
{
	script_check(scripts, sizeof scripts / sizeof scripts[0]);
}

SUITE(pop3, {"tells the events of scripts, at every split", test_scripts});
