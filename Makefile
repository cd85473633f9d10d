# The two commands of a fresh machine are `make demo` and `make test`; both install what is missing first.
SWIFT_BUILD ?= swift build
BUILD_FLAGS ?= --explicit-target-dependency-import-check error

.PHONY: demo up test check soak lint build bench setup story clean

# Of `make soak`.
SEEDS ?= 10000
FIRST_SEED ?= 1

demo: setup build        ## the story of one service's life, for real
	Scripts/story

up: setup build          ## the story's fleet, running until Ctrl-C
	Scripts/story --up

story: demo

test: setup              ## every test
	Scripts/test $(BUILD_FLAGS)

check: setup lint        ## what CI runs
	$(SWIFT_BUILD) --build-tests $(BUILD_FLAGS)
	Scripts/check-layers
	Scripts/check-threats
	$(MAKE) test
	Scripts/simulator-examples
	Scripts/client-python
	Scripts/stop-under-load
	Scripts/kubectl-transcripts
	Scripts/fuzz-simulator --seconds 5
	Scripts/story --quiet
	Scripts/story --quiet --kill --seed 1 --runs 3
	Scripts/restore
	Scripts/skew
	Scripts/access
	Scripts/failpoints --sample 4 --seed 1
	Scripts/chaos --minutes 3 --seed 1

soak: setup              ## many seeds of the simulation: make soak SEEDS=10000 FIRST_SEED=1
	Scripts/soak $(SEEDS) $(FIRST_SEED)

lint:
	swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

build:
	$(SWIFT_BUILD) $(BUILD_FLAGS)

bench: setup             ## ratios against the C floors of FLOTILLA_BASELINES (release build)
	Benchmarks/run
	Benchmarks/simulator

setup:
	@Scripts/setup

clean:
	rm -rf .build
