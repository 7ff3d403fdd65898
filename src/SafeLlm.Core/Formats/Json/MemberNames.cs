using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>
/// Finds members that stand twice in an object. It holds the names of the objects that are open, each as a place in the
/// document, and looks at an object's names once, when it closes, by their hashes where they are many: linear in the document.
/// </summary>
internal sealed class MemberNames : IDisposable
{
    // Up to here comparing each with each is cheaper than a table.
    private const int Few = 8;

    // What a document with very many members needed is not kept for the next.
    private const int MostKept = 1024;

    [ThreadStatic]
    private static MemberNames? spare;

    private readonly int[] _starts = new int[StrictJson.MaxDepth + 2];
    private Entry[] _entries = new Entry[32];
    private int _count;
    private int _depth;

    private readonly record struct Entry(int Start, int Length, bool IsEscaped);

    /// <summary>Names of a document; disposed of, they serve the next on this thread.</summary>
    public static MemberNames Rent()
    {
        var names = spare ?? new MemberNames();
        spare = null;
        return names;
    }

    public void Open() => _starts[_depth++] = _count;

    public void Add(int start, int length, bool isEscaped)
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, _entries.Length * 2);
        _entries[_count++] = new Entry(start, length, isEscaped);
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
        (_count, _depth) = (0, 0);
        if (_entries.Length <= MostKept) spare = this;
    }

    private static byte[]? FindAmongFew(ReadOnlySpan<byte> json, ReadOnlySpan<Entry> entries)
    {
        for (var i = 1; i < entries.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (AreEqual(json, entries[i], entries[j])) return Name(json, entries[i]);
            }
        }

        return null;
    }

    private static byte[]? FindAmongMany(ReadOnlySpan<byte> json, ReadOnlySpan<Entry> entries)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries.Length * 2);
        var places = ArrayPool<int>.Shared.Rent(size);
        var hashes = ArrayPool<ulong>.Shared.Rent(entries.Length);
        try
        {
            var table = places.AsSpan(0, size);
            table.Clear();
            for (var i = 0; i < entries.Length; i++)
            {
                hashes[i] = Hash(json, entries[i]);
                var slot = (int)(hashes[i] & (uint)(size - 1));
                for (; table[slot] != 0; slot = (slot + 1) & (size - 1))
                {
                    var other = table[slot] - 1;
                    if (hashes[other] == hashes[i] && AreEqual(json, entries[other], entries[i])) return Name(json, entries[i]);
                }

                table[slot] = i + 1;
            }

            return null;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(places);
            ArrayPool<ulong>.Shared.Return(hashes);
        }
    }

    private static bool AreEqual(ReadOnlySpan<byte> json, in Entry a, in Entry b) =>
        a.IsEscaped || b.IsEscaped
            ? Name(json, a).AsSpan().SequenceEqual(Name(json, b))
            : a.Length == b.Length && json.Slice(a.Start, a.Length).SequenceEqual(json.Slice(b.Start, b.Length));

    private static byte[] Name(ReadOnlySpan<byte> json, in Entry entry)
    {
        var raw = json.Slice(entry.Start, entry.Length);
        if (!entry.IsEscaped) return raw.ToArray();
        var text = new byte[raw.Length];
        return text[..JsonText.Unescape(raw, text)];
    }

    private static ulong Hash(ReadOnlySpan<byte> json, in Entry entry) =>
        NameHash.Of(entry.IsEscaped ? Name(json, entry) : json.Slice(entry.Start, entry.Length));
}
