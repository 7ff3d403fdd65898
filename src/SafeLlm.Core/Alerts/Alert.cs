using System.Security.Cryptography;
using System.Text;
using SafeLlm.Limits;

namespace SafeLlm.Alerts;

/// <summary>Something that a person should know. Recorded once; delivered at least once, always under the same id.</summary>
/// <param name="Id">Stable: the same matter has the same id in every process and store, so that receivers can drop what they have seen. 1 to 128 characters.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">In words, without numbers that belong to <paramref name="Kind"/>'s own members.</param>
/// <param name="At">When it was recorded.</param>
public sealed record Alert(string Id, AlertKind Kind, AlertSeverity Severity, string Message, DateTimeOffset At)
{
    private const int IdBytes = 16;

    /// <summary>Who it is about: <c>app</c>, <c>key:k1</c>, <c>network:203.0.113.0/24</c>; null where nobody in particular is.</summary>
    public string? Scope { get; init; }

    /// <summary>The unit of <see cref="Current"/> and <see cref="Reference"/>; null where there are none.</summary>
    public Dimension? Dimension { get; init; }

    /// <summary>The window it is about, by its <see cref="Limits.Window.Name"/>; null where there is none.</summary>
    public string? Window { get; init; }

    /// <summary>When that window began.</summary>
    public DateTimeOffset? WindowStart { get; init; }

    /// <summary>The share of the cap that was reached, in percent; null for other kinds.</summary>
    public int? Percent { get; init; }

    /// <summary>What is: what is spent of a limit, what an anomaly found.</summary>
    public long? Current { get; init; }

    /// <summary>What it is measured against: the cap of a limit, the baseline of an anomaly.</summary>
    public long? Reference { get; init; }

    /// <summary>The alert in one line for people: <c>50% of daily budget consumed (user:42: $5.00 of $10.00)</c>.</summary>
    public string Describe()
    {
        var numbers = (Current, Reference) switch
        {
            ({ } current, { } reference) => $"{Show(current)} of {Show(reference)}",
            ({ } current, null) => Show(current),
            _ => null,
        };
        return (Scope, numbers) switch
        {
            ({ } scope, { } shown) => $"{Message} ({scope}: {shown})",
            ({ } scope, null) => $"{Message} ({scope})",
            (null, { } shown) => $"{Message} ({shown})",
            _ => Message,
        };
    }

    /// <summary>The alert of a soft limit that was reached, the same whichever store records it.</summary>
    /// <param name="limit">The limit, with the cap that counted.</param>
    /// <param name="soft">The share that was reached.</param>
    /// <param name="windowStart">The start of the run of the window (<see cref="Limits.Window.SpanAt"/>) that was charged.</param>
    /// <param name="spent">What is spent of it now.</param>
    /// <param name="at">Now.</param>
    /// <exception cref="ArgumentException">The limit has no window, and so nothing is spent of it.</exception>
    public static Alert OfShare(Limit limit, SoftLimit soft, DateTimeOffset windowStart, long spent, DateTimeOffset at)
    {
        var window = limit.Window ?? throw new ArgumentException("A limit on concurrent calls has no window, and so no share of it is spent.", nameof(limit));
        var id = IdOf(FormattableString.Invariant($"share\n{limit.CounterName}\n{windowStart.UtcTicks}\n{soft.Percent}"));
        return new Alert(id, AlertKind.BudgetShare, soft.Severity, soft.Message ?? ShareMessages.Of(limit, soft.Percent), at)
        {
            Scope = limit.Scope,
            Dimension = limit.Dimension,
            Window = window.Name,
            WindowStart = windowStart,
            Percent = soft.Percent,
            Current = spent,
            Reference = limit.Cap,
        };
    }

    private string Show(long amount) => Dimension is { } dimension ? DimensionText.Show(dimension, amount) : FormattableString.Invariant($"{amount}");

    /// <summary>A stable id for a matter: 32 hexadecimal digits of a hash over what names it.</summary>
    /// <param name="matter">What names it, and nothing that changes while it lasts.</param>
    public static string IdOf(string matter)
    {
        ArgumentException.ThrowIfNullOrEmpty(matter);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(matter)).AsSpan(0, IdBytes));
    }
}
