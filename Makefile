# SPDX-License-Identifier: Apache-2.0
# A thin layer over meson and ninja. `make` builds build/dockworthy; see `make help`.

.PHONY: all help packages demo test bench clean format
all: packages-build
	@test -f build/build.ninja || meson setup build >/dev/null
	@ninja -C build

packages-%:
	@scripts/install-packages $*

clean:
	rm -rf build build-*
