using System.Runtime.CompilerServices;
using System.Text.Json;
using SafeLlm.Limits;

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
        entry.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var line = JsonSerializer.Serialize(JournalLine.Of(entry), RedisJson.Default.JournalLine);
        await connection.RunAsync([connection.Keys.Due], ["append", connection.Now, connection.Keys.Prefix, $"{entry.Outcome}\n{entry.Id}", line, RedisInstant.Of(connection.Options.RememberClosed)]).ConfigureAwait(false);
    }

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

    private static JournalEntry Read(string line) => line[0] == Lease
        ? JsonSerializer.Deserialize(line.AsSpan(1), RedisJson.Default.LeaseLine)!.ToEntry()
        : JsonSerializer.Deserialize(line, RedisJson.Default.JournalLine)!.ToEntry();
}
