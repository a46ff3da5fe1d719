/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "calls.h"

#include "effect.h"

struct golden_call {
	struct call call;
	void (*change)(union made_event *made); /* what struct call has no words for */
};

static void as_root_in_userns(union made_event *made)
{
	made->ev.uid = made->ev.euid = made->ev.gid = made->ev.egid = 0;
	made->ev.cap_effective = ~0ULL;
	made->ev.user_ns = 4026532200u;
	made->ev.user_ns_level = 1;
	made->ev.user_ns_owner = 1000;
	made->ev.no_new_privs = 1;
}

static void setuid_net_admin(union made_event *made)
{
	made->ev.euid = 0;
	made->ev.cap_effective = 1ULL << 12 | 1ULL << 13;
	made->ev.login_uid = UINT32_MAX;
}

static void ipv6_connected(union made_event *made)
{
	static const uint8_t local[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	static const uint8_t remote[16] = { [10] = 0xff, 0xff, 192, 0, 2, 7 };

	memcpy(made->ev.local_addr, local, 16);
	memcpy(made->ev.remote_addr, remote, 16);
	made->ev.remote_port = 65535;
	made->ev.state = 1;
}

static void ipv4_connected(union made_event *made)
{
	memcpy(made->ev.remote_addr, (const uint8_t[]){ 198, 51, 100, 255 }, 4);
	made->ev.remote_port = 443;
}

static void unknown_all(union made_event *made)
{
	made->ev.path.len = 0;
	made->ev.nodename.len = 0;
	made->ev.attach = 0;
}

static void hostile(union made_event *made)
{
	static const char comm[SOT_COMM_LEN] = "\x1b]0;x\a\"\\\xff\xc2\x9b\r\n\t";
	static const char path[] = "evil\n\xe2\x80\xae\xf0\x9f\x98\x80\0 \x7f\0";
	static const char node[] = "</vm>\xed\xa0\x80\xe2\x80\xa8";

	memcpy(made->ev.comm, comm, sizeof(comm));
	event_append(made, &made->ev.path, path, sizeof(path) - 1);
	event_append(made, &made->ev.nodename, node, sizeof(node));
}

static void deleted_memfd(union made_event *made)
{
	made->ev.path.len = 0;
	event_path(made, "/memfd:payload");
	made->ev.attach = SOT_ATTACH_FENTRY;
}

static void deep_path(union made_event *made)
{
	made->ev.path.len = 0;
	event_path(made, "/deep/below/nc");
	made->ev.attach = SOT_ATTACH_TRACEPOINT;
}

static void behind_filter(union made_event *made)
{
	static const uint8_t insns[] = { 0x28, 0, 0, 0, 12, 0, 0, 0, 0x15, 0, 0, 1, 0, 8, 0, 0,
					 6,    0, 0, 0, 0,  0, 4, 0, 6,	   0, 0, 0, 0, 0, 0, 0 };

	event_append(made, &made->ev.cbpf, insns, sizeof(insns));
	made->ev.behind = SOT_BEHIND_CBPF;
}

static void behind_prog(union made_event *made)
{
	made->ev.behind = SOT_BEHIND_PROG;
	made->ev.prog_id = 42;
	memcpy(made->ev.prog_name, "only_ip", sizeof("only_ip"));
}

static void behind_bad_pointer(union made_event *made)
{
	made->ev.behind = SOT_BEHIND_UNREADABLE;
}

static void not_accepted_yet(union made_event *made)
{
	made->ev.inode = 0;
}

static void unknown_family(union made_event *made)
{
	made->ev.family = 200;
	made->ev.type = 77;
	made->ev.protocol = 999;
	made->ev.have &= ~(uint64_t)SOT_HAVE_ADDRESS;
}

#define SOCKET .level = 1
#define IP .level = 0
#define IPV6 .level = 41, .socket = TCP6
#define TCP .level = 6

static const struct golden_call calls[] = {
	{ { "reuseaddr", SOCKET, .optname = 2, VALUE("\1\0\0\0") } },
	{ { "linger", SOCKET, .optname = 13, VALUE("\1\0\0\0\5\0\0\0") }, ipv4_connected },
	{ { "rcvtimeo", SOCKET, .optname = 20, VALUE("\2\0\0\0\0\0\0\0\x20\xa1\7\0\0\0\0\0") } },
	{ { "rcvtimeo-32", SOCKET, .optname = 20, VALUE("\2\0\0\0\x20\xa1\7\0"),
	    .abi = SOT_ABI_I386 } },
	{ { "bindtodevice", SOCKET, .optname = 25, VALUE("eth0\0"), .ret = -EPERM } },
	{ { "congestion", TCP, .optname = 13, VALUE("cubic"), .set = SOT_VALUE_AT_EXIT } },
	{ { "mark", SOCKET, .optname = 36, VALUE("\x2a\0\0\0"), .socket = UDP4 },
	  setuid_net_admin },
	{ { "timestamping", SOCKET, .optname = 37, VALUE("\x1f\0\0\0"), .socket = UDP4 } },
	{ { "membership", IP, .optname = 35, VALUE("\xe0\0\0\1\x7f\0\0\1\2\0\0\0"),
	    .socket = UDP4 } },
	{ { "ttl-of-one-byte", IP, .optname = 2, VALUE("\x40"), .socket = RAW4 } },
	{ { "v6only", IPV6, .optname = 26, VALUE("\1\0\0\0") }, ipv6_connected },
	{ { "v6-null", IPV6, .optname = 26, .null = true, OPTLEN(4) } },
	{ { "unix-passcred", SOCKET, .optname = 16, VALUE("\1\0\0\0"), .socket = UNIX_STREAM },
	  as_root_in_userns },
	{ { "netlink", .level = 270, .optname = 1, VALUE("\5\0\0\0"), .socket = NETLINK } },
	{ { "not-a-socket", SOCKET, .optname = 2, VALUE("\1\0\0\0"), .socket = NO_SOCKET,
	    .ret = -ENOTSOCK },
	  deep_path },
	{ { "bad-descriptor", SOCKET, .optname = 2, VALUE("\1\0\0\0"), .socket = BAD_FD,
	    .ret = -EBADF } },
	{ { "tcp-on-bad-descriptor", TCP, .optname = 1, VALUE("\1\0\0\0"), .socket = BAD_FD,
	    .ret = -EBADF } },
	{ { "tcp-on-unix", TCP, .optname = 1, VALUE("\1\0\0\0"), .socket = UNIX_STREAM,
	    .ret = -EOPNOTSUPP } },
	{ { "negative-numbers", .level = -1, .optname = -5, VALUE("\1\0\0\0"),
	    .ret = -ENOPROTOOPT } },
	{ { "unknown-option", SOCKET, .optname = 9999, VALUE("0123456789abcdefgh"),
	    .ret = -ENOPROTOOPT } },
	{ { "null", SOCKET, .optname = 2, .null = true, OPTLEN(4), .ret = -EFAULT } },
	{ { "bad-pointer", SOCKET, .optname = 2, .optval = 0x1000, OPTLEN(4), .ret = -EFAULT } },
	{ { "kernel-pointer", SOCKET, .optname = 2, .optval = 0xffff888000000000ULL, OPTLEN(4),
	    .ret = -EFAULT } },
	{ { "unread", SOCKET, .optname = 2, OPTLEN(4) } },
	{ { "unwanted", SOCKET, .optname = 2, OPTLEN(4), .set = SOT_VALUE_UNWANTED } },
	{ { "negative-optlen", SOCKET, .optname = 13, OPTLEN(-1), .ret = -EINVAL } },
	{ { "short", SOCKET, .optname = 13, VALUE("\1\0\0\0"), .ret = -EINVAL } },
	{ { "long", SOCKET, .optname = 13, VALUE("\1\0\0\0\5\0\0\0\0\0\0\0") } },
	{ { "huge", SOCKET, .optname = 2, VALUE("\1\0\0\0"), OPTLEN(INT32_MAX) } },
	{ { "out-of-range", IPV6, .optname = 16, VALUE("\0\1\0\0"), .ret = -EINVAL } },
	{ { "secret", TCP, .optname = 14, OPTLEN(216), .set = SOT_VALUE_SECRET } },
	{ { "no-return", SOCKET, .optname = 2, VALUE("\1\0\0\0"), .clear = SOT_HAVE_RET } },
	{ { "nothing-known", .level = 77, .optname = 1, OPTLEN(4), .clear = HAVE_ALL },
	  unknown_all },
	{ { "hostile", SOCKET, .optname = 25, VALUE("\x1b[2J\"\\\xff\n") }, hostile },
	{ { "memfd", SOCKET, .optname = 2, VALUE("\1\0\0\0"), .set = SOT_PATH_DELETED },
	  deleted_memfd },
	{ { "cut-path", SOCKET, .optname = 2, VALUE("\1\0\0\0"), .set = SOT_PATH_CUT,
	    .abi = SOT_ABI_ARM64 },
	  deep_path },
	{ { "unknown-family", SOCKET, .optname = 2, VALUE("\1\0\0\0"), .abi = SOT_ABI_X32 },
	  unknown_family },
	{ { "changed", SOCKET, .optname = 13, VALUE("\1\0\0\0\5\0\0\0"),
	    .later = "\0\0\0\0\7\0\0\0" } },
	{ { "changed-unknown", .level = 77, .optname = 1, VALUE("abc"), .later = "a\x1b\n" } },
	{ { "buffer-doubled", SOCKET, .optname = 8, VALUE("\0\x10\0\0"),
	    .state = &(const struct made_state){ SOT_EFFECT_SOL_SOCKET_SO_RCVBUF, { 8192 } } } },
	{ { "timeout-rounded", SOCKET, .optname = 20, VALUE("\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"),
	    .state = &(const struct made_state){ SOT_EFFECT_SOL_SOCKET_SO_RCVTIMEO,
						 { 2004000000 } } } },
	{ { "congestion-held", TCP, .optname = 13, VALUE("reno"),
	    .state = &(const struct made_state){ SOT_EFFECT_SOL_TCP_TCP_CONGESTION,
						 .name = "cubic" } } },
	{ { "filter-held", SOCKET, .optname = 26, VALUE("\2\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0"),
	    .state = &(const struct made_state){ SOT_EFFECT_SOL_SOCKET_SO_ATTACH_FILTER,
						 .is_nothing = true } } },
	{ { "swallowed", SOCKET, .optname = 9, VALUE("\1\0\0\0"),
	    .state = &(const struct made_state){ SOT_EFFECT_SOL_SOCKET_SO_KEEPALIVE, { 0 } },
	    .filter = &(const struct made_filter){ 1, 1, 9, 4 } } },
	{ { "rewritten", SOCKET, .optname = 9, VALUE("\1\0\0\0"),
	    .filter = &(const struct made_filter){ 0, 1, 13, 8, "\1\0\0\0\7\0\0\0", 8 } } },
	{ { "rewritten-to-a-key", TCP, .optname = 1, VALUE("\1\0\0\0"),
	    .filter = &(const struct made_filter){ 0, 6, 33, 16, "0123456789abcdef", 16 } } },
	{ { "rewritten-unknown", SOCKET, .optname = 2, VALUE("\1\0\0\0"),
	    .filter = &(const struct made_filter){ 0, 77, -5, 2, "\x1b\n", 2 } } },
	{ { "filter", SOCKET, .optname = 26,
	    VALUE("\4\0\0\0\0\0\0\0\x64\x82\x0b\x88\xfc\x7f\0\0") },
	  behind_filter },
	{ { "filter-cut", SOCKET, .optname = 26,
	    VALUE("\0\1\0\0\0\0\0\0\x64\x82\x0b\x88\xfc\x7f\0\0") },
	  behind_filter },
	{ { "attach-bpf", SOCKET, .optname = 50, VALUE("\7\0\0\0") }, behind_prog },
	{ { "attach-other", SOCKET, .optname = 50, VALUE("\1\0\0\0"), .ret = -EINVAL } },
	{ { "filter-unreadable", SOCKET, .optname = 26, .ret = -EFAULT,
	    VALUE("\4\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0") },
	  behind_bad_pointer },
	{ { "arm-32", SOCKET, .optname = 9, VALUE("\0\0\0\0"), .abi = SOT_ABI_ARM } },
	{ { "by-a-program", SOCKET, .optname = 12, VALUE("\5\0\0\0"), .abi = SOT_ABI_BPF,
	    .optval = 0xffffc90000013e5cULL, .clear = SOT_HAVE_SOCKFD },
	  not_accepted_yet },
};

const size_t golden_calls_count = sizeof(calls) / sizeof(calls[0]);

const char *golden_call_name(size_t index)
{
	return calls[index].call.name;
}

void golden_call_make(size_t index, union made_event *made)
{
	event_make(made, &calls[index].call);
	if (calls[index].change)
		calls[index].change(made);
	made->ev.time += index * 1000000;
}
