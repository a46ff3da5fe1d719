# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The tiers of tests. Each is a target of its own; `make test` runs them all.

-include tests/unit.mk

C_FILES = $(wildcard bpf/*.[ch] include/*.h src/*/*.[ch] tests/*/*.[ch] vmlinux/*.h)
SHELL_FILES = packaging/install-packages packaging/fetch-sysroot .ci/run tests/demo tests/run-all tests/lint \
	      packaging/suite.sh tests/drift/fetch-headers tests/conformance/run tests/bench/guest tests/bench/profile-guest tests/bench/peer \
	      tests/replay/record tests/install/run tests/quiet/run tests/quiet/inside tests/quiet/programs \
	      $(filter-out %.py %.tab %.json %.table,$(wildcard tests/vm/* tests/fuzz/run tests/golden/run))

CASES := $(B)/tests/cases
# A 32-bit program of the same machine. arm64's own compiler makes none, clang does.
CC32_x86 = $(CC) -m32
CC32_arm64 = $(CLANG) --target=arm-linux-gnueabihf --sysroot=$(SYSROOT32) $(CROSS_FLAGS)
CC32 = $(CC32_$(ARCH))
SYSROOT32 = $(shell packaging/fetch-sysroot armhf)
CASE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wno-missing-field-initializers -static -pthread
ifneq ($(ARCH),x86)
# clang, of CLEAN + 1 and of structures of the kernel with an array at the end
CASE_CFLAGS += -Wno-string-plus-int -Wno-gnu-variable-sized-type-not-at-end
endif

CASES_SRC := $(patsubst %,tests/cases/%.c,cases effects uring changed pages beyond headers \
	       privileges program security_module x32 case) \
	     tests/cases/case.h tests/cases/members.h

$(CASES)/cases: $(CASES_SRC)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CASE_CFLAGS) -o $@ $(filter %.c,$^)

$(CASES)/cases32: $(CASES_SRC)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC32) $(CASE_CFLAGS) -Wno-unused-function -o $@ $(filter %.c,$^)

# Draws its calls from the catalogue, each word size from its own.
$(CASES)/judge: tests/cases/judge.c $(CORE_SRC)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CASE_CFLAGS) -Iinclude -Isrc/core -o $@ $^

$(CASES)/judge32: tests/cases/judge.c $(CORE_SRC)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC32) $(CASE_CFLAGS) -Iinclude -Isrc/core -o $@ $^

PATTERNS_SRC := $(wildcard tests/cases/patterns*.[ch])

$(CASES)/patterns: $(PATTERNS_SRC)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CASE_CFLAGS) -o $@ $(filter %.c,$^)

$(CASES)/patterns32: $(PATTERNS_SRC)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC32) $(CASE_CFLAGS) -Wno-unused-function -o $@ $(filter %.c,$^)

$(CASES)/%: tests/cases/%.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CASE_CFLAGS) -o $@ $<

# Everything that the live tests run, in one folder.
LIVE := $(B)/live
LIVE_FILES := $(LIVE)/sockopt-trace $(LIVE)/sockopt-trace-static $(LIVE)/cases $(LIVE)/cases32 \
	      $(LIVE)/helper $(LIVE)/demo $(LIVE)/judge $(LIVE)/judge32 $(LIVE)/patterns $(LIVE)/patterns32

$(LIVE)/sockopt-trace: sockopt-trace$(SUFFIX)
$(LIVE)/sockopt-trace-static: sockopt-trace-static$(SUFFIX)
$(filter-out %/sockopt-trace %/sockopt-trace-static,$(LIVE_FILES)): $(LIVE)/%: $(CASES)/%
$(LIVE_FILES):
	$(Q)mkdir -p $(@D) && cp $< $@

# What a guest of the matrix runs of them.
.PHONY: guest-files
guest-files: $(filter-out $(LIVE)/sockopt-trace $(LIVE)/demo,$(LIVE_FILES))

# The attachment that this machine must have; a machine that has more names them here.
LIVE_ATTACH ?= $(shell tests/live/expected-attachments)
FLOOD_SECONDS ?= 5

.PHONY: check-live
check-live: $(LIVE_FILES) ## run the cases and the tracer's behaviour on this kernel (root)
	$(Q)tests/live/run.py --bin $(LIVE) --attach $(LIVE_ATTACH) --flood-seconds $(FLOOD_SECONDS)

.PHONY: check-vm
check-vm: $(LIVE_FILES) ## the same on Debian's kernels in QEMU; KERNELS="6.12" picks some
	$(Q)tests/vm/run-matrix $(LIVE) build/vm $(KERNELS)

.PHONY: record-patterns
record-patterns: $(LIVE_FILES) $(SAN)/calls ## record what `make check` judges by the default rules, on 6.12 in QEMU
	$(Q)tests/replay/record $(SAN)/calls $(LIVE) build/record

# The demo's calls are what the tracer under its unit is to see.
.PHONY: check-service
check-service: sockopt-trace static $(CASES)/demo ## the systemd unit, on Debian's kernels in QEMU too; KERNELS="6.12"
	$(Q)tests/service/run build/service $(KERNELS)

.PHONY: quiet
quiet: static $(SAN)/calls ## ordinary programs under --audit, in QEMU: is anything raised? (root, 4 GB, by hand)
	$(Q)tests/quiet/run ./sockopt-trace-static build/quiet $(firstword $(KERNELS) 6.12)
	$(Q)tests/quiet/report.py build/quiet
	$(Q)$(SAN)/calls text 2 <build/quiet/quiet.rec >build/quiet/calls.text
	$(Q)cp build/quiet/calls.text tests/replay/quiet.calls

.PHONY: check-drift
check-drift: ## is every option of the newest kernel's headers in the catalogue?
	$(Q)tests/drift/check.py

# A version without quotes, which a shell would take away; the skeleton is not ours to mend.
TIDY_FLAGS := -std=gnu11 -D_GNU_SOURCE -DSOT_VERSION=__FILE__ -Iinclude -Isrc -Isrc/core -isystem build

.PHONY: lint
lint: $(SKELETON) $(DEFAULT_RULES) ## format, clang-tidy, shell, spelling: all quiet?
	$(Q)TIDY_FLAGS="$(TIDY_FLAGS)" tests/lint $(C_FILES) -- $(SHELL_FILES)

.PHONY: check-docs
check-docs: sockopt-trace $(CASES)/demo ## run the examples of README and man page (root)
	$(Q)tests/live/docs.py

CONFORMANCE_SRC := $(wildcard tests/conformance/*.c)

build/tests/conformance: $(CONFORMANCE_SRC) tests/conformance/conformance.h build/libsockopt.a
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -static -o $@ $(CONFORMANCE_SRC) build/libsockopt.a

.PHONY: check-conformance
check-conformance: build/tests/conformance sockopt-trace-static ## the catalogue before Debian's kernels in QEMU; KERNELS="6.12"
	$(Q)tests/conformance/run $^ build/conformance $(KERNELS)

# What `make bench` runs.
BENCH := build/bench-bin
FLOOR := build/tests/floor

$(FLOOR).bpf.o: tests/bench/floor.bpf.c
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -c -o $@ $< && $(LLVM_STRIP) -g $@

$(FLOOR).skel.h: $(FLOOR).bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name floor_bpf > $@

$(BENCH)/floor: tests/bench/floor.c tests/bench/floor_output.c tests/bench/floor.h $(FLOOR).skel.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -static -o $@ $(filter %.c,$^) $(STATIC_LIBS)

# Where profile.py tells it from a tracer.
$(BENCH)/load: tests/bench/load.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -static -Wl,-Ttext-segment=0x10000000 -o $@ $<

$(BENCH)/profile.so: tests/bench/profile_plugin.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -shared -fPIC -o $@ $<

$(BENCH)/pace: tests/bench/pace.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -o $@ $<

$(BENCH)/sockopt-trace: sockopt-trace
$(BENCH)/sockopt-trace-static: sockopt-trace-static
$(BENCH)/sockopt-trace $(BENCH)/sockopt-trace-static:
	$(Q)mkdir -p $(@D) && cp $< $@

BENCH_FILES := $(BENCH)/floor $(BENCH)/load $(BENCH)/sockopt-trace-static

.PHONY: bench
bench: $(BENCH_FILES) ## what a call costs under us and under other tracers, in QEMU
	$(Q)tests/bench/bench.py --bin $(BENCH)

.PHONY: bench-check
bench-check: $(BENCH_FILES) ## does a call cost more under us than recorded? in QEMU
	$(Q)tests/bench/bench.py --bin $(BENCH) --check

.PHONY: bench-record
bench-record: $(BENCH_FILES) ## record what a call costs under us, for bench-check
	$(Q)tests/bench/bench.py --bin $(BENCH) --record

.PHONY: profile
profile: $(BENCH_FILES) $(BENCH)/profile.so ## where a call's instructions go, by symbol, in QEMU; TRACER="kprobe, -w"
	$(Q)tests/bench/profile.py --bin $(BENCH) "$(TRACER)"

.PHONY: throughput
throughput: $(BENCH)/pace $(BENCH)/sockopt-trace ## calls and events a second under us and other tracers (root, minutes)
	$(Q)tests/bench/throughput.py --bin $(BENCH)
