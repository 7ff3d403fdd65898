using System.Runtime.InteropServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>92 bits of the hash of a closed hold's id, and its state. Packed: there may be millions.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct ClosedId(IdHash id, ClosedState state)
{
    private const ulong StateMask = 0xF;
    private readonly ulong low = (id.Low & ~StateMask) | (byte)state;

    /// <summary>What its place in the table follows from.</summary>
    public readonly uint High = (uint)id.High;

    public ClosedState State => (ClosedState)(low & StateMask);

    public bool Is(IdHash id) => High == (uint)id.High && (low ^ id.Low) <= StateMask;
}
