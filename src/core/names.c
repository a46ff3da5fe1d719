/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names of what stands around the option: families, socket types, states, capabilities. */
#include "names.h"

#include <string.h>

/* include/linux/socket.h */
static const char *const families[] = {
	[0] = "AF_UNSPEC",	[1] = "AF_UNIX",      [2] = "AF_INET",	    [3] = "AF_AX25",
	[4] = "AF_IPX",		[5] = "AF_APPLETALK", [6] = "AF_NETROM",    [7] = "AF_BRIDGE",
	[8] = "AF_ATMPVC",	[9] = "AF_X25",	      [10] = "AF_INET6",    [11] = "AF_ROSE",
	[12] = "AF_DECnet",	[13] = "AF_NETBEUI",  [14] = "AF_SECURITY", [15] = "AF_KEY",
	[16] = "AF_NETLINK",	[17] = "AF_PACKET",   [18] = "AF_ASH",	    [19] = "AF_ECONET",
	[20] = "AF_ATMSVC",	[21] = "AF_RDS",      [22] = "AF_SNA",	    [23] = "AF_IRDA",
	[24] = "AF_PPPOX",	[25] = "AF_WANPIPE",  [26] = "AF_LLC",	    [27] = "AF_IB",
	[28] = "AF_MPLS",	[29] = "AF_CAN",      [30] = "AF_TIPC",	    [31] = "AF_BLUETOOTH",
	[32] = "AF_IUCV",	[33] = "AF_RXRPC",    [34] = "AF_ISDN",	    [35] = "AF_PHONET",
	[36] = "AF_IEEE802154", [37] = "AF_CAIF",     [38] = "AF_ALG",	    [39] = "AF_NFC",
	[40] = "AF_VSOCK",	[41] = "AF_KCM",      [42] = "AF_QIPCRTR",  [43] = "AF_SMC",
	[44] = "AF_XDP",	[45] = "AF_MCTP",
};

/* include/linux/net.h: enum sock_type */
static const char *const types[] = {
	[1] = "SOCK_STREAM",	[2] = "SOCK_DGRAM", [3] = "SOCK_RAW",	  [4] = "SOCK_RDM",
	[5] = "SOCK_SEQPACKET", [6] = "SOCK_DCCP",  [10] = "SOCK_PACKET",
};

/* include/uapi/linux/in.h, for AF_INET and AF_INET6 */
static const char *const inet_protocols[] = {
	[0] = "IPPROTO_IP",	   [1] = "IPPROTO_ICMP",    [2] = "IPPROTO_IGMP",
	[4] = "IPPROTO_IPIP",	   [6] = "IPPROTO_TCP",	    [8] = "IPPROTO_EGP",
	[12] = "IPPROTO_PUP",	   [17] = "IPPROTO_UDP",    [22] = "IPPROTO_IDP",
	[29] = "IPPROTO_TP",	   [33] = "IPPROTO_DCCP",   [41] = "IPPROTO_IPV6",
	[46] = "IPPROTO_RSVP",	   [47] = "IPPROTO_GRE",    [50] = "IPPROTO_ESP",
	[51] = "IPPROTO_AH",	   [58] = "IPPROTO_ICMPV6", [92] = "IPPROTO_MTP",
	[94] = "IPPROTO_BEETPH",   [98] = "IPPROTO_ENCAP",  [103] = "IPPROTO_PIM",
	[108] = "IPPROTO_COMP",	   [115] = "IPPROTO_L2TP",  [132] = "IPPROTO_SCTP",
	[136] = "IPPROTO_UDPLITE", [137] = "IPPROTO_MPLS",  [143] = "IPPROTO_ETHERNET",
	[255] = "IPPROTO_RAW",	   [256] = "IPPROTO_SMC",   [262] = "IPPROTO_MPTCP",
};

/* include/uapi/linux/netlink.h, for AF_NETLINK */
static const char *const netlink_protocols[] = {
	[0] = "NETLINK_ROUTE",
	[2] = "NETLINK_USERSOCK",
	[3] = "NETLINK_FIREWALL",
	[4] = "NETLINK_SOCK_DIAG",
	[5] = "NETLINK_NFLOG",
	[6] = "NETLINK_XFRM",
	[7] = "NETLINK_SELINUX",
	[8] = "NETLINK_ISCSI",
	[9] = "NETLINK_AUDIT",
	[10] = "NETLINK_FIB_LOOKUP",
	[11] = "NETLINK_CONNECTOR",
	[12] = "NETLINK_NETFILTER",
	[13] = "NETLINK_IP6_FW",
	[14] = "NETLINK_DNRTMSG",
	[15] = "NETLINK_KOBJECT_UEVENT",
	[16] = "NETLINK_GENERIC",
	[18] = "NETLINK_SCSITRANSPORT",
	[19] = "NETLINK_ECRYPTFS",
	[20] = "NETLINK_RDMA",
	[21] = "NETLINK_CRYPTO",
	[22] = "NETLINK_SMC",
};

