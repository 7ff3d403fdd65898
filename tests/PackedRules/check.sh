#!/usr/bin/env bash
# Packs the rules, consumes the packages from a folder feed, and holds that an unbounded call breaks a real build.
set -uo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d)
version="0.0.1-check.$(date +%s)"
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: *//')
trap 'rm -rf "$work" "$cache"/safellm.analyzers/"$version" "$cache"/safellm/"$version" "$cache"/safellm.core/"$version"' EXIT
fail() { echo "packed rules: $*"; exit 1; }

for project in analyzers/SafeLlm.Analyzers.Package src/SafeLlm src/SafeLlm.Core; do
  dotnet pack "$project" -o "$work/feed" -p:Version="$version" -v quiet --nologo > "$work/pack.log" 2>&1 || { tail -5 "$work/pack.log"; fail "$project does not pack"; }
done

# Outside the checkout: none of its settings may leak in.
mkdir -p "$work/use"
cat > "$work/use/Use.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="\$(Rules)" Version="$version" />
    <PackageReference Include="OpenAI" Version="2.15.0" />
  </ItemGroup>
</Project>
XML
source() { printf 'using OpenAI.Chat;\nclass C { public static object M(ChatClient client) => client.CompleteChat(["hi"], new ChatCompletionOptions { %s }); }\n' "$1" > "$work/use/C.cs"; }
build() { (cd "$work/use" && dotnet build --nologo -v quiet -p:OutputType=Library "$@" > "$work/build.log" 2>&1); }
reports() { grep -q "$1" "$work/build.log" || { tail -5 "$work/build.log"; fail "$2"; }; }

source 'Temperature = 0'
for rules in SafeLlm.Analyzers SafeLlm; do
  rm -rf "$work/use/obj" "$work/use/bin"
  build -p:Rules=$rules || fail "a warning of $rules breaks a plain build: $(grep -m1 error "$work/build.log")"
  reports "warning SLLM001" "$rules does not warn of an unbounded call"
  build -p:Rules=$rules -warnaserror --no-incremental && fail "an unbounded call passes -warnaserror with $rules"
  reports "error SLLM001" "-warnaserror with $rules fails for another reason"
done
build -p:Rules=SafeLlm.Analyzers -p:SafeLlmAnalysisMode=strict --no-incremental --force && fail "an unbounded call passes strict"
reports "error SLLM001" "strict fails for another reason"
build -p:Rules=SafeLlm.Analyzers -p:SafeLlmAnalysisMode=none --no-incremental -warnaserror || fail "the mode none reports"
build -p:Rules=SafeLlm.Analyzers -p:SafeLlmAnalysisMode=harsh --no-incremental && fail "an unknown mode passes"
reports "none, default or strict" "an unknown mode is not explained"

source 'MaxOutputTokenCount = 5000'
build -p:Rules=SafeLlm.Analyzers -p:SafeLlmMaxOutputTokens=1000 --no-incremental -warnaserror && fail "a bound above SafeLlmMaxOutputTokens passes"
reports "error SLLM002" "SafeLlmMaxOutputTokens is not read"
build -p:Rules=SafeLlm.Analyzers --no-incremental -warnaserror || fail "a bounded call does not build: $(grep -m1 error "$work/build.log")"
echo "packed rules: ok"
