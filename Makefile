# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# make          builds ./sockopt-trace        make help   lists the other targets
# V=1 shows the commands. Everything but the binaries goes below build/.
# make static ARCH=arm64   builds ./sockopt-trace-static-arm64 on another machine

VERSION := 0.1.0

CLANG       ?= clang
LLVM_STRIP  ?= llvm-strip
BPFTOOL     ?= bpftool
CLANG_FORMAT ?= clang-format
CLANG_TIDY  ?= clang-tidy
PREFIX      ?= /usr/local

# The architecture to build for, as the BPF side calls it: picks pt_regs and the abi.
HOST_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(shell uname -m)))
ARCH ?= $(HOST_ARCH)
B := build
CROSS_FLAGS := -fuse-ld=lld -Wno-unused-command-line-argument

# For another machine: clang and lld, with the libraries of Debian's own packages for it.
ifneq ($(ARCH),$(HOST_ARCH))
ifneq ($(ARCH),arm64)
$(error there is no building for ARCH=$(ARCH) on this machine, only for $(HOST_ARCH) and arm64)
endif
B := build/$(ARCH)
SUFFIX := -$(ARCH)
SYSROOT := $(shell packaging/fetch-sysroot $(ARCH))
ifeq ($(SYSROOT),)
$(error the libraries for $(ARCH) cannot be had)
endif
CC := $(CLANG) --target=aarch64-linux-gnu --sysroot=$(SYSROOT) $(CROSS_FLAGS)
endif

WARN    := -Wall -Wextra -Wformat=2 -Wshadow -Wmissing-prototypes -Wno-missing-field-initializers
ifdef WERROR
WARN    += -Werror
endif
CFLAGS  ?= -O2 -g
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DSOT_VERSION='"$(VERSION)"' $(WARN) \
	      -Iinclude -Isrc -Isrc/core -I$(B) $(CFLAGS)
BPF_CFLAGS := -O2 -g -target bpf -D__TARGET_ARCH_$(ARCH) $(WARN) -Wno-unused-parameter \
	      -Wno-missing-prototypes -Ivmlinux -Iinclude -Ibpf
LIBS        := -lbpf -lcap -lyaml -lpcre2-8
STATIC_LIBS := -lbpf -lelf -lz -lcap -lyaml -lpcre2-8

CORE_SRC := $(wildcard src/core/*.c)
TOOL_SRC := $(wildcard src/cli/*.c src/trace/*.c src/rules/*.c)
CORE_OBJ := $(CORE_SRC:%.c=$(B)/%.o)
TOOL_OBJ := $(TOOL_SRC:%.c=$(B)/%.o)
BPF_OBJ  := $(B)/sockopt_trace.bpf.o $(B)/plain.bpf.o
SKELETON := $(B)/sockopt_trace.skel.h
DEFAULT_RULES := $(B)/default_rules.inc

ifeq ($(V),1)
Q   :=
say  = @:
else
Q   := @
say  = @printf '  %-8s %s\n' $(1) $(2)
endif

.DELETE_ON_ERROR:
.SECONDARY:

.PHONY: all
all: sockopt-trace$(SUFFIX) ## build ./sockopt-trace (the default)

sockopt-trace$(SUFFIX): $(TOOL_OBJ) $(B)/libsockopt.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: static
static: sockopt-trace-static$(SUFFIX) ## one file to copy to a server; ARCH=arm64 for one of arm64

sockopt-trace-static$(SUFFIX): $(TOOL_OBJ) $(B)/libsockopt.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -static -o $@ $^ $(STATIC_LIBS)

# The pure part: decode, check, emit, filter, catalogue. Links without libbpf.
$(B)/libsockopt.a: $(CORE_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/src/%.o: src/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/src/trace/tracer.o: $(SKELETON)
$(B)/src/rules/default.o: $(DEFAULT_RULES)

# The rules of --audit, compiled in: the bytes of the file as numbers.
$(DEFAULT_RULES): share/rules/default.yaml
	$(call say,RULES,$<)
	$(Q)mkdir -p $(@D) && od -A n -v -t x1 $< | sed 's/ \(..\)/0x\1,/g' > $@

$(B)/%.bpf.o: bpf/%.bpf.c
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $< && $(LLVM_STRIP) -g $@

$(B)/programs.o: $(BPF_OBJ)
	$(Q)$(BPFTOOL) gen object $@ $^

$(SKELETON): $(B)/programs.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name sockopt_trace_bpf > $@

-include $(CORE_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(BPF_OBJ:.o=.d)

include tests/tests.mk

.PHONY: demo
demo: ## install what is missing, build, and watch a small program's calls
	$(Q)packaging/install-packages build
	$(Q)$(MAKE) --no-print-directory -s all build/tests/cases/demo
	$(Q)tests/demo

.PHONY: test
test: ## install what is missing and run all tests
	$(Q)packaging/install-packages build test
	$(Q)tests/run-all

.PHONY: install
install: sockopt-trace ## copy the program, its man page and its systemd unit below PREFIX (/usr/local)
	$(Q)install -D -m 755 sockopt-trace $(DESTDIR)$(PREFIX)/sbin/sockopt-trace
	$(Q)install -D -m 644 docs/sockopt-trace.8 $(DESTDIR)$(PREFIX)/share/man/man8/sockopt-trace.8
	$(Q)install -D -m 644 share/rules/default.yaml $(DESTDIR)$(PREFIX)/share/sockopt-trace/rules/default.yaml
	$(Q)install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	$(Q)sed 's|/usr/local/sbin/|$(PREFIX)/sbin/|' contrib/sockopt-trace.service \
		> $(DESTDIR)$(PREFIX)/lib/systemd/system/sockopt-trace.service

.PHONY: docs
docs: sockopt-trace ## write the lists of options (docs/OPTIONS.md, man page) and of rules, docs/RECORD.md
	$(Q)docs/options.py ./sockopt-trace
	$(Q)docs/rules.py ./sockopt-trace
	$(Q)docs/record.py

.PHONY: format
format: ## lay out the C sources by .clang-format
	$(Q)$(CLANG_FORMAT) -i $(C_FILES)

.PHONY: clean
clean: ## remove what was built
	$(Q)rm -rf build sockopt-trace sockopt-trace-static sockopt-trace-arm64 sockopt-trace-static-arm64

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | \
		while IFS='	' read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done
