using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>
/// Finds members that stand twice in an object. It holds the names of the objects that are open, each as a place in the
/// document and a hash, and looks at an object's names once, when it closes: linear in the document.
/// </summary>
internal sealed class MemberNames : IDisposable
{
    // Up to here comparing each with each is cheaper than a table.
    private const int Few = 8;

    private Entry[] _entries = ArrayPool<Entry>.Shared.Rent(32);
    private int[] _starts = ArrayPool<int>.Shared.Rent(StrictJson.MaxDepth + 2);
    private int _count;
    private int _depth;

    private readonly record struct Entry(ulong Hash, int Start, int Length, bool IsEscaped);

    public void Open() => _starts[_depth++] = _count;

    public void Add(ReadOnlySpan<byte> json, int start, int length, bool isEscaped)
    {
        if (_count == _entries.Length) Grow();
        var raw = json.Slice(start, length);
        _entries[_count++] = new Entry(isEscaped ? HashEscaped(raw) : NameHash.Of(raw), start, length, isEscaped);
    }

    /// <summary>Ends the innermost object. Returns the name that it has twice, or null.</summary>
    public byte[]? Close(ReadOnlySpan<byte> json)
    {
        var start = _starts[--_depth];
        var entries = _entries.AsSpan(start, _count - start);
        _count = start;
        return entries.Length <= Few ? FindAmongFew(json, entries) : FindAmongMany(json, entries);
    }

    public void Dispose()
    {
        ArrayPool<Entry>.Shared.Return(_entries);
        ArrayPool<int>.Shared.Return(_starts);
        _entries = [];
        _starts = [];
    }

    private static byte[]? FindAmongFew(ReadOnlySpan<byte> json, ReadOnlySpan<Entry> entries)
    {
        for (var i = 1; i < entries.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (entries[i].Hash == entries[j].Hash && AreEqual(json, entries[i], entries[j])) return Name(json, entries[i]);
            }
        }

        return null;
    }

    private static byte[]? FindAmongMany(ReadOnlySpan<byte> json, ReadOnlySpan<Entry> entries)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries.Length * 2);
        var rented = ArrayPool<int>.Shared.Rent(size);
        try
        {
            var table = rented.AsSpan(0, size);
            table.Clear();
            for (var i = 0; i < entries.Length; i++)
            {
                var slot = (int)(entries[i].Hash & (uint)(size - 1));
                for (; table[slot] != 0; slot = (slot + 1) & (size - 1))
                {
                    ref readonly var other = ref entries[table[slot] - 1];
                    if (other.Hash == entries[i].Hash && AreEqual(json, other, entries[i])) return Name(json, entries[i]);
                }

                table[slot] = i + 1;
            }

            return null;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    private static bool AreEqual(ReadOnlySpan<byte> json, in Entry a, in Entry b) =>
        a.IsEscaped || b.IsEscaped
            ? Name(json, a).AsSpan().SequenceEqual(Name(json, b))
            : json.Slice(a.Start, a.Length).SequenceEqual(json.Slice(b.Start, b.Length));

    private static byte[] Name(ReadOnlySpan<byte> json, in Entry entry)
    {
        var raw = json.Slice(entry.Start, entry.Length);
        if (!entry.IsEscaped) return raw.ToArray();
        var text = new byte[raw.Length];
        return text[..JsonText.Unescape(raw, text)];
    }

    private static ulong HashEscaped(ReadOnlySpan<byte> raw)
    {
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var hash = NameHash.Of(rented.AsSpan(0, JsonText.Unescape(raw, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private void Grow()
    {
        var larger = ArrayPool<Entry>.Shared.Rent(_entries.Length * 2);
        _entries.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<Entry>.Shared.Return(_entries);
        _entries = larger;
    }
}
