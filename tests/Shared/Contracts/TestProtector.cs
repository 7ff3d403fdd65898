using SafeLlm.Signing;

namespace SafeLlm.Tests.Contracts;

/// <summary>Counts what it opens, and fails where a test says so, as one does that asks a service.</summary>
internal sealed class TestProtector(IKeyProtector inner) : IKeyProtector
{
    private int opened;

    /// <summary>How many secrets it was asked to open.</summary>
    public int Opened => Volatile.Read(ref opened);

    /// <summary>Called before each is opened; what it throws is the protector's failure.</summary>
    public Action? Before { get; set; }

    public byte[] Protect(ReadOnlySpan<byte> secret, KeyBinding binding) => inner.Protect(secret, binding);

    public byte[] Unprotect(ReadOnlySpan<byte> sealedSecret, KeyBinding binding)
    {
        Interlocked.Increment(ref opened);
        Before?.Invoke();
        return inner.Unprotect(sealedSecret, binding);
    }
}
