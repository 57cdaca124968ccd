/* bench/count.c: the bare libpcap loop, which counts packets and does nothing else: the measure
 * of what reading a capture costs.
 *
 * usage: count CAPTURE */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

struct counts {
	unsigned long long packets, octets;
};

static void count_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct counts *counts = (struct counts *)user;

	(void)bytes;
	counts->packets++;
	counts->octets += header->caplen;
}

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	struct counts counts = {0, 0};

	if (argc != 2) {
		fputs("usage: count CAPTURE\n", stderr);
		return EXIT_FAILURE;
	}
	pcap_t *pcap = pcap_open_offline(argv[1], error);
	if (pcap == NULL) {
		fprintf(stderr, "count: %s\n", error);
		return EXIT_FAILURE;
	}
	int end = pcap_loop(pcap, -1, count_packet, (u_char *)&counts);
	if (end != 0)
		fprintf(stderr, "count: %s\n", pcap_geterr(pcap));
	printf("packets %llu octets %llu\n", counts.packets, counts.octets);
	pcap_close(pcap);
	return end == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
