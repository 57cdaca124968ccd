/* The parser of POP3: whole sessions (pop3.sessions). */
#include "mail_script.h"
#include "suite.h"

static void test_sessions(void)
{
	script_check("tests/unit/pop3.sessions", MAIL_POP3);
}

SUITE(pop3, {"tells the events of sessions, at every split", test_sessions});
