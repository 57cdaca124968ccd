/* message/start.h: GMime is started once, whichever thread comes first. */
#ifndef MESSAGE_START_H
#define MESSAGE_START_H

void message_start(void);

#endif
