namespace SliceSimulator;

/// <summary>
/// A day of calls over regions that lease slices from a parent. A slice is a hold at the parent: it is charged when it is
/// granted, and what is left of it goes back with the day. A region that crashes with its store intact goes on with what it had;
/// one that comes back empty finds its lease at the parent still open, and spends that slice as if it were whole, until the
/// parent has ended it.
/// </summary>
internal sealed class Day(DaySetup setup, Random random)
{
    private readonly Region[] regions = [.. Enumerable.Range(0, DaySetup.Regions).Select(_ => new Region())];
    private readonly Queue<(int At, Region Region, int Lease)> leaseEnds = new();
    private int granted;
    private int spent;
    private int refusedThoughFree;
    private int operations;

    public DayResult Run()
    {
        var crashes = Enumerable.Range(0, setup.Crashes).Select(_ => random.Next(DaySetup.Asked)).ToHashSet();
        for (var call = 0; call < DaySetup.Asked; call++)
        {
            if (crashes.Contains(call)) Crash(random.Next(DaySetup.Regions), call);
            while (leaseEnds.TryPeek(out var end) && end.At <= call) EndLease(leaseEnds.Dequeue());
            Ask(Skewed());
        }

        return new DayResult(Math.Max(0, spent - DaySetup.Budget), refusedThoughFree, Math.Max(0, DaySetup.Budget - spent), operations);
    }

    private void Ask(Region region)
    {
        if (region.Left == 0 && granted < DaySetup.Budget)
        {
            operations++;
            region.Slice = region.Left = Math.Min(setup.Slice, DaySetup.Budget - granted);
            region.Lease++;
            granted += region.Left;
        }

        if (region.Left > 0)
        {
            region.Left--;
            spent++;
        }
        else if (regions.Any(other => other.Left > 0))
        {
            refusedThoughFree++;
        }
    }

    private void Crash(int index, int call)
    {
        var region = regions[index];
        if (!setup.IsStoreLost) return;

        // It finds nothing, asks the parent for its open lease and takes that for unspent.
        region.Left = region.Slice;
        operations++;
        leaseEnds.Enqueue((call + setup.LeaseLength, region, region.Lease));
    }

    // The parent ends the lease in full; a region that still spends it has to ask anew.
    private void EndLease((int At, Region Region, int Lease) end)
    {
        operations++;
        if (end.Region.Lease == end.Lease) end.Region.Left = 0;
    }

    // Half of the calls come to one region in eight: budgets are never used evenly.
    private Region Skewed() => regions[random.Next(2) == 0 ? 0 : random.Next(regions.Length)];
}
