/* helper/ear.h: libpcap listening on an interface, and what it hears as pcapng. */
#ifndef HELPER_EAR_H
#define HELPER_EAR_H

#include "capture/writer.h"
#include "helper/request.h"

struct ear;

/* Opens the capture: needs the privilege. NULL and FAIL_DENIED: there is none; FAIL_OPEN: the
 * interface cannot be captured. */
struct ear *ear_open(const struct request *request, struct fail *fail);

/* Sets the filter and writes the section header and the interface, which says that from now on
 * every packet is heard. Needs no privilege. */
enum step ear_begin(struct ear *ear, const struct request *request, FILE *out, struct fail *fail);

/* Becomes readable when there are packets. */
int ear_descriptor(const struct ear *ear);

/* Writes what is there, and the statistics when packets were lost, and flushes. STEP_DONE: there
 * may be more. STEP_MORE: there was nothing. STEP_FAIL: the interface is gone, or nobody reads. */
enum step ear_hear(struct ear *ear, struct fail *fail);

/* Writes the statistics, and flushes. */
enum step ear_end(struct ear *ear, struct fail *fail);
void ear_free(struct ear *ear);

#endif
