# SPDX-License-Identifier: Apache-2.0
# A thin layer over meson and ninja; `make help` lists the targets.

EXAMPLE := examples/roi-service
DEMO_NOW := $$(cat $(EXAMPLE)/now.txt)
PREFIX ?= /usr/local

.PHONY: all help demo demo-fixed demo-parts test bench format install clean
.SILENT:

all: build/build.ninja
	ninja -C build --quiet
	echo "build/dockworthy is ready"

build/build.ninja:
	scripts/install-packages build
	meson setup build >/dev/null

help:
	echo "make              installs what is missing (as root) and builds build/dockworthy"
	echo "make demo         judges examples/roi-service: known vulnerabilities, control 2.2 fails"
	echo "make demo-fixed   the same service with the fixed lock file: control 2.2 passes"
	echo "make test         every test, in a sanitizer build and a hardened build"
	echo "make bench        measures speed and memory beside their floors"
	echo "make format       applies .clang-format to src/, tests/ and bench/"
	echo "make install      installs below PREFIX (default /usr/local), with DESTDIR"
	echo "make clean        removes all build folders; the example's images and downloads too"

# The demo's own database and cache stay below build/, so that it needs no network after its first run and leaves
# nothing elsewhere.
demo-parts: all
	scripts/install-packages demo
	build/dockworthy db build --from $(EXAMPLE)/advisories --output build/demo/advisories.db --now $(DEMO_NOW)

demo: demo-parts
	$(EXAMPLE)/build-images
	scripts/demo build/dockworthy build/demo/advisories.db 1

demo-fixed: demo-parts
	$(EXAMPLE)/build-images --lock fixed
	scripts/demo --fixed build/dockworthy build/demo/advisories.db 0

test:
	scripts/install-packages build test demo
	tests/run

bench:
	scripts/install-packages build demo bench
	test -f build-bench/build.ninja || meson setup build-bench -Dbenchmarks=true -Dbuildtype=release >/dev/null
	ninja -C build-bench --quiet
	bench/run build-bench

format:
	scripts/install-packages format
	find src tests bench -name '*.[ch]' | xargs clang-format -i

install: all
	meson configure build --prefix=$(PREFIX)
	meson install -C build --quiet

clean:
	rm -rf build build-asan build-test build-valgrind build-bench $(EXAMPLE)/build
