using System.CommandLine;
using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Budgets;

/// <summary>The arguments that name a counter: <c>--scope user:42 --of dollars --window day@UTC</c>.</summary>
internal sealed class CounterArguments
{
    private static readonly (string Name, Dimension Dimension)[] Dimensions =
    [
        ("dollars", Dimension.Dollars),
        ("tokens", Dimension.Tokens),
        ("input-tokens", Dimension.InputTokens),
        ("output-tokens", Dimension.OutputTokens),
        ("requests", Dimension.Requests),
        ("concurrent-calls", Dimension.ConcurrentCalls),
    ];

    public Option<string> Scope { get; } = new("--scope") { Description = "Who is charged: app, user:42, key:k1, tier:free, …", Required = true };

    public Option<string> Of { get; } = new("--of") { Description = $"What is counted: {string.Join(", ", Dimensions.Select(known => known.Name))}.", Required = true };

    public Option<string?> Window { get; } = new("--window") { Description = "Over which time: hour@UTC, day@Europe/Berlin, week-monday@UTC, month@UTC, rolling@01:00:00; none for concurrent-calls." };

    public static string Name(Dimension dimension) => Dimensions.First(known => known.Dimension == dimension).Name;

    /// <summary>The counter that is named, with a cap.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what is wrong.</exception>
    /// <exception cref="FormatException">The window or the cap cannot be read.</exception>
    public Limit Read(ParseResult parsed, string? cap = null)
    {
        var name = parsed.GetRequiredValue(Of);
        var dimension = Dimensions.Any(known => known.Name == name)
            ? Dimensions.First(known => known.Name == name).Dimension
            : throw new ArgumentException($"\"{name}\" is not counted. --of is one of {string.Join(", ", Dimensions.Select(known => known.Name))}.");
        var window = parsed.GetValue(Window);
        return Limit.Of(parsed.GetRequiredValue(Scope), dimension, window is null ? null : Limits.Window.Parse(window), cap is null ? 0 : Cap(dimension, cap));
    }

    private static long Cap(Dimension dimension, string text)
    {
        if (dimension == Dimension.Dollars)
        {
            return decimal.TryParse(text.TrimStart('$'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars is >= 0 and <= 9_000_000m
                ? NanoUsd.FromDollars(dollars).Value
                : throw new FormatException($"\"{text}\" is no amount of dollars from 0 to 9,000,000, such as 20 or 12.50.");
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw new FormatException($"\"{text}\" is no whole number from 0 on.");
    }
}
