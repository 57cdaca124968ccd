/* base/step.h: the one answer of everything that reads: failed, needs more, done. */
#ifndef BASE_STEP_H
#define BASE_STEP_H

enum step { STEP_FAIL = -1, STEP_MORE = 0, STEP_DONE = 1 };

#endif
