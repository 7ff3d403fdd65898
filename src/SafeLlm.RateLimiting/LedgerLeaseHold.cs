using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>What a lease holds, and what it is to be settled at when it is disposed.</summary>
public sealed class LedgerLeaseHold
{
    private readonly Lock gate = new();
    private Amounts? actual;

    internal LedgerLeaseHold(Hold hold) => Hold = hold;

    /// <summary>The hold in the ledger.</summary>
    public Hold Hold { get; }

    /// <summary>What was really used. Until it is told, all that is held counts as used.</summary>
    public void Use(Amounts used)
    {
        used.Validate(nameof(used));
        lock (gate) actual = used;
    }

    /// <summary>Nothing was used, not even a request: everything goes back.</summary>
    public void UseNothing() => Use(new Amounts(0, 0, default, 0));

    internal Amounts Used
    {
        get
        {
            lock (gate) return actual ?? Hold.Amounts;
        }
    }
}
