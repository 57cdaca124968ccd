/* window/compose_send.h: a draft as what a work sends. */
#ifndef WINDOW_COMPOSE_SEND_H
#define WINDOW_COMPOSE_SEND_H

#include "window/draft.h"
#include "window/work.h"

/* Fills *order, which then owns the account too. STEP_FAIL: what is wrong with the draft; the
 * account is freed. */
enum step compose_order(const struct draft *draft, struct account *account,
	struct work_order *order, struct fail *fail);

#endif