/* include/net/tcp_states.h; AF_UNIX and AF_VSOCK use them too */
static const char *const tcp_states[] = {
	[1] = "ESTABLISHED",	 [2] = "SYN_SENT",  [3] = "SYN_RECV", [4] = "FIN_WAIT1",
	[5] = "FIN_WAIT2",	 [6] = "TIME_WAIT", [7] = "CLOSE",    [8] = "CLOSE_WAIT",
	[9] = "LAST_ACK",	 [10] = "LISTEN",   [11] = "CLOSING", [12] = "NEW_SYN_RECV",
	[13] = "BOUND_INACTIVE",
};

/* include/uapi/linux/capability.h */
static const char *const capabilities[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

#define LOOK_UP(_table, _index) \
	((_index) < sizeof(_table) / sizeof((_table)[0]) ? (_table)[_index] : NULL)

const char *sot_family_name(unsigned int family)
{
	return LOOK_UP(families, family);
}

const char *sot_socket_type_name(unsigned int type)
{
	return LOOK_UP(types, type);
}

const char *sot_protocol_name(unsigned int family, unsigned int protocol)
{
	if (family == 2 || family == 10)
		return LOOK_UP(inet_protocols, protocol);
	if (family == 16)
		return LOOK_UP(netlink_protocols, protocol);
	return NULL;
}

const char *sot_state_name(unsigned int family, unsigned int state)
{
	switch (family) {
	case 1:	 /* AF_UNIX */
	case 2:	 /* AF_INET */
	case 10: /* AF_INET6 */
	case 40: /* AF_VSOCK */
		return LOOK_UP(tcp_states, state);
	default:
		return NULL;
	}
}

const char *sot_capability_name(unsigned int cap)
{
	return LOOK_UP(capabilities, cap);
}

const char *sot_errno_name(int err)
{
	/* as numbered on x86 and arm: include/uapi/asm-generic/errno-base.h and errno.h */
	static const char *const names[] = {
		[1] = "EPERM",
		[2] = "ENOENT",
		[3] = "ESRCH",
		[4] = "EINTR",
		[5] = "EIO",
		[6] = "ENXIO",
		[7] = "E2BIG",
		[9] = "EBADF",
		[10] = "ECHILD",
		[11] = "EAGAIN",
		[12] = "ENOMEM",
		[13] = "EACCES",
		[14] = "EFAULT",
		[16] = "EBUSY",
		[17] = "EEXIST",
		[19] = "ENODEV",
		[20] = "ENOTDIR",
		[21] = "EISDIR",
		[22] = "EINVAL",
		[23] = "ENFILE",
		[24] = "EMFILE",
		[25] = "ENOTTY",
		[28] = "ENOSPC",
		[33] = "EDOM",
		[34] = "ERANGE",
		[38] = "ENOSYS",
		[61] = "ENODATA",
		[75] = "EOVERFLOW",
		[77] = "EBADFD",
		[88] = "ENOTSOCK",
		[89] = "EDESTADDRREQ",
		[92] = "ENOPROTOOPT",
		[93] = "EPROTONOSUPPORT",
		[94] = "ESOCKTNOSUPPORT",
		[95] = "EOPNOTSUPP",
		[97] = "EAFNOSUPPORT",
		[98] = "EADDRINUSE",
		[99] = "EADDRNOTAVAIL",
		[100] = "ENETDOWN",
		[101] = "ENETUNREACH",
		[103] = "ECONNABORTED",
		[104] = "ECONNRESET",
		[105] = "ENOBUFS",
		[106] = "EISCONN",
		[107] = "ENOTCONN",
		[110] = "ETIMEDOUT",
		[111] = "ECONNREFUSED",
		[113] = "EHOSTUNREACH",
		[114] = "EALREADY",
		[115] = "EINPROGRESS",
		[126] = "ENOKEY",
		[127] = "EKEYEXPIRED",
		[128] = "EKEYREVOKED",
		[129] = "EKEYREJECTED",
	};

	return err < 0 ? NULL : LOOK_UP(names, (unsigned int)err);
}
