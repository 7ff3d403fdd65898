using SafeLlm.Limits;

namespace SafeLlm.Holds;

/// <summary>The limits of one call, each counter once.</summary>
internal static class LimitSet
{
    /// <summary>Both lists; where two name one counter the lower cap counts, so that a call is not charged to it twice.</summary>
    public static Limit[] Combine(ICollection<Limit> first, IReadOnlyCollection<Limit> second)
    {
        List<Limit> all = new(first.Count + second.Count);
        foreach (var limit in first.Concat(second))
        {
            var same = all.FindIndex(other => other.Dimension == limit.Dimension && other.Scope == limit.Scope && Equals(other.Window, limit.Window));
            if (same < 0) all.Add(limit);
            else if (limit.Cap < all[same].Cap) all[same] = limit;
        }

        return [.. all];
    }
}
