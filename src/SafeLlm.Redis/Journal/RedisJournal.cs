using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// The journal as a stream that is capped at about a million lines: the oldest go first. The script adds a line of its own for
/// each lease that ended.
/// </summary>
internal sealed class RedisJournal(RedisConnection connection) : IJournal
{
    private const int Batch = 1_000;

    /// <inheritdoc/>
    public async ValueTask AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var line = JsonSerializer.Serialize(JournalLine.Of(entry), RedisJson.Default.JournalLine);
        await connection.RunAsync(
            LedgerScript.Text, [connection.Keys.Due], ["append", connection.Now, connection.Keys.Prefix, $"{entry.Outcome}\n{entry.Id}", line]).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RedisValue after = "-";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lines = await connection.GuardedAsync(
                static async (database, state) => await database.StreamRangeAsync(state.Journal, state.after, "+", Batch).ConfigureAwait(false),
                (connection.Keys.Journal, after)).ConfigureAwait(false);
            foreach (var line in lines)
            {
                var entry = Read(line);
                if (entry.At >= from && entry.At < to) yield return entry;
            }

            if (lines.Length < Batch) yield break;
            after = $"({lines[^1].Id}";
        }
    }

    private static JournalEntry Read(StreamEntry line) => (string?)line["k"] == "line"
        ? JsonSerializer.Deserialize((string)line["d"]!, RedisJson.Default.JournalLine)!.ToEntry()
        : ReadLease(line);

    private static JournalEntry ReadLease(StreamEntry line)
    {
        var numbers = ((string)line["a"]!).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var held = new Amounts(numbers[1], numbers[2], new NanoUsd(numbers[3]), numbers[0]);
        return new JournalEntry
        {
            Id = (string)line["i"]!,
            At = RedisInstant.ToInstant((long)line["e"]),
            Outcome = JournalOutcome.LeaseEnded,
            Scopes = [.. line.Values.Where(value => value.Name == "w").Select(value => ScopeOf((string)value.Value!)).Distinct(StringComparer.Ordinal)],
            Quoted = held,
            Actual = (int)line["c"] == 1 ? held : new Amounts(0, 0, default, 0),
        };
    }

    // A counter's name is dimension, window and scope.
    private static string ScopeOf(string counterName) => counterName[(counterName.IndexOf('|', counterName.IndexOf('|', StringComparison.Ordinal) + 1) + 1)..];
}
