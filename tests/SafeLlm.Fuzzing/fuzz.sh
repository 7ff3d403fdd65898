#!/usr/bin/env bash
# Fuzzes one reader by coverage: fuzz.sh TARGET [SECONDS]. TARGET is request, response, events, fields, headers or python.
# Needs AFL++ (Debian: apt install afl++) and the recordings beside the checkout; everything it writes is under artifacts/fuzz.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:?which target: request, response, events, fields, headers or python}
seconds=${2:-28800}
out=artifacts/fuzz/$target

dotnet tool restore
dotnet publish tests/SafeLlm.Fuzzing -c Release -o "$out/bin" -v q --nologo
[ -d "$out/corpus" ] || dotnet "$out/bin/SafeLlm.Fuzzing.dll" seed "$target" ../shared/data/traffic/dev.jsonl.gz "$out/corpus"
# From here on it only runs under AFL. A single input runs in the plain build: dotnet run --project tests/SafeLlm.Fuzzing -- once TARGET FILE
dotnet sharpfuzz "$out/bin/SafeLlm.Core.dll"

# The program is managed code behind a pipe: AFL has nothing to check in its binary.
export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
afl-fuzz -V "$seconds" -t 10000 -m none -x tests/SafeLlm.Fuzzing/json.dict -i "$out/corpus" -o "$out/findings" -- dotnet "$out/bin/SafeLlm.Fuzzing.dll" "$target"
grep -E 'run_time|execs_done|execs_per_sec|corpus_count|saved_crashes|saved_hangs|bitmap_cvg' "$out/findings/default/fuzzer_stats"
