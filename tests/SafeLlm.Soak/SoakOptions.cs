using System.Globalization;

namespace SafeLlm.Soak;

/// <summary>How long, from which seed, on which store.</summary>
/// <param name="Seed">The first round's seed; each further round takes the next.</param>
/// <param name="Rounds">How many rounds; null for as many as the time allows.</param>
/// <param name="For">How long.</param>
/// <param name="Store">The store's name in <see cref="SoakStores"/>.</param>
internal sealed record SoakOptions(long Seed, long? Rounds, TimeSpan For, string Store)
{
    public static SoakOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new SoakOptions(Random.Shared.NextInt64(1, 1L << 31), null, TimeSpan.FromMinutes(10), "memory");
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--seed" => options with { Seed = long.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = long.Parse(value, CultureInfo.InvariantCulture) },
                "--for" => options with { For = TimeSpan.Parse(value, CultureInfo.InvariantCulture) },
                "--store" => options with { Store = value },
                _ => throw new FormatException($"There is no option {arguments[i]}; there are --seed N, --rounds N, --for hh:mm:ss and --store NAME."),
            };
        }

        return options;
    }
}
