# hubbub: GNU make by hand. `make help` lists the targets.
#
# Adding a file edits no list: what lies in shared/, server/, server/features/
# and tui/ is built, and every tests/unit/test_*.c is a test program of its
# own. All that is made goes under $(BUILD)/$(MODE), so that the modes live
# side by side and nothing is written among the sources.

VERSION = 0.1.0

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
MODE    ?= release
OUT     := $(BUILD)/$(MODE)
# What the scripts go by, too.
export BUILD MODE

CLANG      ?= clang
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
# `cc` is only make's own guess; a CC from outside is respected.
ifeq ($(origin CC),default)
CC := gcc
endif

# ---------------------------------------------------------------- flags ----

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wvla
WERROR ?= -Werror

MODES := release debug asan tsan
ifeq ($(filter $(MODE),$(MODES)),)
$(error MODE=$(MODE) is not one of: $(MODES))
endif

# The fortified functions hide the plain ones from the sanitizers.
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
FLAGS_release := -O2 $(FORTIFY)
FLAGS_debug   := -O0
FLAGS_asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
FLAGS_tsan    := -O1 -fno-omit-frame-pointer -fsanitize=thread
# What gcc knows of a number's range it forgets in the sanitizers' code.
FLAGS_asan    += -Wno-format-truncation
FLAGS_tsan    += -Wno-format-truncation

# Asked once, for all files; ncursesw only for the client's screen.
PKGS_COMMON := openssl sqlite3 jansson libsodium libutf8proc \
	libevent libevent_pthreads libevent_openssl
pkg_cflags   = $(shell $(PKG_CONFIG) --cflags $(1))
pkg_libs     = $(shell $(PKG_CONFIG) --libs $(1))
pkg_have     = $(shell $(PKG_CONFIG) --exists $(1) && echo yes)

# Nothing is asked of pkg-config where nothing is compiled.
QUIET_GOALS := help clean lint uninstall
ifneq ($(filter-out $(QUIET_GOALS),$(or $(MAKECMDGOALS),all)),)
ifneq ($(call pkg_have,$(PKGS_COMMON)),yes)
$(error a library is missing; `scripts/deps` installs them \
	(pkg-config knows not all of: $(PKGS_COMMON)))
endif
PKG_CFLAGS := $(call pkg_cflags,$(PKGS_COMMON))
LIBS       := $(call pkg_libs,$(PKGS_COMMON))
# Older packages of inih come without a .pc file.
LIBS       += $(or $(call pkg_libs,inih 2>/dev/null),-linih) -lm
LIBS_TUI   := $(call pkg_libs,ncursesw)
# Second opinions on our own codecs, for tests alone.
LIBS_TEST  := $(call pkg_libs,cmocka) -lwslay -lhttp_parser
endif

CPPFLAGS_ALL = -I. -D_GNU_SOURCE -DHUBBUB_VERSION='"$(VERSION)"' \
	$(PKG_CFLAGS) $(CPPFLAGS)
CFLAGS_ALL   = -std=gnu17 -g -pthread -fstack-protector-strong -fPIE \
	$(WARN) $(WERROR) $(FLAGS_$(MODE)) $(CFLAGS)
LDFLAGS_ALL  = -pthread -pie -Wl,-z,relro,-z,now -Wl,--as-needed \
	$(FLAGS_$(MODE)) $(LDFLAGS)

# -------------------------------------------------------------- sources ----

