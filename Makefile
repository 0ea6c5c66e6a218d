# The commands of the project. `make` alone says what there is.
BUILD     ?= build
SANITIZED ?= build-asan
FUZZED    ?= build-fuzz
PREFIX    ?= /usr/local
FEEDS     ?=
IMAGE     ?=
MINUTES   ?= 2

.PHONY: help quickstart build check bench fuzz format tidy install clean

help:
	@echo 'make quickstart   install what is needed, build, check a manifest, load advisories, scan'
	@echo '                  (FEEDS=DIR advisories from a directory, IMAGE=REF what to scan)'
	@echo 'make check        install what is needed, build, run all tests'
	@echo 'make build        build into $(BUILD)/'
	@echo 'make bench        measure against the floors (bench/README.md)'
	@echo 'make fuzz         run every fuzzer for MINUTES=$(MINUTES)'
	@echo 'make format       clang-format the sources;  make tidy: static analysis'
	@echo 'make install      install below PREFIX=$(PREFIX)'
	@echo 'make clean        remove the build folders'

build:
	@tools/install-deps build
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) --prefix $(PREFIX)
	@ninja -C $(BUILD)

quickstart: build
	@BUILD=$(BUILD) FEEDS='$(FEEDS)' IMAGE='$(IMAGE)' tools/quickstart

check:
	@tools/install-deps build check
	@BUILD=$(BUILD) SANITIZED=$(SANITIZED) tools/check

bench: build
	@tools/install-deps bench
	@BUILD=$(BUILD) bench/run

fuzz:
	@tools/install-deps build dev
	@BUILD=$(FUZZED) MINUTES=$(MINUTES) tools/fuzz

format:
	@tools/install-deps dev
	@git ls-files '*.c' '*.h' '*.cc' | xargs clang-format -i

tidy: build
	@tools/install-deps dev
	@git ls-files 'src/*.c' | xargs clang-tidy -p $(BUILD) --quiet

install: build
	@meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD) $(SANITIZED) $(FUZZED)
