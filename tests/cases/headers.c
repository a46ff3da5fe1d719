/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values that are parts of packets, and IPsec policies: laid out by the system's own headers. */
#include "case.h"
#include "members.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <linux/seg6.h>
#include <linux/xfrm.h>
#include <string.h>

#define NEW_HOPOPTS 54 /* linux/in6.h: of RFC 3542, whatever the C library has */
#define NEW_RTHDR 57

static const uint8_t record_route[] = { 1, 7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t too_long[] = { 1, 7, 15, 4, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t router_alert[] = { 0, 0, 5, 2, 0, 0, 1, 0 };

static void give_segments(int fd)
{
	struct {
		struct ipv6_sr_hdr head;
		struct in6_addr segments[2];
	} route = { .head = { .hdrlen = 4, .type = 4, .segments_left = 1, .first_segment = 1 } };

	inet_pton(AF_INET6, "2001:db8::7", &route.segments[0]);
	inet_pton(AF_INET6, "2001:db8::8", &route.segments[1]);
	case_call(fd, IPPROTO_IPV6, NEW_RTHDR, &route, sizeof(route),
		  CLEAN ",\"value\":{\"nexthdr\":0,\"hdrlen\":4,\"type\":4,\"segments_left\":1,"
			"\"first_segment\":1,\"flags\":0,\"tag\":0,"
			"\"segments\":[\"2001:db8::7\",\"2001:db8::8\"]}" +
			  1);
	route.head.segments_left = 2;
	case_call(fd, IPPROTO_IPV6, NEW_RTHDR, &route, sizeof(route),
		  FLAGS("\"out_of_range\"") + 1);
}

/* struct cmsghdr as the kernel has it, which is not a 32-bit program's own. */
static void give_control_message(int fd)
{
	const struct {
		uint64_t len;
		int level, type, hops, padding;
	} message = { 20, IPPROTO_IPV6, IPV6_HOPLIMIT, 64, 0 };

	case_call(fd, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, &message, sizeof(message),
		  CLEAN TEXT("[{cmsg_len=20, cmsg_level=SOL_IPV6, cmsg_type=IPV6_HOPLIMIT, "
			     "data=64}]") +
			  1);
}

int case_headers(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), fd6 = socket(AF_INET6, SOCK_DGRAM, 0);

	case_call(fd, IPPROTO_IP, IP_OPTIONS, record_route, sizeof(record_route),
		  CLEAN TEXT("[IPOPT_NOOP, {type=IPOPT_RR, length=11, pointer=4, "
			     "addresses=[0.0.0.0, 0.0.0.0]}]") +
			  1);
	case_call(fd, IPPROTO_IP, IP_OPTIONS, too_long, sizeof(too_long),
		  FLAGS("\"out_of_range\"") + 1);
	case_call(fd6, IPPROTO_IPV6, NEW_HOPOPTS, router_alert, sizeof(router_alert),
		  CLEAN ",\"value\":{\"nexthdr\":0,\"hdrlen\":0,\"options\":[{\"type\":5,"
			"\"length\":2,\"value\":0},{\"type\":1,\"length\":0}]}" +
			  1);
	give_segments(fd6);
	give_control_message(fd6);
	return 0;
}

#define SELECTOR_TEXT                                                                        \
	"{sel={daddr=192.0.2.7, saddr=0.0.0.0, dport=80, dport_mask=0xffff, sport=0, "       \
	"sport_mask=0x0, family=AF_INET, prefixlen_d=32, prefixlen_s=0, proto=IPPROTO_TCP, " \
	"ifindex=0, user=0}, lft=unlimited, "
#define WHOLE_TEXT                                                                               \
	SELECTOR_TEXT                                                                            \
	"curlft={bytes=0, packets=0, add_time=0, use_time=0}, priority=5, index=0, "             \
	"dir=XFRM_POLICY_OUT, action=XFRM_POLICY_ALLOW, flags=0, share=XFRM_SHARE_ANY, "         \
	"tmpl=[{id={daddr=0.0.0.0, spi=0x0, proto=IPPROTO_ESP}, family=AF_INET, saddr=0.0.0.0, " \
	"reqid=7, mode=XFRM_MODE_TRANSPORT, share=XFRM_SHARE_ANY, optional=0, "                  \
	"aalgos=0xffffffff, ealgos=0xffffffff, calgos=0xffffffff}]}"

/* Longer than the snapshot of 128 bytes, which ends in the current lifetime. */
int case_policy(void)
{
	struct {
		struct xfrm_userpolicy_info info;
		struct xfrm_user_tmpl tmpl;
	} policy;

	memset(&policy, 0, sizeof(policy));
	policy.info.sel.daddr.a4 = inet_addr("192.0.2.7");
	policy.info.sel.dport = htons(80);
	policy.info.sel.dport_mask = 0xffff;
	policy.info.sel.family = AF_INET;
	policy.info.sel.prefixlen_d = 32;
	policy.info.sel.proto = IPPROTO_TCP;
	memset(&policy.info.lft, 0xff, 4 * sizeof(policy.info.lft.soft_byte_limit));
	policy.info.priority = 5;
	policy.info.dir = XFRM_POLICY_OUT;
	policy.tmpl.id.proto = IPPROTO_ESP;
	policy.tmpl.family = AF_INET;
	policy.tmpl.reqid = 7;
	policy.tmpl.aalgos = policy.tmpl.ealgos = policy.tmpl.calgos = ~0U;
	case_call(socket(AF_INET, SOCK_STREAM, 0), IPPROTO_IP, IP_XFRM_POLICY, &policy,
		  sizeof(policy),
		  case_snapshot == 128 ? CLEAN TEXT(SELECTOR_TEXT "curlft={bytes=0}, ...}") + 1 :
					 CLEAN TEXT(WHOLE_TEXT) + 1);
	return 0;
}
