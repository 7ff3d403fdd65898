using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Pricing;

/// <summary>Names the prices of a catalog, so that a line of the journal can be checked against them later.</summary>
internal static class CatalogHash
{
    private const int Shown = 16;

    private static readonly FrozenDictionary<string, decimal> NoFactors = FrozenDictionary<string, decimal>.Empty;

    private static readonly Lazy<byte[]> Embedded = new(() =>
    {
        using var file = CatalogFile.Open();
        return SHA256.HashData(file);
    });

    /// <summary>The first 32 hexadecimal digits of SHA-256 over the embedded file and everything that was added to it, in order.</summary>
    public static string Of(IEnumerable<ModelPrice> added, IEnumerable<KeyValuePair<string, string>> aliases)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Embedded.Value);
        foreach (var line in Lines(added).Concat(aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Select(alias => $"{alias.Key}\t{alias.Value}\n")))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Shown));
    }

    // A record prints every member it has, and so those that will come; only the culture must not show in it.
    private static List<string> Lines(IEnumerable<ModelPrice> models)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return [.. models.Select(model => $"{model with { Steps = [], Factors = NoFactors }} {string.Join(' ', model.Steps)} {string.Join(' ', model.Factors.OrderBy(factor => factor.Key, StringComparer.Ordinal))}\n")];
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
