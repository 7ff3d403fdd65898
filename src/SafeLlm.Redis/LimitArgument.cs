using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>A limit as it was written, and for what that holds: its counter's name says the rest.</summary>
/// <param name="Cap">For which cap.</param>
/// <param name="SoftLimits">For which soft limits.</param>
/// <param name="From">From which instant.</param>
/// <param name="To">Until which.</param>
/// <param name="Kept">What the record of a hold keeps of it.</param>
/// <param name="Named">Its counter's name and its soft limits.</param>
/// <param name="Mark">The cap and the soft limits in short.</param>
internal sealed record LimitArgument(long Cap, SoftLimits SoftLimits, DateTimeOffset From, DateTimeOffset To, ReadOnlyMemory<byte> Kept, ReadOnlyMemory<byte> Named, long Mark)
{
    public bool Fits(Limit limit, DateTimeOffset now) => limit.Cap == Cap && ReferenceEquals(limit.SoftLimits, SoftLimits) && now >= From && now < To;
}
