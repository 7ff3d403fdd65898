using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SafeLlm.Signing;

/// <summary>
/// One part of an <see cref="InMemoryNonceStore"/>: an open-addressing table from a nonce's hash to its end. Twenty bytes a
/// place; an ended entry's place is taken by a later one, so that a steady load never rebuilds the table.
/// </summary>
internal sealed class NonceShard
{
    private const int SmallestCapacity = 16;

    private readonly Lock _lock = new();
    private Entry[] _entries = [];

    // Places ever taken since the last rebuild, ended entries included: what bounds the length of a search.
    private int _taken;
    private bool _isClosed;

    public long TableBytes
    {
        get
        {
            lock (_lock) return (long)_entries.Length * Unsafe.SizeOf<Entry>();
        }
    }

    public NonceOutcome Claim(UInt128 hash, long now, long until, LiveCount perKey, LiveCount all)
    {
        lock (_lock)
        {
            if (Find(hash, now, out var place)) return NonceOutcome.Replayed;
            if (_isClosed) return NonceOutcome.Full;
            if (!perKey.TryAdd(now, until)) return NonceOutcome.Full;
            if (!all.TryAdd(now, until))
            {
                perKey.Remove(until);
                return NonceOutcome.Full;
            }

            // Three quarters: the searches stay short.
            if (place < 0 || (_entries[place].IsEmpty && (_taken + 1) * 4 > _entries.Length * 3))
            {
                Rebuild(now);
                _ = Find(hash, now, out place);
            }

            if (_entries[place].IsEmpty) _taken++;
            _entries[place] = new Entry(hash, until);
            return NonceOutcome.Claimed;
        }
    }

    /// <summary>The live entries, and no other after them: what is claimed behind the copy would be unknown to whoever takes it in.</summary>
    public List<(UInt128 Hash, uint Until)> Close(long now)
    {
        lock (_lock)
        {
            _isClosed = true;
            var live = new List<(UInt128, uint)>();
            foreach (ref readonly var entry in _entries.AsSpan())
            {
                if (!entry.IsEmpty && entry.Until > now) live.Add((entry.Hash, (uint)entry.Until));
            }

            return live;
        }
    }

    /// <summary>Whether a live entry has this hash; if not, where it can be put. The search goes on past ended entries.</summary>
    private bool Find(UInt128 hash, long now, out int place)
    {
        place = -1;
        if (_entries.Length == 0) return false;

        // The hash's low half scaled to the table: any length will do, so that the table need not double to grow.
        for (var i = (int)(((ulong)(uint)hash * (uint)_entries.Length) >> 32); ; i = i + 1 == _entries.Length ? 0 : i + 1)
        {
            ref readonly var entry = ref _entries[i];
            if (entry.IsEmpty)
            {
                if (place < 0) place = i;
                return false;
            }

            var live = entry.Until > now;
            if (live && entry.Is(hash)) return true;
            if (!live && place < 0) place = i;
        }
    }

    /// <summary>Keeps the live entries, in a table that they half fill: 40 bytes each, and 27 when it is full again.</summary>
    private void Rebuild(long now)
    {
        var live = 0;
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (!entry.IsEmpty && entry.Until > now) live++;
        }

        var old = _entries;
        _entries = new Entry[Math.Max(SmallestCapacity, (live + 1) * 2)];
        _taken = 0;
        foreach (ref readonly var entry in old.AsSpan())
        {
            if (entry.IsEmpty || entry.Until <= now) continue;
            _ = Find(entry.Hash, now, out var place);
            _entries[place] = entry;
            _taken++;
        }
    }

    /// <remarks>Packed: the runtime would pad twenty bytes to thirty-two.</remarks>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly struct Entry(UInt128 hash, long until)
    {
        private readonly ulong _high = (ulong)(hash >> 64);
        private readonly ulong _low = (ulong)hash;

        // Seconds since 1970, until the year 2106. 0 marks a place that was never taken.
        private readonly uint _until = checked((uint)until);

        public bool IsEmpty => _until == 0;

        public long Until => _until;

        public UInt128 Hash => new(_high, _low);

        public bool Is(UInt128 hash) => _low == (ulong)hash && _high == (ulong)(hash >> 64);
    }
}
