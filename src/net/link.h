/* net/link.h: the link layers: how many octets stand before IP, and what is inside. */
#ifndef NET_LINK_H
#define NET_LINK_H

#include "net/packet.h"

/* Consumes the link layer of the LINKTYPE_ value, and VLAN tags, PPPoE and MPLS inside it. Sets
 * packet->ethertype, and the link addresses where there are any. False when nothing that mailscope
 * knows is inside. */
bool link_decode(struct packet *packet, int link_type, struct cursor *c);

#endif
