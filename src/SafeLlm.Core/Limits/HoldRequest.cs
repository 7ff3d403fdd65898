using SafeLlm.Signing;

namespace SafeLlm.Limits;

/// <summary>One possible bill: what to set aside, at which limits, for how long.</summary>
/// <param name="OperationId">
/// Names the attempt, so that asking again after a time-out changes nothing. Ours (client: call and attempt; server: the
/// claimed nonce), never a caller's header. 1 to 512 characters.
/// </param>
/// <param name="Limits">All limits that must have room, each counter once, at most 256. Taken from all or from none.</param>
/// <param name="Amounts">What to set aside: the quote's upper end.</param>
/// <param name="Lease">How long the owner has to close or extend the hold: more than 0, at most <see cref="LongestLease"/>.</param>
public sealed record HoldRequest(string OperationId, IReadOnlyList<Limit> Limits, Amounts Amounts, TimeSpan Lease)
{
    private const int LongestId = 512;
    private const int MostLimits = 256;

    // In a box: few requests have one, and it would be as large as all the rest of each.
    private readonly object? nonce;

    /// <summary>The longest lease: 24 hours. A longer attempt extends its hold.</summary>
    public static TimeSpan LongestLease { get; } = TimeSpan.FromHours(24);

    /// <summary>What becomes of the hold when its lease ends.</summary>
    /// <value>The default is <see cref="LeaseEnd.Charge"/>.</value>
    public LeaseEnd OnLeaseEnd { get; init; } = LeaseEnd.Charge;

    /// <summary>
    /// A nonce to claim in the same operation, before anything else. It stays claimed even where a limit denies; where it was
    /// claimed before, nothing is held, not even where the operation id is known. To ask again after a denial, leave it out.
    /// </summary>
    public NonceClaim? Nonce
    {
        get => nonce is NonceClaim claim ? claim : null;
        init => nonce = value;
    }

    /// <summary>Whether there is a nonce, without a look at it.</summary>
    internal bool HasNonce => nonce is not null;

    /// <summary>Checks what a ledger relies on. Every ledger calls it first.</summary>
    /// <exception cref="ArgumentException">A member is missing or out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        CheckId(OperationId, nameof(OperationId));
        CheckLimits(Limits, nameof(Limits));
        var limits = LimitSpan.Of(Limits);
        if (limits.Length > MostLimits)
        {
            throw new ArgumentException($"A hold is taken at no more than {MostLimits} limits; here are {limits.Length}.", nameof(Limits));
        }

        for (var i = 1; i < limits.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (limits[i].SharesCounterWith(limits[j]))
                {
                    throw new ArgumentException($"The limits \"{limits[j]}\" and \"{limits[i]}\" are one counter, which would be charged twice. Give the lower one only.", nameof(Limits));
                }
            }
        }

        Amounts.Validate(nameof(Amounts));
        CheckLease(Lease, nameof(Lease));
        if (OnLeaseEnd is not (LeaseEnd.Charge or LeaseEnd.Release))
        {
            throw new ArgumentOutOfRangeException(nameof(OnLeaseEnd), OnLeaseEnd, "A lease ends with Charge or Release.");
        }
    }

    /// <summary>Checks the id of a hold.</summary>
    /// <exception cref="ArgumentException">It is empty or longer than 512 characters.</exception>
    public static void CheckId(string id, string name)
    {
        if (string.IsNullOrEmpty(id) || id.Length > LongestId)
        {
            throw new ArgumentException($"The id of a hold has 1 to {LongestId} characters; this one has {id?.Length ?? 0}.", name);
        }
    }

    /// <summary>Checks a lease.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0, or above <see cref="LongestLease"/>.</exception>
    public static void CheckLease(TimeSpan lease, string name)
    {
        if (lease <= TimeSpan.Zero || lease > LongestLease)
        {
            throw new ArgumentOutOfRangeException(name, lease, "A lease is longer than 0 and at most 24 hours. Extend the hold of a longer attempt.");
        }
    }

    /// <summary>Checks that there are limits to look at.</summary>
    /// <exception cref="ArgumentException">The list or one of its members is null.</exception>
    public static void CheckLimits(IReadOnlyList<Limit> limits, string name)
    {
        ArgumentNullException.ThrowIfNull(limits, name);
        var span = LimitSpan.Of(limits);
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] is null)
            {
                throw new ArgumentException($"The limit at position {i} is null.", name);
            }
        }
    }
}
