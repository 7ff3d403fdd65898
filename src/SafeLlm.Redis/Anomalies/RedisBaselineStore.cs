using System.Globalization;
using SafeLlm.Anomalies;
using SafeLlm.Pricing;
using StackExchange.Redis;

namespace SafeLlm.Redis.Anomalies;

/// <summary>
/// What every node learns of keys: a hash of fifteen short fields a key, forgotten where a key was not used for ninety days; and a hash of one
/// field a node, for an hour.
/// </summary>
internal sealed class RedisBaselineStore(RedisConnection connection) : IBaselineStore
{
    private static readonly long Kept = (long)TimeSpan.FromDays(90).TotalMilliseconds;
    private static readonly long PartsKept = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageDay>> LoadAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await SideScript.Watch.RunAsync(connection, connection.Keys.Usage(keyId), "days").ConfigureAwait(false);
        List<UsageDay> days = [];
        for (var i = 0; i < answer.Length; i += 2) days.Add(new UsageDay(RedisInstant.ToInstant(Number(answer[i])), Peaks(answer[i + 1])));
        days.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return days;
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(string keyId, IReadOnlyList<UsageDay> days, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentNullException.ThrowIfNull(days);
        cancellationToken.ThrowIfCancellationRequested();
        List<RedisValue> arguments = [IBaselineStore.MostDays, Kept];
        foreach (var (start, peaks) in days)
        {
            arguments.AddRange(
                [RedisInstant.Text(RedisInstant.Of(start)), peaks.RequestsPerHour, peaks.RequestsPerBurst, peaks.TokensPerRequest, peaks.CostPerHour.Value, peaks.CostPerBurst.Value]);
        }

        await SideScript.Watch.RunAsync(connection, connection.Keys.Usage(keyId), "learn", [.. arguments]).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsagePart>> ExchangeAsync(string keyId, string node, IReadOnlyList<UsagePart> parts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentNullException.ThrowIfNull(parts);
        cancellationToken.ThrowIfCancellationRequested();
        var text = string.Join(' ', parts.OrderByDescending(part => part.Slot).Select(part =>
            string.Create(CultureInfo.InvariantCulture, $"{part.Slot}:{part.Requests}:{part.Billed}:{part.Tokens}:{part.Cost.Value}")));
        var answer = await SideScript.Watch.RunAsync(
            connection, connection.Keys.UsageParts(keyId), "exchange", node, text, UsagePart.SlotOf(now - UsageBaseline.Hour), IBaselineStore.MostNodes, PartsKept).ConfigureAwait(false);
        return UsagePart.Sum(answer.SelectMany(one => one.Split(' ')).Select(Part), now);
    }

    private static UsagePart Part(string text)
    {
        var numbers = text.Split(':');
        return new UsagePart(Number(numbers[0]), Number(numbers[1]), Number(numbers[2]), Number(numbers[3]), new NanoUsd(Number(numbers[4])));
    }

    private static UsagePeaks Peaks(string text)
    {
        var parts = text.Split(' ');
        return new UsagePeaks(Number(parts[0]), Number(parts[1]), Number(parts[2]), new NanoUsd(Number(parts[3])), new NanoUsd(Number(parts[4])));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
