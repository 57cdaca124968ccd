#include "helper/ear.h"

#include "base/memory.h"
#include "capture/capture.h"

#include <pcap/pcap.h>
#include <stdlib.h>

/* As measured: a packet of the loopback interface has up to 65,549 octets; a buffer of libpcap's
 * own size loses packets of a fast transfer, and a longer snapshot would make room for fewer. */
enum {
	SNAPLEN = 65600,
	BUFFER = 64 * 1024 * 1024,
	/* Packets written before the end, and what was lost, is looked for again: few in comparison
	 * with those of a full buffer, so that a loss is told before any packet that came later. */
	BATCH = 128,
};

struct ear {
	pcap_t *pcap;
	struct writer writer;
	uint64_t heard, dropped; /* as last told */
};

/* What the interface needs before it is activated; these calls fail on an active one only. */
static pcap_t *create(const char *interface, struct fail *fail)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(interface, why);

	if (pcap == NULL) {
		(void)fail_set(fail, FAIL_OPEN, "%s: %s", interface, why);
		return NULL;
	}
	(void)pcap_set_snaplen(pcap, SNAPLEN);
	(void)pcap_set_promisc(pcap, 0);
	(void)pcap_set_immediate_mode(pcap, 1);
	(void)pcap_set_buffer_size(pcap, BUFFER);
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	return pcap;
}

/* Warnings are above 0. */
static enum step activate(pcap_t *pcap, const char *interface, struct fail *fail)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int status = pcap_activate(pcap);

	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
		return fail_set(fail, FAIL_DENIED, "no right to capture on %s", interface);
	if (status < 0)
		return fail_set(fail, FAIL_OPEN, "%s: %s (%s)", interface, pcap_statustostr(status),
			pcap_geterr(pcap));
	if (pcap_setnonblock(pcap, 1, why) < 0)
		return fail_set(fail, FAIL_OPEN, "%s: %s", interface, why);
	return STEP_DONE;
}

struct ear *ear_open(const struct request *request, struct fail *fail)
{
	struct ear *ear = memory_new(1, sizeof *ear);

	ear->pcap = create(request->interface, fail);
	if (ear->pcap != NULL && activate(ear->pcap, request->interface, fail) == STEP_DONE)
		return ear;
	ear_free(ear);
	return NULL;
}

void ear_free(struct ear *ear)
{
	if (ear == NULL)
		return;
	if (ear->pcap != NULL)
		pcap_close(ear->pcap);
	free(ear);
}

/* libpcap's number of a link type is the file's but for raw IP. "any" has two headers: the newer
 * one names the interface. */
static uint16_t link_type(pcap_t *pcap)
{
	if (pcap_datalink(pcap) == DLT_LINUX_SLL)
		(void)pcap_set_datalink(pcap, DLT_LINUX_SLL2);
	return (uint16_t)(pcap_datalink(pcap) == DLT_RAW ? LINK_RAW : pcap_datalink(pcap));
}

/* What came before the filter was set is held against it by libpcap. */
static enum step set_filter(pcap_t *pcap, const char *filter, struct fail *fail)
{
	struct bpf_program program;
	int status;

	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return fail_set(fail, FAIL_OPEN, "%s: %s", filter, pcap_geterr(pcap));
	status = pcap_setfilter(pcap, &program);
	pcap_freecode(&program);
	return status < 0 ? fail_set(fail, FAIL_OPEN, "%s: %s", filter, pcap_geterr(pcap))
			  : STEP_DONE;
}

enum step ear_begin(struct ear *ear, const struct request *request, FILE *out, struct fail *fail)
{
	struct writer_section section = {.application = "mailscope-capture"};
	struct writer_interface interface = {
		link_type(ear->pcap), SNAPLEN, request->interface, request->filter};

	if (set_filter(ear->pcap, request->filter, fail) == STEP_FAIL)
		return STEP_FAIL;
	writer_begin(&ear->writer, out, &section);
	(void)writer_interface(&ear->writer, &interface);
	return writer_finish(&ear->writer, "standard output", fail);
}

int ear_descriptor(const struct ear *ear)
{
	return pcap_get_selectable_fd(ear->pcap);
}

/* tv_usec has nanoseconds where these were asked for and given. */
static void on_packet(u_char *context, const struct pcap_pkthdr *head, const u_char *bytes)
{
	struct ear *ear = (struct ear *)(void *)context;
	bool is_nano = pcap_get_tstamp_precision(ear->pcap) == PCAP_TSTAMP_PRECISION_NANO;
	struct writer_packet packet = {
		.time = (int64_t)head->ts.tv_sec * 1000000000 +
			(int64_t)head->ts.tv_usec * (is_nano ? 1 : 1000),
		.bytes = span_of(bytes, head->caplen),
		.length = head->len,
	};

	writer_packet(&ear->writer, &packet);
	ear->heard++;
}

/* ps_recv counts the packets of the loopback interface twice: what was written is counted. */
static void tell_dropped(struct ear *ear, bool is_last)
{
	struct pcap_stat counts;
	bool is_known = pcap_stats(ear->pcap, &counts) == 0;

	if (!is_last && (!is_known || counts.ps_drop == ear->dropped))
		return;
	if (is_known)
		ear->dropped = counts.ps_drop;
	writer_statistics(&ear->writer, 0, ear->heard, ear->dropped);
}

/* Where packets were lost the buffer was full, and there is more than a batch. */
enum step ear_hear(struct ear *ear, struct fail *fail)
{
	int count = pcap_dispatch(ear->pcap, BATCH, on_packet, (u_char *)ear);

	if (count == BATCH)
		tell_dropped(ear, false);
	if (writer_finish(&ear->writer, "standard output", fail) == STEP_FAIL)
		return STEP_FAIL;
	if (count < 0)
		return fail_set(fail, FAIL_OPEN, "%s", pcap_geterr(ear->pcap));
	return count > 0 ? STEP_DONE : STEP_MORE;
}

enum step ear_end(struct ear *ear, struct fail *fail)
{
	tell_dropped(ear, true);
	return writer_finish(&ear->writer, "standard output", fail);
}
