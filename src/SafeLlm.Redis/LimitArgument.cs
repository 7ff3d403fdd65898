using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>A limit as it was written, and for what that holds: its counter's name says the rest.</summary>
internal sealed record LimitArgument(long Cap, SoftLimits SoftLimits, DateTimeOffset From, DateTimeOffset To, byte[] Bytes)
{
    public bool Fits(Limit limit, DateTimeOffset now) => limit.Cap == Cap && ReferenceEquals(limit.SoftLimits, SoftLimits) && now >= From && now < To;
}
