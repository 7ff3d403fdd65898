using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis;

/// <summary>The line that the script adds for a lease that ended. Its numbers are text: the script's JSON would round them.</summary>
internal sealed record LeaseLine
{
    public required string Id { get; init; }

    public required string At { get; init; }

    public required bool Charged { get; init; }

    public required string Requests { get; init; }

    public required string Input { get; init; }

    public required string Output { get; init; }

    public required string Cost { get; init; }

    public IReadOnlyList<string> Counters { get; init; } = [];

    public JournalEntry ToEntry()
    {
        var held = new Amounts(Number(Input), Number(Output), new NanoUsd(Number(Cost)), Number(Requests));
        return new JournalEntry
        {
            Id = Id,
            At = RedisInstant.ToInstant(Number(At)),
            Outcome = JournalOutcome.LeaseEnded,
            Scopes = [.. Counters.Where(name => name.Length > 0).Select(name => CounterName.Parse(name).Scope).Distinct(StringComparer.Ordinal)],
            Quoted = held,
            Actual = Charged ? held : new Amounts(0, 0, NanoUsd.Zero, 0),
        };
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
