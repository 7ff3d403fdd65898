using System.Globalization;

namespace SafeLlm.Limits;

/// <summary>
/// The last <see cref="Length"/>. Counted in 32 buckets: an amount counts until its whole bucket has left, so a limit is
/// never passed in any stretch of that length, and room comes at most 1/32 of it late.
/// </summary>
public sealed record RollingWindow : Window
{
    /// <summary>How many buckets one length is cut into.</summary>
    public const int Buckets = 32;

    /// <summary>A rolling window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Shorter than a second or longer than 366 days.</exception>
    public RollingWindow(TimeSpan length)
    {
        if (length < TimeSpan.FromSeconds(1) || length > TimeSpan.FromDays(366))
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "A rolling window is between 1 second and 366 days long.");
        }

        Length = length;

        // Rounded up: 32 buckets then cover the length, whatever it is.
        BucketTicks = (length.Ticks + Buckets - 1) / Buckets;
    }

    /// <summary>How long it is.</summary>
    public TimeSpan Length { get; }

    /// <summary>How long one bucket is, in ticks (100 ns).</summary>
    public long BucketTicks { get; }

    /// <summary>The number of the bucket that contains an instant. Buckets are numbered from the year 1, for every counter alike.</summary>
    public long BucketAt(DateTimeOffset instant) => instant.UtcTicks / BucketTicks;

    /// <summary>The first instant at which the amounts of a bucket no longer count.</summary>
    public DateTimeOffset Leaves(long bucket) => new((bucket + Buckets + 1) * BucketTicks, TimeSpan.Zero);

    /// <inheritdoc/>
    public override string Name => WindowNames.Of(this);

    /// <inheritdoc/>
    public override WindowSpan SpanAt(DateTimeOffset instant)
    {
        var length = Buckets * BucketTicks;
        var start = instant.UtcTicks - (instant.UtcTicks % length);
        return new WindowSpan(new DateTimeOffset(start, TimeSpan.Zero), new DateTimeOffset(start + length, TimeSpan.Zero));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"any {Length:g}");
}
