using System;
using System.Linq;

namespace SafeLlm.Analyzers.Json;

/// <summary>The JSON names under which providers take an output bound.</summary>
internal static class CapNames
{
    private static readonly string[] Names =
    [
        "max_tokens", "max_completion_tokens", "max_output_tokens", "maxoutputtokens", "maxtokens", "max_tokens_to_sample", "maxtokenstosample",
        "num_predict", "numpredict", "max_new_tokens", "maxnewtokens", "max_gen_len", "maxgenlen", "maxtokencount", "max_length", "maxlength",
        "maxcompletiontokens", "max_token", "maxtoken", "n_predict", "output_tokens", "maxgenerationtokens",
    ];

    /// <summary>Whether a key, a path that ends in one, or a member's name means an output bound.</summary>
    public static bool IsCap(string path)
    {
        var name = path.TrimEnd(']');
        var start = name.LastIndexOfAny(['[', '.', '/', '$']);
        return Names.Contains(name.Substring(start + 1).ToLowerInvariant());
    }

    /// <summary>Whether a JSON text has such a key.</summary>
    public static bool IsIn(string json) =>
        Names.Any(name => json.IndexOf("\"" + name + "\"", StringComparison.OrdinalIgnoreCase) >= 0 || json.IndexOf("'" + name + "'", StringComparison.OrdinalIgnoreCase) >= 0);
}
