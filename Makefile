# mailscope: `make demo` shows it, `make check` tests it, `make help` lists the rest.
# GNU make. V=1 shows commands whole, SAN=1 builds and tests with the sanitizers, CI=1 makes warnings errors.

CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
LIBRARIES := libpcap libssl libcrypto libgsasl libcgraph libgvc cairo gmime-3.0 zlib libzstd
TEST_LIBRARIES := cunit
WINDOW_LIBRARIES := libadwaita-1 gtk4

PREFIX ?= /usr/local
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
HELPERDIR = $(PREFIX)/libexec/mailscope
INSTALL ?= install

# One object tree per variant: build/release, build/san, build/fuzz.
VARIANT := release
ifneq ($(filter torture,$(MAKECMDGOALS)),)
SAN := 1
endif
ifdef SAN
VARIANT := san
override CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
endif
ifneq ($(filter fuzz,$(MAKECMDGOALS)),)
VARIANT := fuzz
CC := clang
override CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
endif
ifneq ($(VARIANT),release)
export ASAN_OPTIONS := detect_leaks=1
export LSAN_OPTIONS := suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
endif
BUILD := build/$(VARIANT)
ifeq ($(VARIANT),release)
PROGRAM := mailscope
HELPER := mailscope-capture
WINDOW := mailscope-window
else
PROGRAM := $(BUILD)/mailscope
HELPER := $(BUILD)/mailscope-capture
WINDOW := $(BUILD)/mailscope-window
endif
LIBRARY := $(BUILD)/libmailscope.a

# Everything at once, unless -j says otherwise.
ifeq ($(filter --jobserver%,$(MAKEFLAGS))$(filter-out 0,$(MAKELEVEL)),)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
endif
QUIET = $(if $(V),,@echo "CC $<";)
SAY = $(if $(V),,@)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wwrite-strings -Wvla
ifdef CI
WARNINGS += -Werror
endif

# pkg-config is asked once, and not before it may have been installed.
ask = $(or $(shell $(PKG_CONFIG) $(1) $(2)),$(error $(PKG_CONFIG) does not know $(2): sh tests/packages run check installs what is missing))
LIBRARY_FLAGS = $(eval LIBRARY_FLAGS := $$(call ask,--cflags,$(LIBRARIES)))$(LIBRARY_FLAGS)
LIBRARY_LINKS = $(eval LIBRARY_LINKS := $$(call ask,--libs,$(LIBRARIES)))$(LIBRARY_LINKS)
WINDOW_FLAGS = $(eval WINDOW_FLAGS := $$(call ask,--cflags,$(WINDOW_LIBRARIES)))$(WINDOW_FLAGS)
WINDOW_LINKS = $(eval WINDOW_LINKS := $$(call ask,--libs,$(WINDOW_LIBRARIES)))$(WINDOW_LINKS)
# The command line needs none of this: the window is built where its libraries are.
has_window = $(shell $(PKG_CONFIG) --exists $(WINDOW_LIBRARIES) 2>/dev/null && echo yes)
HAS_WINDOW = $(eval HAS_WINDOW := $$(has_window))$(HAS_WINDOW)
TEST_LINKS = $(eval TEST_LINKS := $$(call ask,--libs,$(TEST_LIBRARIES)))$(TEST_LINKS)
ifeq ($(shell uname -s),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix openssl@3)/lib/pkgconfig:$(shell brew --prefix libpcap)/lib/pkgconfig:$(PKG_CONFIG_PATH)
LDLIBS += -liconv
endif
LDLIBS += -lm
# Small functions call each other across files: for the program GCC's linker inlines them. Asked when first needed.
ifeq ($(VARIANT),release)
lto = $(if $(findstring Free Software Foundation,$(shell $(CC) --version 2>/dev/null)),-flto=auto -ffat-lto-objects)
LTO = $(eval LTO := $$(call lto))$(LTO)
NO_LTO = $(if $(LTO),-fno-lto)
endif
COMPILE = $(CC) -std=c11 -D_GNU_SOURCE -Isrc $(WARNINGS) $(CFLAGS) $(LTO) $(LIBRARY_FLAGS) $(CPPFLAGS) -pthread -MMD -MP
LINK = $(CC) $(CFLAGS) $(NO_LTO) -pthread $(LDFLAGS)

