# mailscope: `make demo` shows it, `make check` tests it, `make help` lists the rest.

CC ?= cc
CFLAGS ?= -O2 -g
LIBRARIES := libpcap libcrypto libcgraph libgvc cairo gmime-3.0 zlib libzstd
TEST_LIBRARIES := cunit libssl

# One object tree per variant: build/release, build/san.
VARIANT := release
ifdef SAN
VARIANT := san
override CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
export ASAN_OPTIONS := detect_leaks=1
export LSAN_OPTIONS := suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
endif
BUILD := build/$(VARIANT)

# V=1 shows the commands whole.
QUIET = $(if $(V),,@echo "CC $<";)

PKG_CONFIG ?= pkg-config
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wwrite-strings -Wvla
ifdef CI
WARNINGS += -Werror
endif
LIBRARY_FLAGS = $(shell $(PKG_CONFIG) --cflags $(LIBRARIES))
LIBRARY_LINKS = $(shell $(PKG_CONFIG) --libs $(LIBRARIES))
COMPILE = $(CC) -std=c11 -D_GNU_SOURCE -Isrc $(WARNINGS) $(CFLAGS) $(LIBRARY_FLAGS) $(CPPFLAGS) -pthread -MMD -MP

LIBRARY_SOURCES := $(filter-out src/commands/% src/window/% src/helper/%,$(wildcard src/*/*.c))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:src/%.c=$(BUILD)/src/%.o)
COMMAND_OBJECTS := $(patsubst src/%.c,$(BUILD)/src/%.o,$(wildcard src/commands/*.c))
UNIT_SOURCES := $(wildcard tests/unit/*.c)
UNIT_OBJECTS := $(UNIT_SOURCES:tests/%.c=$(BUILD)/tests/%.o)

ifeq ($(VARIANT),release)
PROGRAM := mailscope
else
PROGRAM := $(BUILD)/mailscope
endif
LIBRARY := $(BUILD)/libmailscope.a

.PHONY: all unit clean
all: $(PROGRAM)

$(PROGRAM): $(COMMAND_OBJECTS) $(LIBRARY)
	$(CC) $(CFLAGS) -pthread -o $@ $^ $(LIBRARY_LINKS) $(LDFLAGS)

$(LIBRARY): $(LIBRARY_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(QUIET) $(COMPILE) -c -o $@ $<

$(BUILD)/unit: $(UNIT_OBJECTS) $(LIBRARY)
	$(CC) $(CFLAGS) -pthread -o $@ $^ $(LIBRARY_LINKS) $(shell $(PKG_CONFIG) --libs $(TEST_LIBRARIES)) $(LDFLAGS)

unit: $(BUILD)/unit
	$(BUILD)/unit

clean:
	rm -rf build mailscope

-include $(patsubst %.o,%.d,$(LIBRARY_OBJECTS) $(COMMAND_OBJECTS) $(UNIT_OBJECTS))
