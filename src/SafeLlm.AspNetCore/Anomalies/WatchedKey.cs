using SafeLlm.Anomalies;

namespace SafeLlm.AspNetCore;

/// <summary>A key whose usage is watched, and what has followed on it. Its members are changed under its lock.</summary>
internal sealed class WatchedKey(DateTimeOffset firstAt)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly long[] toldIn = new long[Enum.GetValues<AnomalyKind>().Length];
    private DateTimeOffset frozenAt;
    private int freezes;
    private bool awaitsOperator;
    private DateTimeOffset? frozenUntil;
    private DateTimeOffset slowUntil;
    private DateTimeOffset nextAt;
    private IReadOnlyList<UsageDay> saved = [];
    private SeenNonces? seen;
    private int loading;
    private DateTimeOffset loadsAt;
    private volatile Tier? usedIn;
    private volatile bool isUsed;

    public UsageBaseline Baseline { get; } = new(firstAt);

    public Lock Gate { get; } = new();

    /// <summary>True once: what a store has kept is to be loaded.</summary>
    public bool BeginsLoading(DateTimeOffset now) => loading == 0 && now >= loadsAt && Interlocked.Exchange(ref loading, 1) == 0;

    /// <summary>It could not be loaded: it is tried again, not before an instant.</summary>
    public void LoadsAgain(DateTimeOffset at)
    {
        loadsAt = at;
        Volatile.Write(ref loading, 0);
    }

    /// <summary>What its tier allows, as of its last call.</summary>
    public UsageNorm Norm => usedIn?.Norm ?? default;

    /// <summary>It was called.</summary>
    public void Use(Tier tier)
    {
        if (!ReferenceEquals(usedIn, tier)) usedIn = tier;
        if (!isUsed) isUsed = true;
    }

    /// <summary>True where it was called since the last time, or has something to take back.</summary>
    public bool TakeUsed(DateTimeOffset now)
    {
        lock (Gate)
        {
            // The end of a freeze is no call: what other nodes add to theirs would stay.
            if (frozenUntil <= now) Resume(now);
            if (!isUsed) return false;
            isUsed = false;
            return true;
        }
    }

    /// <summary>What was counted here within the last hour, for other nodes. What it was frozen for is dealt with, and counts nowhere any more.</summary>
    public IReadOnlyList<UsagePart> RecentParts(DateTimeOffset now)
    {
        lock (Gate) return awaitsOperator || frozenUntil is not null ? [] : Baseline.RecentParts(now);
    }

    /// <summary>What was taken could not be shared: it is taken again.</summary>
    public void NotShared()
    {
        lock (Gate) (saved, isUsed) = ([], true);
    }

    /// <summary>It is frozen until an instant, or longer, by what was seen here or elsewhere.</summary>
    public void Rest(DateTimeOffset until)
    {
        if (frozenUntil >= until) return;
        (frozenUntil, isUsed) = (until, true);
    }

    /// <summary>The days to keep that have changed since the last time; null where none has.</summary>
    public IReadOnlyList<UsageDay>? TakeChanged()
    {
        var days = Baseline.RecentDays();
        lock (Gate)
        {
            if (days.SequenceEqual(saved)) return null;
            saved = days;
            return days;
        }
    }

    /// <summary>Whether an anomaly of a kind was not told yet in this hour.</summary>
    public bool IsNew(AnomalyKind kind, DateTimeOffset now)
    {
        var hour = now.UtcTicks / Hour.Ticks;
        if (toldIn[(int)kind] == hour) return false;
        toldIn[(int)kind] = hour;
        return true;
    }

    /// <summary>Freezes it for longer each time within a day. Null where it is frozen already.</summary>
    public DateTimeOffset? Freeze(TimeSpan atFirst, DateTimeOffset now)
    {
        if (frozenUntil > now) return null;
        freezes = now - frozenAt < Day ? freezes + 1 : 1;
        frozenAt = now;
        var length = atFirst * Math.Pow(2, Math.Min(freezes - 1, 16));
        frozenUntil = now + (length < Day ? length : Day);
        return frozenUntil;
    }

    /// <summary>It waits for an operator. The next call that is let through tells that one has looked at it.</summary>
    public void AwaitOperator() => awaitsOperator = true;

    /// <summary>An operator has looked at it: what was before is forgiven.</summary>
    public void Wake()
    {
        isUsed = true;
        frozenUntil = null;
        awaitsOperator = false;
        Baseline.Forgive();
    }

    /// <summary>Slows it. Null where it is slowed already.</summary>
    public DateTimeOffset? Slow(TimeSpan length, DateTimeOffset now)
    {
        var isNew = slowUntil <= now;
        slowUntil = now + length;
        return isNew ? slowUntil : null;
    }

    /// <summary>Until when its next call has to wait because it is slowed; null where it need not.</summary>
    public DateTimeOffset? WaitsUntil(DateTimeOffset now) => slowUntil > now && nextAt > now ? nextAt : null;

    /// <summary>Whether a call is no copy of one that was noted before, be it let through or refused unread.</summary>
    public bool IsFirst(IncomingCall call)
    {
        // Without a limit nothing is refused unread, and whatever is let through has claimed its nonce.
        if (call.Limits.All.Length == 0 || call is not { Tier: { } tier, Signature.Nonce: { } nonce }) return true;
        seen ??= new SeenNonces(tier.Norm.RequestsPerHour, call.Now);
        return seen.Add(nonce.Nonce, call.Now);
    }

    /// <summary>A call was let through.</summary>
    public void LetThrough(TimeSpan apart, DateTimeOffset now)
    {
        nextAt = now + apart;
        Resume(now);
    }

    /// <summary>A key that may call has called. Where a freeze has ended since, what was before it is forgiven.</summary>
    public void Resume(DateTimeOffset now)
    {
        if (!awaitsOperator && (frozenUntil > now || frozenUntil is null)) return;
        awaitsOperator = false;
        frozenUntil = null;
        isUsed = true;
        Baseline.Forgive();
    }
}
