using System.Buffers;
using System.Text.Json;
using SafeLlm.AspNetCore;

namespace SafeLlm.Dashboard;

/// <summary>
/// The page's numbers. However many pages ask, the store is read once a second at most, and never for more than a tenth of the time:
/// to be watched must not slow down what is watched.
/// </summary>
internal sealed class LiveData(StoreWatch store, VerifierTally tally, AlertBoard alerts, IAnomalyList anomalies, KeyList keys, TimeProvider time) : IDisposable
{
    private const int Share = 10;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile Known? known;

    /// <summary>The numbers as JSON in UTF-8.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (known is { } fresh && time.GetUtcNow() < fresh.Until) return fresh.Json;
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (known is { } meanwhile && time.GetUtcNow() < meanwhile.Until) return meanwhile.Json;
            // Not given up by one page that is closed: others wait for the same.
            var read = await LookAsync(CancellationToken.None);
            known = read;
            return read.Json;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Something was changed here: the next page that asks sees it.</summary>
    public void Forget() => known = null;

    public void Dispose() => turn.Dispose();

    private async Task<Known> LookAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var seen = await store.LookAsync(cancellationToken);
        var now = time.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at"u8, now);
            json.WriteString("node"u8, Environment.MachineName);
            json.WriteString("trouble"u8, seen.Trouble);
            var all = keys.Read(now);
            CounterJson.Write(json, seen, all);
            ModelJson.Write(json, seen.Models);
            tally.Read(now, minutes => TallyJson.Write(json, minutes));
            AlertJson.Write(json, [.. seen.Alerts, .. alerts.Read()]);
            AnomalyJson.Write(json, anomalies.Recent);
            KeyJson.Write(json, all);
            ActionJson.Write(json, seen.Models);
            json.WriteEndObject();
        }

        var pause = time.GetElapsedTime(started) * Share;
        return new Known(buffer.WrittenMemory, now + (pause > Shortest ? pause : Shortest));
    }

    private sealed record Known(ReadOnlyMemory<byte> Json, DateTimeOffset Until);
}