LIBRARY_SOURCES := $(filter-out src/commands/% src/window/% src/helper/%,$(wildcard src/*/*.c))
COMMAND_SOURCES := $(wildcard src/commands/*.c)
HELPER_SOURCES := $(wildcard src/helper/*.c)
WINDOW_SOURCES := $(wildcard src/window/*.c)
UNIT_SOURCES := $(wildcard tests/unit/*.c)
BUILDER_SOURCES := $(wildcard tests/builder/*.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/*.c)
BENCH_SOURCES := $(wildcard tests/bench/*.c)
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIBRARY_OBJECTS := $(call objects,$(LIBRARY_SOURCES))
COMMAND_OBJECTS := $(call objects,$(COMMAND_SOURCES))
HELPER_OBJECTS := $(call objects,$(HELPER_SOURCES))
WINDOW_OBJECTS := $(call objects,$(WINDOW_SOURCES))
UNIT_OBJECTS := $(call objects,$(UNIT_SOURCES))
BUILDER_OBJECTS := $(call objects,$(BUILDER_SOURCES))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(filter tests/fuzz/fuzz_%,$(FUZZ_SOURCES)))
FUZZ_PARTS := $(call objects,$(filter-out tests/fuzz/fuzz_% tests/fuzz/torture.c,$(FUZZ_SOURCES)))
BENCH_PROGRAMS := $(shell grep -l '^int main' /dev/null $(BENCH_SOURCES))
BENCH_PARTS := $(call objects,$(filter-out $(BENCH_PROGRAMS),$(BENCH_SOURCES)))
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(BENCH_PROGRAMS))
OBJECTS := $(LIBRARY_OBJECTS) $(COMMAND_OBJECTS) $(HELPER_OBJECTS) $(WINDOW_OBJECTS) $(UNIT_OBJECTS) $(BUILDER_OBJECTS) \
	$(call objects,$(FUZZ_SOURCES) $(BENCH_SOURCES))

# demo, check, bench and fuzz install what is missing before anything is compiled.
GROUPS := $(filter check live bench fuzz window,$(MAKECMDGOALS)) $(if $(filter check-window,$(MAKECMDGOALS)),window check-window)
ifneq ($(filter demo check live bench fuzz window check-window,$(MAKECMDGOALS)),)
$(OBJECTS): | packages
endif

# What people read, in other languages: a catalogue a language (docs/translation.md).
LANGUAGES := $(patsubst src/po/%.po,%,$(wildcard src/po/*.po))
CATALOGUES := $(LANGUAGES:%=build/locale/%/LC_MESSAGES/mailscope.mo)
ifneq ($(filter demo check live bench fuzz window check-window,$(MAKECMDGOALS)),)
$(CATALOGUES): | packages
endif

.DELETE_ON_ERROR:
.PHONY: all po window check-window demo report check live unit bench fuzz torture layers lint format format-check headers install uninstall clean help packages
all: $(PROGRAM) $(HELPER) $(if $(HAS_WINDOW),$(WINDOW)) ## build ./mailscope, ./mailscope-capture beside it, and ./mailscope-window where libadwaita is

$(PROGRAM): $(COMMAND_OBJECTS) $(LIBRARY)
	$(SAY)$(CC) $(CFLAGS) $(LTO) -pthread $(LDFLAGS) -o $@ $^ $(LIBRARY_LINKS) $(LDLIBS)

# It may run with a privilege: of the libraries it is given libpcap alone.
$(HELPER): $(HELPER_OBJECTS) $(LIBRARY)
	$(SAY)$(CC) $(CFLAGS) $(LTO) -pthread $(LDFLAGS) -o $@ $^ $(call ask,--libs,libpcap)

window: $(PROGRAM) $(HELPER) $(WINDOW) ## build ./mailscope-window, the mail client with windows (GTK 4, libadwaita)

$(WINDOW_OBJECTS): CPPFLAGS += $(WINDOW_FLAGS)
$(WINDOW): $(WINDOW_OBJECTS) $(LIBRARY)
	$(SAY)$(CC) $(CFLAGS) $(LTO) -pthread $(LDFLAGS) -o $@ $^ $(LIBRARY_LINKS) $(WINDOW_LINKS) $(LDLIBS)

$(LIBRARY): $(LIBRARY_OBJECTS) | $(CATALOGUES)
	$(SAY)rm -f $@
	$(SAY)$(AR) rcs $@ $^

build/locale/%/LC_MESSAGES/mailscope.mo: src/po/%.po
	@mkdir -p $(@D)
	$(if $(V),,@echo "MO $<";) msgfmt --check -o $@ $< || \
		{ echo "msgfmt is gettext's: sh tests/packages run installs what is missing" >&2; exit 1; }

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(QUIET) $(COMPILE) -c -o $@ $<

$(BUILD)/unit: $(UNIT_OBJECTS) $(LIBRARY)
	$(SAY)$(LINK) -o $@ $^ $(LIBRARY_LINKS) $(TEST_LINKS) $(LDLIBS)

$(BUILD)/builder: $(BUILDER_OBJECTS) $(LIBRARY)
	$(SAY)$(LINK) -o $@ $^ $(LIBRARY_LINKS) $(TEST_LINKS) $(LDLIBS)

$(BENCHES): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_PARTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY)$(LINK) -o $@ $^ $(LIBRARY_LINKS) $(LDLIBS)

$(FUZZERS): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_PARTS) $(LIBRARY)
	$(SAY)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBRARY_LINKS) $(LDLIBS)

$(BUILD)/torture: $(BUILD)/tests/fuzz/torture.o $(FUZZ_PARTS) $(LIBRARY)
	$(SAY)$(LINK) -o $@ $^ $(LIBRARY_LINKS) $(LDLIBS)

packages:
	@sh tests/packages run $(GROUPS)

LINT_COMPILE = $(COMPILE) $(if $(HAS_WINDOW),$(WINDOW_FLAGS))

# What check looks at before it runs anything: nothing that would have to be installed for it.
define OWN_LINT
@tests/lint/layers
@tests/lint/limits
@tests/lint/test-lint
@tests/lint/headers $(filter-out -MMD -MP,$(LINT_COMPILE))
@tests/lint/format --check
@tests/lint/language
endef

CAPTURES := captures/smtp_test3.pcapng captures/pop3_test33.pcapng captures/smtp_3.pcapng captures/pop3_3.pcapng
demo: $(PROGRAM) $(HELPER) ## install what is missing, build, analyze the captures in captures/, and hold a live session
	@set -e; for capture in $(CAPTURES); do \
		echo; echo "\$$ ./$(PROGRAM) analyze $$capture"; ./$(PROGRAM) analyze $$capture; done
	@tests/live/demo ./$(PROGRAM) $(BUILD)/demo
	@echo; echo "Pictures to look at:"; \
		ls -1 $(patsubst captures/%.pcapng,%.svg,$(CAPTURES)) $(BUILD)/demo/*/session.svg | sed 's/^/    /'

REPORT := report/lab3.html
LAB := captures/smtp_test3.pcapng captures/pop3_test33.pcapng captures/smtp_3.pcapng captures/smtp_3.log captures/pop3_3.pcapng \
	captures/pop3_3.log captures/received.eml
report: $(REPORT) ## build report/lab3.html, the report of the whole lab
$(REPORT): report/lab.template $(LAB) $(PROGRAM)
	@./$(PROGRAM) report --template $< --out $@ $(LAB)

check: $(PROGRAM) $(HELPER) $(BUILD)/unit $(BUILD)/builder $(if $(SAN),$(BUILD)/torture) | packages ## install what the tests need, and pass them; SAN=1: with the sanitizers; QUICK=1: fewer splits; CI=1: the windows and a browser too
	$(OWN_LINT)
	@MAILSCOPE_CAPTURE=$(abspath $(HELPER)) $(BUILD)/unit
	@tests/commands/run $(abspath $(PROGRAM))
	@tests/captures/run --mailscope $(abspath $(PROGRAM)) --builder $(BUILD)/builder --work $(BUILD)/captures $(if $(QUICK),--quick)
	@tests/captures/explained --mailscope $(abspath $(PROGRAM)) --builder $(BUILD)/builder --work $(BUILD)/explained
	@tests/findings/run --mailscope $(abspath $(PROGRAM)) --builder $(BUILD)/builder --work $(BUILD)/findings
	@tests/live/hostile $(abspath $(PROGRAM))
	@tests/live/terminal $(abspath $(PROGRAM))
	$(if $(CI),@sh tests/packages run browser || echo "check: without a browser")
	@tests/live/browser $(abspath $(PROGRAM))
	@tests/live/practice-faults $(abspath $(PROGRAM))
	@tests/live/served $(abspath $(PROGRAM))
	$(if $(SAN),@$(BUILD)/torture --step 11 --flips 200 $(CAPTURES),$(if $(CI),+@$(TRY_WINDOW)))
	@echo "check: all passed$(if $(SAN), with the sanitizers)"

# Where GTK 4 is, or can be installed.
TRY_WINDOW = if sh tests/packages run window check-window; then $(MAKE) --no-print-directory check-window; \
	else echo "check: without GTK 4, so without the mail client with windows"; fi

check-window: $(PROGRAM) $(HELPER) $(WINDOW) | packages ## install what they need, and pass the tests of the mail client with windows; TESTS="use many": these alone
	@$(if $(SAN),$(WINDOW_SAN)) tests/window/run $(abspath $(WINDOW)) $(if $(PICTURES),--pictures $(PICTURES)) $(TESTS)
# Of GTK's own stacks the quick way down sees nothing. The tests look which leaks are ours.
WINDOW_SAN = ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=12 \
	LSAN_OPTIONS=suppressions=$(CURDIR)/tests/window/lsan.supp:print_suppressions=0:exitcode=0

live: $(PROGRAM) $(HELPER) $(if $(HAS_WINDOW),$(WINDOW)) | packages ## live sessions with a Postfix and a Dovecot of its own (root), and with other clients; LONG=1: hundreds
	@tests/live/run $(if $(LONG),--long) $(abspath $(PROGRAM))
	@tests/live/practice $(abspath $(PROGRAM))
	@tests/live/replay $(abspath $(PROGRAM))
	@tests/live/lossy $(abspath $(PROGRAM))
	$(if $(HAS_WINDOW),@$(if $(SAN),$(WINDOW_SAN)) tests/window/run $(abspath $(WINDOW)) servers $(if $(LONG),memory))

unit: $(BUILD)/unit $(HELPER) ## build and run the unit tests
	MAILSCOPE_CAPTURE=$(abspath $(HELPER)) $(BUILD)/unit

bench: $(PROGRAM) $(BENCHES) | packages ## compare speed and memory with tshark, tcpflow and libpcap
	@tests/bench/run $(abspath $(PROGRAM)) $(BUILD)/bench

# With the sanitizers alone: elsewhere it would see less.
TORTURE ?= --flips 500 $(CAPTURES)
torture: $(BUILD)/torture ## analyze captures cut at every octet and with bits flipped, with the sanitizers; TORTURE="--step N --flips N FILE..."
	@$(BUILD)/torture $(TORTURE)

FUZZ_SECONDS ?= 60
fuzz: $(FUZZERS) | packages ## run every fuzz target, FUZZ_SECONDS each (60)
	@set -e; for fuzzer in $(FUZZERS); do mkdir -p $$fuzzer.corpus; echo "$$fuzzer"; \
		$$fuzzer -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$$fuzzer- -verbosity=0 -print_funcs=0 $$fuzzer.corpus; done

layers: ## fail on an include that breaks the table in docs/architecture.md
	@tests/lint/layers

headers: ## fail on a header that does not compile alone
	@tests/lint/headers $(filter-out -MMD -MP,$(LINT_COMPILE))

lint: ## what check looks at, and cppcheck, clang-tidy, shellcheck and mandoc where they are installed
	$(OWN_LINT)
	@tests/lint/tools $(filter-out -MMD -MP -Werror $(LTO),$(LINT_COMPILE))

po: ## put new texts of the sources into the catalogues, to be translated
	@src/po/extract >build/mailscope.pot
	@set -e; for language in $(LANGUAGES); do \
		msgmerge --quiet --update --backup=none --no-fuzzy-matching --add-location=file --width=100 \
			src/po/$$language.po build/mailscope.pot; \
		msgattrib --no-obsolete --add-location=file --width=100 -o src/po/$$language.po src/po/$$language.po; \
		echo "src/po/$$language.po: $$(msgfmt --statistics -o /dev/null src/po/$$language.po 2>&1)"; done

format: ## clang-format the sources
	@tests/lint/format

# What pandoc needs to make other formats of a report (docs/report.md).
PANDOC := report/pandoc.lua report/reference.odt

# The helper may capture when root installs it; CAPTURE_GROUP=name: for that group's members alone.
install: $(PROGRAM) $(HELPER) $(if $(HAS_WINDOW),$(WINDOW)) ## install programs, man pages and completions under PREFIX (/usr/local), DESTDIR before it
	$(INSTALL) -d $(addprefix $(DESTDIR),$(BINDIR) $(DATADIR)/mailscope $(DATADIR)/man/man1 $(DATADIR)/man/man7 $(COMPLETION_FOLDERS))
	$(INSTALL) -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/mailscope
	$(INSTALL) -d $(DESTDIR)$(HELPERDIR)
	$(INSTALL) -m $(if $(CAPTURE_GROUP),750,755) $(HELPER) $(DESTDIR)$(HELPERDIR)/mailscope-capture
	$(if $(CAPTURE_GROUP),chgrp $(CAPTURE_GROUP) $(DESTDIR)$(HELPERDIR)/mailscope-capture)
	@[ "$$(id -u)" != 0 ] || setcap cap_net_raw+ep $(DESTDIR)$(HELPERDIR)/mailscope-capture || \
		echo "install: mailscope-capture was not given the right to capture" >&2
	$(INSTALL) -m 644 $(PANDOC) $(DESTDIR)$(DATADIR)/mailscope/
	$(INSTALL) -m 644 docs/*.1 $(DESTDIR)$(DATADIR)/man/man1/
	$(INSTALL) -m 644 docs/*.7 $(DESTDIR)$(DATADIR)/man/man7/
	@set -e; for language in $(LANGUAGES); do \
		$(INSTALL) -d $(DESTDIR)$(DATADIR)/locale/$$language/LC_MESSAGES; \
		$(INSTALL) -m 644 build/locale/$$language/LC_MESSAGES/mailscope.mo $(DESTDIR)$(DATADIR)/locale/$$language/LC_MESSAGES/; \
		for section in 1 7; do for page in docs/$$language/*.$$section; do [ ! -e $$page ] || { \
			$(INSTALL) -d $(DESTDIR)$(DATADIR)/man/$$language/man$$section; \
			$(INSTALL) -m 644 $$page $(DESTDIR)$(DATADIR)/man/$$language/man$$section/; }; done; done; done
	$(INSTALL) -m 644 docs/completion/mailscope.bash $(DESTDIR)$(DATADIR)/bash-completion/completions/mailscope
	$(INSTALL) -m 644 docs/completion/_mailscope $(DESTDIR)$(DATADIR)/zsh/site-functions/_mailscope
	$(INSTALL) -m 644 docs/completion/mailscope.fish $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/mailscope.fish
	$(if $(HAS_WINDOW),$(INSTALL_WINDOW))
define INSTALL_WINDOW
$(INSTALL) -d $(addprefix $(DESTDIR)$(DATADIR)/,applications icons/hicolor/scalable/apps mime/packages)
	$(INSTALL) -m 755 $(WINDOW) $(DESTDIR)$(BINDIR)/mailscope-window
	$(INSTALL) -m 644 data/org.mailscope.Mailscope.desktop $(DESTDIR)$(DATADIR)/applications/
	$(INSTALL) -m 644 data/mailscope.svg $(DESTDIR)$(DATADIR)/icons/hicolor/scalable/apps/
	$(INSTALL) -m 644 data/mailscope.xml $(DESTDIR)$(DATADIR)/mime/packages/
endef
COMPLETION_FOLDERS = $(addprefix $(DATADIR)/,bash-completion/completions zsh/site-functions fish/vendor_completions.d)

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(HELPERDIR)/mailscope-capture
	-[ ! -d $(DESTDIR)$(HELPERDIR) ] || rmdir $(DESTDIR)$(HELPERDIR)
	rm -f $(DESTDIR)$(BINDIR)/mailscope-window $(addprefix $(DESTDIR)$(DATADIR)/,applications/org.mailscope.Mailscope.desktop \
		icons/hicolor/scalable/apps/mailscope.svg mime/packages/mailscope.xml)
	rm -f $(DESTDIR)$(BINDIR)/mailscope $(addprefix $(DESTDIR)$(DATADIR)/man/man1/,$(notdir $(wildcard docs/*.1))) \
		$(addprefix $(DESTDIR)$(DATADIR)/man/man7/,$(notdir $(wildcard docs/*.7))) \
		$(addprefix $(DESTDIR)$(DATADIR)/,$(LANGUAGES:%=locale/%/LC_MESSAGES/mailscope.mo)) \
		$(foreach language,$(LANGUAGES),$(addprefix $(DESTDIR)$(DATADIR)/man/$(language)/man1/,$(notdir $(wildcard docs/$(language)/*.1)))) \
		$(foreach language,$(LANGUAGES),$(addprefix $(DESTDIR)$(DATADIR)/man/$(language)/man7/,$(notdir $(wildcard docs/$(language)/*.7)))) \
		$(addprefix $(DESTDIR)$(DATADIR)/mailscope/,$(notdir $(PANDOC))) \
		$(DESTDIR)$(DATADIR)/bash-completion/completions/mailscope \
		$(DESTDIR)$(DATADIR)/zsh/site-functions/_mailscope \
		$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/mailscope.fish
	-[ ! -d $(DESTDIR)$(DATADIR)/mailscope ] || rmdir $(DESTDIR)$(DATADIR)/mailscope

clean: ## remove what was built, and the demo's pictures
	rm -rf build mailscope mailscope-capture mailscope-window $(REPORT) $(patsubst captures/%.pcapng,%.svg,$(CAPTURES))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | while read -r name what; do printf '%-12s %s\n' "$$name" "$$what"; done

-include $(OBJECTS:.o=.d)