SHARED := $(wildcard shared/*.c)
SERVER := $(wildcard server/*.c server/features/*.c)
TUI    := $(wildcard tui/*.c)
UNIT   := $(wildcard tests/unit/test_*.c)
BENCH  := $(wildcard tests/bench/*.c)
FUZZ   := $(wildcard tests/fuzz/fuzz_*.c)
MAN    := $(wildcard man/*.[1-9])
# What test programs share: any other C file there.
HELPER := $(filter-out $(UNIT),$(wildcard tests/unit/*.c))
# What the benchmarks share: clients, and a server to measure.
BENCHLIB := $(wildcard tests/bench/lib/*.c)

obj = $(patsubst %.c,$(OUT)/%.o,$(1))

LIBSHARED := $(OUT)/libshared.a
LIBSERVER := $(OUT)/libserver.a
LIBTUI    := $(OUT)/libtui.a
LIBHELPER := $(OUT)/libunit.a
LIBBENCH  := $(OUT)/libbench.a
ARCHIVES  := $(LIBSHARED) $(LIBSERVER) $(LIBTUI) $(LIBHELPER)

PROGRAMS       := $(if $(SERVER),$(OUT)/hubbubd) $(if $(TUI),$(OUT)/hubbub)
UNIT_PROGRAMS  := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(UNIT))
BENCH_PROGRAMS := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(BENCH))
FUZZ_PROGRAMS  := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ))

# -------------------------------------------------------------- targets ----

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
# Kept, so that a second `make unit` links nothing again.
.SECONDARY:
.PHONY: all programs check unit unit-programs lint fuzz fuzz-programs bench \
	bench-programs install uninstall clean help \
	print-cppflags FORCE

## all: build hubbubd and hubbub (the default)
all: programs
programs: $(PROGRAMS)

$(OUT)/hubbubd: $(call obj,$(SERVER)) $(LIBSHARED)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(OUT)/hubbub: $(call obj,$(TUI)) $(LIBSHARED)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_TUI) $(LIBS)

$(LIBSHARED): $(call obj,$(SHARED))
$(LIBSERVER): $(call obj,$(filter-out server/main.c,$(SERVER)))
$(LIBTUI): $(call obj,$(filter-out tui/main.c,$(TUI)))
$(LIBHELPER): $(call obj,$(HELPER))
$(LIBBENCH): $(call obj,$(BENCHLIB))
# From nothing each time: an archive would keep the members of a file that
# is gone.
$(ARCHIVES) $(LIBBENCH):
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $(filter %.o,$^)

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Changed flags or a changed version build anew; equal ones leave the time
# of the file alone.
FLAGS_NOW = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL)
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS_NOW" | cmp -s - $@ || \
		printf '%s\n' "$$FLAGS_NOW" >$@
$(OUT)/flags: export FLAGS_NOW := $(FLAGS_NOW)

## check: unit tests, then the server and the client driven from outside
check: unit programs
	tests/run -m $(MODE)

## unit: build and run the unit tests, one program a file
unit: unit-programs
	@scripts/test-unit $(UNIT_PROGRAMS)

unit-programs: $(UNIT_PROGRAMS)

# A test takes from the archives what it names and no more: a test of
# shared code links neither server nor client.
$(OUT)/unit/%: $(OUT)/tests/unit/%.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(ARCHIVES) \
		-Wl,--end-group $(LIBS_TEST) $(LIBS_TUI) $(LIBS)

## lint: format, warnings, analysers, banned calls, layers, tails
lint:
	@scripts/lint

# A bounded run checks that nothing falls over; it is no campaign.
# FUZZ_RUNS=10000000 FUZZ_TIME=3600 makes one.
FUZZ_RUNS ?= 20000
FUZZ_TIME ?= 20
## fuzz: a bounded fuzz run of every parser (FUZZ_RUNS, FUZZ_TIME seconds)
fuzz: fuzz-programs
	@scripts/test-fuzz -r $(FUZZ_RUNS) -t $(FUZZ_TIME) $(FUZZ_PROGRAMS)

fuzz-programs: $(FUZZ_PROGRAMS)

FUZZ_OUT   := $(BUILD)/fuzz
FUZZ_FLAGS := -std=gnu17 -g -O1 -fno-omit-frame-pointer -pthread \
	-Wno-unknown-warning-option
fuzz_obj = $(patsubst %.c,$(FUZZ_OUT)/%.o,$(1))
FUZZ_LIB := $(FUZZ_OUT)/libfuzzed.a

$(FUZZ_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CLANG) $(CPPFLAGS_ALL) $(FUZZ_FLAGS) \
		-fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=undefined -MMD -MP -c -o $@ $<

$(FUZZ_LIB): $(call fuzz_obj,$(SHARED) \
	$(filter-out server/main.c,$(SERVER)) $(filter-out tui/main.c,$(TUI)))
	@rm -f $@
	$(AR) rcs $@ $^

$(FUZZ_OUT)/fuzz_%: $(FUZZ_OUT)/tests/fuzz/fuzz_%.o $(FUZZ_LIB)
	$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined \
		-Wl,--as-needed -o $@ $< $(FUZZ_LIB) $(LIBS_TUI) $(LIBS)

## bench: measure this machine with the load generator of tests/bench
bench: programs bench-programs
	tests/bench/run

bench-programs: $(BENCH_PROGRAMS)

$(OUT)/bench/%: $(OUT)/tests/bench/%.o $(LIBBENCH) $(LIBSHARED)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIBBENCH) $(LIBSHARED) $(LIBS)

## install: put programs and manuals under $(DESTDIR)$(PREFIX)
install: programs
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin
	$(INSTALL) -m 0755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	@set -e; for page in $(MAN); do \
		dir=$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; \
		$(INSTALL) -d $$dir; \
		echo "$(INSTALL) -m 0644 $$page $$dir"; \
		$(INSTALL) -m 0644 $$page $$dir; \
	done

## uninstall: take away what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/hubbubd $(DESTDIR)$(PREFIX)/bin/hubbub
	@set -e; for page in $(MAN); do \
		name=$${page##*/}; \
		rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$name; \
	done

## clean: remove everything that was built, in every mode
clean:
	rm -rf $(BUILD)

## help: say what can be made
help:
	@sed -n 's/^## \([a-z]*\): /  \1\t/p' Makefile | expand -t 14
	@echo '  variables   MODE=release|debug|asan|tsan BUILD PREFIX DESTDIR' \
		'CC CFLAGS'

# What the analysers need to know to read a file as the compiler does.
print-cppflags:
	@echo $(CPPFLAGS_ALL)

-include $(shell test -d $(BUILD) && find $(BUILD) -name '*.d')
