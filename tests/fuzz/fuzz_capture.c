/* The capture reader, plain and packed: it must end, and every span lie in memory. */
#include "capture/capture.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static volatile uint8_t sum; /* so that every octet is read */

static void touch(struct span s)
{
	for (size_t i = 0; i < s.length; i++)
		sum = (uint8_t)(sum + s.at[i]);
}

static void hear_secrets(void *context, uint32_t type, struct span secrets)
{
	(void)context, (void)type;
	touch(secrets);
}

static void hear_name(void *context, struct span address, struct span name)
{
	(void)context;
	touch(address);
	touch(name);
}

static void hear_comment(void *context, struct span comment)
{
	(void)context;
	touch(comment);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	struct capture_listener listener = {NULL, hear_secrets, hear_name, hear_comment, NULL};
	int descriptor = memfd_create("capture", MFD_CLOEXEC);
	struct capture *capture;
	struct frame frame;
	struct fail fail;

	if (descriptor < 0 || write(descriptor, octets, length) != (ssize_t)length)
		__builtin_trap();
	lseek(descriptor, 0, SEEK_SET);
	capture = capture_open_descriptor(descriptor, "fuzz", &listener, &fail);
	while (capture != NULL && capture_next(capture, &frame, &fail) == STEP_DONE) {
		touch(frame.bytes);
		touch(frame.comment);
	}
	capture_close(capture);
	return 0;
}
