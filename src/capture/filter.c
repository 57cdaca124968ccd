#include "capture/filter.h"

#include "base/memory.h"

#include <pcap/pcap.h>
#include <stdlib.h>

enum { SNAPLEN = 262144, WIFI = 105 };

/* The expression compiled for one link type. */
struct program {
	int link_type;
	bool is_usable; /* libpcap can say it for this link type */
	struct bpf_program code;
};

struct filter {
	char *expression;
	struct program *programs; /* one a link type that was met; that last used first */
	size_t count;
};

/* A file's link type is libpcap's own number but for a few (pcap-common.c). */
static int dlt_of(int link_type)
{
	static const struct {
		int link_type, dlt;
	} differing[] = {
		{LINK_RAW_OPENBSD, DLT_RAW},
		{LINK_RAW, DLT_RAW},
		{100, DLT_ATM_RFC1483},
		{102, DLT_SLIP_BSDOS},
		{103, DLT_PPP_BSDOS},
		{106, DLT_ATM_CLIP},
	};

	for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++)
		if (differing[i].link_type == link_type)
			return differing[i].dlt;
	return link_type;
}

/* Compiles; libpcap's words go to *fail. */
static bool program_compile(struct program *program, const char *expression, struct fail *fail)
{
	pcap_t *pcap = pcap_open_dead(dlt_of(program->link_type), SNAPLEN);

	if (pcap == NULL)
		return false;
	program->is_usable =
		pcap_compile(pcap, &program->code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!program->is_usable)
		fail_set(fail, FAIL_USAGE, "%s: %s", expression, pcap_geterr(pcap));
	pcap_close(pcap);
	return program->is_usable;
}

static struct program *program_add(struct filter *filter, int link_type, struct fail *fail)
{
	struct program *program;

	filter->programs =
		memory_resize(filter->programs, filter->count + 1, sizeof filter->programs[0]);
	program = &filter->programs[filter->count++];
	*program = (struct program){.link_type = link_type};
	(void)program_compile(program, filter->expression, fail);
	return program;
}

struct filter *filter_new(const char *expression, struct fail *fail)
{
	struct filter *filter = memory_new(1, sizeof *filter);

	filter->expression = memory_text(expression);
	/* Some expressions make sense on one kind of link alone; the words are those for Ethernet.
	 */
	if (program_add(filter, LINK_ETHERNET, fail)->is_usable ||
		program_add(filter, LINK_RAW, NULL)->is_usable ||
		program_add(filter, WIFI, NULL)->is_usable)
		return filter;
	filter_free(filter);
	return NULL;
}

void filter_free(struct filter *filter)
{
	if (filter == NULL)
		return;
	for (size_t i = 0; i < filter->count; i++)
		if (filter->programs[i].is_usable)
			pcap_freecode(&filter->programs[i].code);
	free(filter->programs);
	free(filter->expression);
	free(filter);
}

static const struct program *program_find(struct filter *filter, int link_type)
{
	for (size_t i = 0; i < filter->count; i++)
		if (filter->programs[i].link_type == link_type)
			return &filter->programs[i];
	return program_add(filter, link_type, NULL);
}

bool filter_passes(struct filter *filter, const struct frame *frame)
{
	const struct program *program;

	if (frame->link_type == LINK_NONE)
		return false;
	program = program_find(filter, frame->link_type);
	return program->is_usable && bpf_filter(program->code.bf_insns, frame->bytes.at,
					     frame->length, (u_int)frame->bytes.length) != 0;
}
