using System.Buffers.Binary;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>The holds of a file.</summary>
internal sealed class HoldRows(StoreConnection connection)
{
    private const int ShareLength = 16;
    private const string Columns = "id, phase, input_tokens, output_tokens, nanos, requests, taken_at, due, on_lease_end, shares";

    // Before all holds.
    private static readonly (long Due, string Id) Start = (long.MinValue, "");

    private long? earliestDue;
    private (long Due, string Id) left = Start;

    /// <summary>When the next hold that is not closed is due; far away where there is none.</summary>
    public long EarliestDue => earliestDue ??= ReadEarliestDue();

    public StoredHold? Find(string id)
    {
        var select = connection.Statement($"SELECT {Columns} FROM holds WHERE id = ?").Bind(1, id);
        var hold = select.Step() ? Read(select) : null;
        select.Reset();
        return hold;
    }

    /// <summary>False where the id is taken.</summary>
    public bool TryAdd(StoredHold hold)
    {
        Span<byte> shares = hold.Shares.Length <= 32 ? stackalloc byte[hold.Shares.Length * ShareLength] : new byte[hold.Shares.Length * ShareLength];
        Write(hold.Shares, shares);
        var added = connection.Statement($"INSERT OR IGNORE INTO holds ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(1, hold.Id).Bind(2, (long)hold.Phase)
            .Bind(3, hold.Amounts.InputTokens).Bind(4, hold.Amounts.OutputTokens).Bind(5, hold.Amounts.Cost.Value).Bind(6, hold.Amounts.Requests)
            .Bind(7, hold.TakenAt).Bind(8, hold.Due).Bind(9, (long)hold.OnLeaseEnd).Bind(10, (ReadOnlySpan<byte>)shares)
            .Run() == 1;
        if (added && earliestDue is { } earliest)
        {
            earliestDue = Math.Min(earliest, hold.Due);
            LookAgainFrom(hold.Due);
        }

        return added;
    }

    public void Reschedule(string id, HoldPhases phase, long due)
    {
        _ = connection.Statement("UPDATE holds SET phase = ?, due = ? WHERE id = ?").Bind(1, (long)phase).Bind(2, due).Bind(3, id).Run();
        earliestDue = null;
        LookAgainFrom(due);
    }

    /// <summary>Its owner has closed it: what is left of it is its id and how it ended, until an instant.</summary>
    public void Close(StoredHold hold, HoldPhases ending, long until)
    {
        _ = connection.Statement("UPDATE holds SET phase = ?, due = ?, input_tokens = 0, output_tokens = 0, nanos = 0, requests = 0, taken_at = 0, shares = x'' WHERE id = ?")
            .Bind(1, (long)(HoldPhases.Closed | ending)).Bind(2, until).Bind(3, hold.Id).Run();
        if (hold.Due <= earliestDue)
        {
            earliestDue = null;
        }
    }

    public void Remove(string id)
    {
        _ = connection.Statement("DELETE FROM holds WHERE id = ?").Bind(1, id).Run();
        earliestDue = null;
    }

    /// <summary>Leaves a hold that is due, and all that were due before it, to a process that can close it, until <see cref="LookAgain"/>.</summary>
    public void Leave(StoredHold hold)
    {
        left = (hold.Due, hold.Id);
        earliestDue = null;
    }

    /// <summary>Looks again at what was left.</summary>
    public void LookAgain()
    {
        if (left != Start)
        {
            left = Start;
            earliestDue = null;
        }
    }

    public List<StoredHold> ReadDue(long now, int most)
    {
        var select = connection.Statement($"SELECT {Columns} FROM holds WHERE phase < 4 AND due <= ? AND (due, id) > (?, ?) ORDER BY due, id LIMIT ?")
            .Bind(1, now).Bind(2, left.Due).Bind(3, left.Id).Bind(4, most);
        var due = new List<StoredHold>();
        while (select.Step())
        {
            due.Add(Read(select));
        }

        select.Reset();
        return due;
    }

    /// <summary>A counter's spending was cleared: what leases had charged in it is not there any more for late settles to correct.</summary>
    public void ClearCharges(StoredCounter counter)
    {
        // A first choice: the bytes may be part of other numbers.
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, counter.Id);
        var select = connection.Statement($"SELECT {Columns} FROM holds WHERE phase < 4 AND phase = ? AND instr(shares, ?) > 0")
            .Bind(1, (long)HoldPhases.Charged).Bind(2, (ReadOnlySpan<byte>)number);
        var charged = new List<StoredHold>();
        while (select.Step())
        {
            charged.Add(Read(select));
        }

        select.Reset();
        foreach (var hold in charged)
        {
            var shares = new byte[hold.Shares.Length * ShareLength];
            Write([.. hold.Shares.Select(share => share.Counter == counter.Id && counter.Clears(share.Slot) ? share with { Slot = StoredShare.Cleared } : share)], shares);
            _ = connection.Statement("UPDATE holds SET shares = ? WHERE id = ?").Bind(1, (ReadOnlySpan<byte>)shares).Bind(2, hold.Id).Run();
        }
    }

