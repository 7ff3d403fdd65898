using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>An hour of the journal by minute and model. After the first reading only the end is read again. Used by one reader at a time.</summary>
internal sealed class ModelTally
{
    // Lines are dated by the clock of the node that wrote them, and may come a little later than they are dated.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly MinuteRing<ModelMinute> minutes = new();
    private DateTimeOffset? readUntil;

    public async Task ReadAsync(IStoreView view, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hour = Whole(now) - TimeSpan.FromMinutes(MinuteRing<ModelMinute>.Minutes - 1);
        var from = readUntil is { } until && Whole(until - Overlap) is var overlap && overlap > hour && overlap <= now ? overlap : hour;
        readUntil = null;
        minutes.ForgetFrom(from);
        await foreach (var line in view.ReadJournalAsync(from, now + Skew, cancellationToken))
        {
            // A line that is dated ahead belongs to now: its own minute would take the place of one an hour ago.
            minutes.At(line.At < now ? line.At : now).Add(line);
        }

        readUntil = now;
    }

    public IReadOnlyList<ModelMinute?> Until(DateTimeOffset now) => [.. minutes.Until(now)];

    private static DateTimeOffset Whole(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
