using System;
using System.Collections.Generic;
using System.Linq;

namespace SafeLlm.Analyzers.Files;

/// <summary>Tells a provider's key from a placeholder, by shape alone.</summary>
internal static class KeyText
{
    private static readonly string[] Prefixes = ["sk-", "AIza", "gsk_", "xai-", "hf_", "pplx-", "r8_", "csk-", "nvapi-"];

    private static readonly string[] Headers = ["x-api-key", "api-key", "x-goog-api-key", "Authorization"];

    private static readonly string Firsts = new([.. Prefixes.Concat(Headers).Select(one => one[0]).Distinct()]);

    private static readonly string[] Placeholders =
    [
        "your", "example", "dummy", "placeholder", "xxx", "...", "…", "***", "test", "fake", "sample", "demo", "insert", "replace",
        "changeme", "here", "<", "{", "secret", "1234567890", "not-", "none", "redacted", "key", "token", "abcdef",
    ];

    /// <summary>The quotes of a text after which a provider's prefix or the name of a header that holds a key stands.</summary>
    public static IReadOnlyList<int> Places(string text)
    {
        List<int>? places = null;
        for (var at = text.IndexOf('"'); at >= 0 && at + 1 < text.Length; at = text.IndexOf('"', at + 1))
        {
            if (Firsts.IndexOf(text[at + 1]) < 0) continue;
            if (StandsAt(Prefixes, text, at + 1) || StandsAt(Headers, text, at + 1)) (places ??= []).Add(at);
        }

        return places ?? (IReadOnlyList<int>)[];
    }

    /// <summary>Whether this is the name of a header in which a key is sent.</summary>
    public static bool IsHeader(string name) => Headers.Contains(name);

    /// <summary>A provider's prefix and then enough letters and digits of enough variety.</summary>
    public static bool LooksLikeKey(string text)
    {
        if (text.Length < 20 || text.Length > 400) return false;
        var prefix = Prefixes.FirstOrDefault(known => text.StartsWith(known, StringComparison.Ordinal));
        return prefix is not null && IsRandom(text.Substring(prefix.Length)) && !IsPlaceholder(text);
    }

    /// <summary>A constant that is no placeholder: long, one word, of letters and digits.</summary>
    public static bool LooksLikeSecret(string text) =>
        text.Length >= 20 && text.Length <= 400 && IsRandom(text) && !IsPlaceholder(text);

    private static bool IsPlaceholder(string text) =>
        Placeholders.Any(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool IsRandom(string text) =>
        text.Length >= 16
        && text.All(letter => letter < 128 && (char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or '=' or '+' or '/'))
        && text.Any(char.IsDigit) && text.Any(char.IsLetter)
        && text.Distinct().Count() >= 10;

    private static bool StandsAt(string[] known, string text, int start)
    {
        foreach (var one in known)
        {
            if (one[0] == text[start] && string.CompareOrdinal(text, start, one, 0, one.Length) == 0) return true;
        }

        return false;
    }
}
