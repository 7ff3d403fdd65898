using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>
/// Keyed MAC objects for reuse: setting the key again is half the cost of a MAC over a header. One table for all keys, each
/// in one of a few places, so that native memory stays bounded however many keys there are.
/// </summary>
internal static class MacCache
{
    private const int Size = 1024;
    private static readonly Entry?[] Entries = new Entry?[Size];

    /// <summary>Takes a MAC of that key out of the table, or makes one. Nobody else has it until it is returned.</summary>
    public static Entry Rent(HmacSha256Material key)
    {
        // A processor's own place: two threads seldom want the same one, and if so the second makes a MAC of its own.
        var place = (uint)(RuntimeHelpers.GetHashCode(key) + (Thread.GetCurrentProcessorId() * 127)) % Size;
        var entry = Interlocked.Exchange(ref Entries[place], null);
        if (entry?.Key == key) return entry;
        entry?.Hash.Dispose();
        return new Entry(key, key.CreateMac(), place);
    }

    /// <summary>Puts it back, reset. Not called where hashing threw: then the object is left to the collector.</summary>
    public static void Return(Entry entry) => Interlocked.Exchange(ref Entries[entry.Place], entry)?.Hash.Dispose();

    internal sealed class Entry(HmacSha256Material key, IncrementalHash hash, uint place)
    {
        public HmacSha256Material Key { get; } = key;

        public IncrementalHash Hash { get; } = hash;

        public uint Place { get; } = place;
    }
}
