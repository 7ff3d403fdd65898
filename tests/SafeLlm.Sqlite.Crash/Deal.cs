using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Sqlite.Crash;

/// <summary>One attempt: everything about it follows from its id, so that whoever finds it in the file knows what it must be.</summary>
internal readonly record struct Deal(string Id)
{
    public static Limit[] Limits { get; } =
    [
        Limit.Dollars(2_000m).PerDay(),
        Limit.Tokens(40_000_000).PerHour(),
        Limit.Dollars(1_000m).PerMonth().For("user:42"),
        Limit.ConcurrentCalls(200_000),
    ];

    public Amounts Held => new(100 + Number(1_000), 50 + Number(500), new NanoUsd(1_000_000 + Number(1_000_000)));

    /// <summary>Never more than was held: what passes a cap would then be a fault of the store.</summary>
    public Amounts Used => new(Held.InputTokens - Number(100), Held.OutputTokens / 2, new NanoUsd(Held.Cost.Value / 3));

    public HoldRequest Request => new(Id, Limits, Held, TimeSpan.FromHours(23));

    public static Deal Of(int worker, long number) => new(string.Create(CultureInfo.InvariantCulture, $"{worker}.{number}"));

    private long Number(int below)
    {
        // FNV-1a: the same in every process.
        var hash = 14695981039346656037UL;
        foreach (var letter in Id) hash = unchecked((hash ^ letter) * 1099511628211UL);
        return (long)(hash % (ulong)below);
    }
}