    public List<StoredHold> ReadOpen(int most)
    {
        var select = connection.Statement($"SELECT {Columns} FROM holds WHERE phase < 4 AND phase = 0 ORDER BY taken_at LIMIT ?").Bind(1, most);
        var open = new List<StoredHold>();
        while (select.Step())
        {
            open.Add(Read(select));
        }

        select.Reset();
        return open;
    }

    public long CountOpen() => connection.Statement("SELECT count(*) FROM holds WHERE phase < 4 AND phase = 0").Number();

    /// <summary>Drops some ids of closed holds that nobody will ask for again. Whether there may be more.</summary>
    public bool DropClosed(long now, int most) =>
        connection.Statement("DELETE FROM holds WHERE id IN (SELECT id FROM holds WHERE phase >= 4 AND due <= ? LIMIT ?)").Bind(1, now).Bind(2, most).Run() == most;

    /// <summary>After the clock stepped back: nothing waits longer than the longest wait there is.</summary>
    public void Clamp(long latest)
    {
        _ = connection.Statement("UPDATE holds SET due = ? WHERE phase < 4 AND due > ?").Bind(1, latest).Bind(2, latest).Run();
        _ = connection.Statement("UPDATE holds SET due = ? WHERE phase >= 4 AND due > ?").Bind(1, latest).Bind(2, latest).Run();
    }

    public void Forget() => (earliestDue, left) = (null, Start);

    private long ReadEarliestDue()
    {
        var select = connection.Statement("SELECT due FROM holds WHERE phase < 4 AND (due, id) > (?, ?) ORDER BY due, id LIMIT 1").Bind(1, left.Due).Bind(2, left.Id);
        var due = select.Step() ? select.LongOrNull(0) : null;
        select.Reset();
        return due ?? long.MaxValue;
    }

    // What is due before what was left would be passed over.
    private void LookAgainFrom(long due)
    {
        if (due <= left.Due)
        {
            LookAgain();
        }
    }

    private static void Write(StoredShare[] shares, Span<byte> bytes)
    {
        for (var i = 0; i < shares.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[(i * ShareLength)..], shares[i].Counter);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[((i * ShareLength) + 8)..], shares[i].Slot);
        }
    }

    private static StoredHold Read(Statement row)
    {
        var blob = row.Blob(9);
        var shares = new StoredShare[blob.Length / ShareLength];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = new StoredShare(
                BinaryPrimitives.ReadInt64LittleEndian(blob[(i * ShareLength)..]),
                BinaryPrimitives.ReadInt64LittleEndian(blob[((i * ShareLength) + 8)..]));
        }

        return new StoredHold(
            row.Text(0),
            (HoldPhases)row.Long(1),
            new Amounts(row.Long(2), row.Long(3), new NanoUsd(row.Long(4)), row.Long(5)),
            row.Long(6),
            row.Long(7),
            (LeaseEnd)row.Long(8),
            shares);
    }
}
