using System;
using System.Collections.Generic;

namespace SafeLlm.Analyzers.Calls;

/// <summary>The most that models answer, from the providers' model pages: a cap above it is a mistake, and bounds nothing.</summary>
internal static class ModelMaximum
{
    // The longest prefix that fits decides.
    private static readonly (string Prefix, long Tokens)[] Table =
    [
        ("gpt-3.5-turbo", 4_096), ("gpt-4-turbo", 4_096), ("gpt-4-32k", 32_768), ("gpt-4o-mini", 16_384), ("gpt-4o", 16_384), ("gpt-4.1", 32_768), ("gpt-4", 8_192),
        ("gpt-5", 128_000), ("o1-mini", 65_536), ("o1", 100_000), ("o3", 100_000), ("o4-mini", 100_000), ("claude-3-haiku", 4_096), ("claude-3-opus", 4_096),
        ("claude-3-sonnet", 4_096), ("claude-3-5", 8_192), ("claude-3-7-sonnet", 128_000), ("claude-opus-4", 32_000), ("claude-sonnet-4", 64_000),
        ("gemini-1.5", 8_192), ("gemini-2.0", 8_192), ("gemini-2.5", 65_536),
    ];

    /// <summary>The highest output of any model: no cap above it means anything.</summary>
    public const long Any = 262_144;

    public static long Of(IEnumerable<string> models)
    {
        foreach (var model in models)
        {
            var best = ("", Any);
            foreach (var (prefix, tokens) in Table)
            {
                if (model.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && prefix.Length > best.Item1.Length) best = (prefix, tokens);
            }

            if (best.Item1.Length > 0) return best.Item2;
        }

        return Any;
    }
}
