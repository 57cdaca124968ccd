#include "message/start.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>

static void start(void)
{
	g_mime_init();
	atexit(g_mime_shutdown);
}

void message_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start);
}
