using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Tests.Gate;

/// <summary>Byte locks of a system that refuses one of them.</summary>
internal sealed class FailingBytes(IByteLocks locks) : IByteLocks
{
    private int left;

    /// <summary>Of the locks that are asked for from now on, this one fails.</summary>
    public void FailAt(int number) => left = number;

    public bool TryLock(long at)
    {
        Count();
        return locks.TryLock(at);
    }

    public void Lock(long at)
    {
        Count();
        locks.Lock(at);
    }

    public void Unlock(long at) => locks.Unlock(at);

    private void Count()
    {
        if (left > 0 && --left == 0) throw new IOException("No locks.");
    }
}
