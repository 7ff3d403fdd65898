using System.Runtime.CompilerServices;
using System.Text.Json;
using SafeLlm.Limits;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>The journal that every node writes: capped at a million lines, the oldest go first. The script adds a line for each lease that ended.</summary>
internal sealed class RedisJournal(RedisConnection connection) : IJournal
{
    private const char Lease = 'l';
    private const int Batch = 1_000;

    /// <inheritdoc/>
    public async ValueTask AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        await connection.RunAsync([connection.Keys.Due], ["append", connection.Now, connection.Keys.Prefix, .. ToArguments(entry)]).ConfigureAwait(false);
    }

    /// <summary>An entry as the script takes it: what names it, for how long that is remembered, and the line.</summary>
    public RedisValue[] ToArguments(JournalEntry entry) => ToArguments(entry, Write(JournalLine.Of(entry)));

    /// <summary>The same of an operator's reset: the line ends where the script says how much was spent.</summary>
    public RedisValue[] ToArguments(JournalEntry entry, Limit reset) =>
        ToArguments(entry, $"{Write(JournalLine.Of(entry) with { Counter = reset.CounterName })[..^1]},\"spent\":");

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = 0L; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await connection.RunAsync([connection.Keys.Due], ["lines", connection.Now, connection.Keys.Prefix, next, Batch]).ConfigureAwait(false);
            next = (long)answer[1];
            for (var i = 2; i < answer.Length; i++)
            {
                var entry = Read((string)answer[i]!);
                if (entry.At >= from && entry.At < to) yield return entry;
            }

            if (answer.Length < Batch + 2) yield break;
        }
    }

    private RedisValue[] ToArguments(JournalEntry entry, string line)
    {
        entry.Validate();
        return [$"{entry.Outcome}\n{entry.Id}", RedisInstant.Of(connection.Options.RememberClosed), line];
    }

    private static string Write(JournalLine line) => JsonSerializer.Serialize(line, RedisJson.Default.JournalLine);

    private static JournalEntry Read(string line) => line[0] == Lease
        ? JsonSerializer.Deserialize(line.AsSpan(1), RedisJson.Default.LeaseLine)!.ToEntry()
        : JsonSerializer.Deserialize(line, RedisJson.Default.JournalLine)!.ToEntry();
}
