# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# check and check-fuzz: the pure part alone, without root and without a kernel to trace.
# It is built here a second and a third time, with sanitizers and for the fuzzer, and linked
# without libbpf: that it links is one of the tests.

RULES_SRC := $(wildcard src/rules/*.c)
PURE_SRC := $(CORE_SRC) $(RULES_SRC) src/cli/config.c src/cli/select.c src/trace/self_test.c src/trace/merge.c src/trace/whole.c \
	    src/trace/machine_code.c
PURE_LIBS := -lyaml -lpcre2-8
PURE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DSOT_VERSION='"$(VERSION)"' $(WARN) -Werror -Iinclude -Isrc -Isrc/core -Itests/unit -I$(B) \
	       -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all

SAN := build/san
SAN_CFLAGS := $(PURE_CFLAGS) -fsanitize=address,undefined
UNIT := $(patsubst %.c,$(SAN)/%,$(wildcard tests/unit/test_*.c))
GOLDEN_SRC := tests/golden/calls.c tests/golden/make_golden.c

$(SAN)/%.o: %.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(SAN_CFLAGS) -MMD -MP -c -o $@ $<

$(UNIT): %: %.o $(PURE_SRC:%.c=$(SAN)/%.o)
	$(call say,LINK,$@)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $^ -lcmocka $(PURE_LIBS)

# What reads and writes BTF, with libbpf as its judge: the one test that has it.
TYPES_SRC := $(patsubst %,src/trace/%.c,kernel_types core_types kernel_field)
TYPES_TEST := $(SAN)/tests/unit/test_kernel_types
$(TYPES_TEST): PURE_LIBS += -lbpf
$(TYPES_TEST): $(TYPES_SRC:%.c=$(SAN)/%.o)

CONTAINER_SRC := src/cli/container.c src/cli/message.c
$(SAN)/tests/unit/test_container: $(CONTAINER_SRC:%.c=$(SAN)/%.o)

SINK_SRC := src/cli/sink.c src/cli/message.c
$(SAN)/tests/unit/test_sink: $(SINK_SRC:%.c=$(SAN)/%.o)

$(SAN)/make_golden: $(GOLDEN_SRC:%.c=$(SAN)/%.o) $(PURE_SRC:%.c=$(SAN)/%.o)
	$(call say,LINK,$@)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $^ $(PURE_LIBS)

# -r as the tool has it, but for the kernel's side: without libbpf.
REPLAY_SRC := $(patsubst %,src/cli/%.c,replay stream sink container interfaces message rulebook)
$(SAN)/replay: $(SAN)/tests/golden/replay.o $(REPLAY_SRC:%.c=$(SAN)/%.o) $(PURE_SRC:%.c=$(SAN)/%.o)
	$(call say,LINK,$@)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $^ $(PURE_LIBS)

$(SAN)/calls: $(SAN)/tests/replay/calls.o $(PURE_SRC:%.c=$(SAN)/%.o)
	$(call say,LINK,$@)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $^ $(PURE_LIBS)

# For valgrind: as it is shipped.
build/make_golden: $(GOLDEN_SRC) $(RULES_SRC:%.c=$(B)/%.o) build/libsockopt.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(PURE_LIBS)

.PHONY: check
check: $(UNIT) $(SAN)/make_golden build/make_golden $(SAN)/replay $(SAN)/calls sockopt-trace ## unit tests, golden output, recorded calls, valgrind (seconds, no root)
	$(Q)tests/unit/run $(SAN)/make_golden build/make_golden $(SAN)/replay $(SAN)/calls ./sockopt-trace $(UNIT)

.PHONY: golden
golden: $(SAN)/make_golden ## write what is printed now into tests/golden/expected*
	$(Q)tests/golden/run --update $<

FUZZ := build/fuzz
FUZZ_SECONDS ?= 20
FUZZ_CFLAGS := $(PURE_CFLAGS) -Itests/golden
FUZZERS := $(patsubst tests/fuzz/%.c,$(FUZZ)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_PURE := $(PURE_SRC:%.c=$(FUZZ)/obj/%.o)

$(FUZZ)/obj/%.o: %.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link,address,undefined \
		-MMD -MP -c -o $@ $<

$(FUZZ)/fuzz_rules: $(FUZZ)/obj/tests/golden/calls.o

$(FUZZERS): $(FUZZ)/%: $(FUZZ)/obj/tests/fuzz/%.o $(FUZZ_PURE)
	$(call say,LINK,$@)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(PURE_LIBS)

.PHONY: check-fuzz
check-fuzz: $(FUZZERS) ## the fuzzers: their seeds, then FUZZ_SECONDS of new inputs
	$(Q)tests/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)

$(FUZZ)/make_corpus: $(FUZZ)/obj/tests/fuzz/make_corpus.o $(FUZZ)/obj/tests/golden/calls.o $(FUZZ_PURE)
	$(call say,LINK,$@)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=address,undefined -o $@ $^ $(PURE_LIBS)

.PHONY: corpus
corpus: $(FUZZ)/make_corpus ## write the fuzzers' seeds anew into tests/fuzz/corpus
	$(Q)mkdir -p tests/fuzz/corpus && $< tests/fuzz/corpus

$(SAN)/src/rules/default.o $(FUZZ)/obj/src/rules/default.o: $(DEFAULT_RULES)

-include $(shell find build/san build/fuzz -name '*.d' 2>/dev/null)
