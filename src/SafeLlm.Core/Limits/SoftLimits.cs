using System.Collections;
using SafeLlm.Alerts;

namespace SafeLlm.Limits;

/// <summary>
/// The shares of a limit at which somebody is told, lowest first. Each is recorded once in a run of the limit's window
/// (<see cref="Window.SpanAt"/>), in the same step as the charge that reached it; what was told stays told, also where a
/// later settle gives back or the cap rises. What is held does not count: only what is settled is consumed.
/// </summary>
public sealed class SoftLimits : IReadOnlyList<SoftLimit>, IEquatable<SoftLimits>
{
    private const int Most = 8;
    private readonly SoftLimit[] shares;

    private SoftLimits(SoftLimit[] shares) => this.shares = shares;

    /// <summary>Nobody is told.</summary>
    public static SoftLimits None { get; } = new([]);

    /// <summary>The article's: 50 % a warning, 80 % critical, 100 % the limit.</summary>
    public static SoftLimits Article { get; } = At(50, 80, 100);

    /// <inheritdoc/>
    public int Count => shares.Length;

    /// <inheritdoc/>
    public SoftLimit this[int index] => shares[index];

    /// <summary>Shares with the article's severities: below 80 % a warning, below 100 % critical, 100 % the limit.</summary>
    public static SoftLimits At(params ReadOnlySpan<int> percents)
    {
        var shares = new SoftLimit[percents.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            var severity = percents[i] >= 100 ? AlertSeverity.Limit : percents[i] >= 80 ? AlertSeverity.Critical : AlertSeverity.Warning;
            shares[i] = new SoftLimit(percents[i], severity);
        }

        return Of(shares);
    }

    /// <summary>Chosen shares, in any order.</summary>
    /// <exception cref="ArgumentException">There are more than 8, or one twice.</exception>
    public static SoftLimits Of(params ReadOnlySpan<SoftLimit> shares)
    {
        if (shares.Length > Most)
        {
            throw new ArgumentException($"A limit has at most {Most} soft limits; here are {shares.Length}.", nameof(shares));
        }

        var sorted = shares.ToArray();
        Array.Sort(sorted, static (left, right) => left.Percent.CompareTo(right.Percent));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Percent == sorted[i - 1].Percent)
            {
                throw new ArgumentException($"There are two soft limits at {sorted[i].Percent} percent. Give one.", nameof(shares));
            }
        }

        return new SoftLimits(sorted);
    }

    /// <summary>The highest share, in percent, that an amount reaches; 0 for none. Nothing spent reaches nothing, even of a cap of 0.</summary>
    public int Reached(long spent, long cap)
    {
        // Below this, neither side can overflow.
        const long exact = 1L << 56;
        var reached = 0;
        if (spent > 0)
        {
            for (var i = 0; i < shares.Length && (spent < exact && cap < exact ? spent * 100 >= cap * shares[i].Percent : (Int128)spent * 100 >= (Int128)cap * shares[i].Percent); i++)
            {
                reached = shares[i].Percent;
            }
        }

        return reached;
    }

    /// <inheritdoc/>
    public IEnumerator<SoftLimit> GetEnumerator() => shares.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both tell the same at the same shares.</summary>
    public bool Equals(SoftLimits? other) => other is not null && (ReferenceEquals(shares, other.shares) || shares.AsSpan().SequenceEqual(other.shares));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SoftLimits);

    /// <inheritdoc/>
    public override int GetHashCode() => shares.Length == 0 ? 0 : HashCode.Combine(shares.Length, shares[0], shares[^1]);

    /// <summary>The shares: <c>50 %, 80 %, 100 %</c>.</summary>
    public override string ToString() => string.Join(", ", shares.Select(share => FormattableString.Invariant($"{share.Percent} %")));
}
