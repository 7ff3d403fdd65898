using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Ledgers;

/// <summary>Runs a program on a ledger and on the specification, and compares every answer.</summary>
public sealed class LedgerModel
{
    private static readonly TimeSpan FurthestBack = TimeSpan.FromHours(20);

    private readonly Limit[] limits = SpecifiedLimits.Create();
    private readonly LedgerSpecification specification;
    private readonly SafeLlmStores stores;
    private readonly FakeTimeProvider time;

    private LedgerModel(SafeLlmStores stores, FakeTimeProvider time)
    {
        (this.stores, this.time) = (stores, time);
        specification = new LedgerSpecification(limits);
    }

    private ILedger Ledger => stores.Ledger;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Runs a program on new stores.</summary>
    /// <exception cref="LedgerMismatchException">The ledger did something else than the specification says.</exception>
    public static async Task RunAsync(LedgerProgram program, Func<TimeProvider, ValueTask<SafeLlmStores>> open)
    {
        var time = new FakeTimeProvider(program.Start);
        using var stores = await open(time);
        var model = new LedgerModel(stores, time);
        for (var i = 0; i < program.Steps.Count; i++)
        {
            try
            {
                await model.RunAsync(program.Steps[i]);
            }
            catch (Exception failure)
            {
                throw new LedgerMismatchException($"step {i} at {time.GetUtcNow():O}: {failure.Message}", failure);
            }
        }

        await model.LookAsync();
        await model.CompareAlertsAsync();
    }

    private async Task RunAsync(LedgerStep step)
    {
        switch (step)
        {
            case LedgerStep.Hold hold:
                await HoldAsync(hold);
                break;
            case LedgerStep.Settle settle when Find(settle.Which) is { } hold:
                var actual = Share(hold.Amounts, settle.Percent);
                Same(specification.Settle(hold, actual), await Ledger.SettleAsync(hold.Id, actual, default) with { HasAlerts = false }, $"settle {hold.Id}");
                break;
            case LedgerStep.Release release when Find(release.Which) is { } hold:
                Same(specification.Release(hold), await Ledger.ReleaseAsync(hold.Id, default), $"release {hold.Id}");
                break;
            case LedgerStep.Extend extend when Find(extend.Which) is { } hold:
                Same(specification.Extend(hold, TimeSpan.FromSeconds(extend.LeaseSeconds)), await Ledger.ExtendAsync(hold.Id, TimeSpan.FromSeconds(extend.LeaseSeconds), default), $"extend {hold.Id}");
                break;
            case LedgerStep.Pass pass:
                time.Advance(TimeSpan.FromMilliseconds(pass.Milliseconds));
                break;
            case LedgerStep.StepBack back:
                var instant = Now - TimeSpan.FromMilliseconds(back.Milliseconds);

                // A clock that was further ahead is a matter of its own (LedgerClockContract): leases are then cut.
                if (specification.Latest - instant < FurthestBack) time.AdjustTime(instant);
                break;
            case LedgerStep.SetCap set:
                limits[set.Limit] = limits[set.Limit].WithCap(SpecifiedLimits.Create()[set.Limit].Cap * set.Percent / 100);
                break;
            case LedgerStep.Look:
                await LookAsync();
                break;
        }
    }

    private async Task HoldAsync(LedgerStep.Hold step)
    {
        var again = step.Again < 0 ? null : Find(step.Again);
        specification.Touch(Now);
        int[] chosen = [.. Enumerable.Range(0, limits.Length).Where(i => (step.Limits & (1 << i)) != 0)];
        var amounts = new Amounts(3 * step.Size, 2 * step.Size, new NanoUsd(step.Size * 50_000_007L));
        var id = again?.Id ?? $"h{specification.Holds.Count}.{Now.UtcTicks}";
        var lease = TimeSpan.FromSeconds(step.LeaseSeconds);
        var result = await Ledger.HoldAsync(new HoldRequest(id, [.. chosen.Select(i => limits[i])], amounts, lease) { OnLeaseEnd = step.OnLeaseEnd }, default);
        if (again is not null)
        {
            Same(again.IsOpen ? HoldOutcome.Held : HoldOutcome.Closed, result.Outcome, $"hold {id} again");
            Same(again.IsOpen ? new Hold(id, again.Amounts, again.TakenAt, again.LeaseEnds) : null, result.Hold, $"hold {id} again");
            return;
        }

        foreach (var i in chosen) CompareDenial(i, amounts.In(limits[i].Dimension), result);
        if (result.Outcome != HoldOutcome.Held)
        {
            Same(HoldOutcome.Denied, result.Outcome, $"hold {id}");
            if (result.Denials.Count == 0) throw new LedgerMismatchException($"hold {id} was denied by no limit");
            return;
        }

        var hold = new SpecifiedHold(id, chosen, amounts, Now, Now + lease, step.OnLeaseEnd);
        Same(new Hold(id, amounts, hold.TakenAt, hold.LeaseEnds), result.Hold, $"hold {id}");
        specification.Hold(hold);
    }

    private void CompareDenial(int i, long asked, HoldResult result)
    {
        var (least, most, held) = specification.Usage(i);
        var denial = result.Denials.SingleOrDefault(denial => denial.Limit.SharesCounterWith(limits[i]));
        var what = $"hold of {asked} at \"{limits[i]}\", of which {least} to {most} is spent and {held} held";
        if (asked > limits[i].Cap - least - held && denial is null) throw new LedgerMismatchException($"{what}: it does not fit, and was not denied");
        if (denial is null) return;
        if (asked <= limits[i].Cap - most - held) throw new LedgerMismatchException($"{what}: it fits, and was denied");
        Same((limits[i], asked, held), (denial.Limit, denial.Asked, denial.Held), what);
        Between(least, denial.Spent, most, what);
        if (specification.TryRoomAt(i, asked, out var room)) Same(room, denial.RoomAt, $"{what}: room");
    }

    private async Task LookAsync()
    {
        specification.Touch(Now);
        Same(specification.OpenCount, await Ledger.CountHoldsAsync(default), "open holds");
        var states = await Ledger.ReadAsync(limits, default);
        for (var i = 0; i < limits.Length; i++)
        {
            var (least, most, held) = specification.Usage(i);
            var what = $"state of \"{limits[i]}\"";
            Same((limits[i], held), (states[i].Limit, states[i].Held), what);
            Between(least, states[i].Spent, most, what);
            Same(limits[i].Window is CalendarWindow calendar ? calendar.SpanAt(Now).End : (DateTimeOffset?)null, states[i].ResetsAt, what);
        }
    }

    private async Task CompareAlertsAsync()
    {
        var told = (await stores.Outbox!.TakeAsync(10_000, TimeSpan.FromMinutes(1), default)).Select(pending => pending.Alert).ToDictionary(alert => alert.Id);
        if (specification.MustTell.Except(told.Keys).Any()) throw new LedgerMismatchException("a soft limit was reached, and nobody was told");
        if (told.Keys.Except(specification.MayTell).FirstOrDefault() is { } id) throw new LedgerMismatchException($"somebody was told of a soft limit that was not reached: {told[id]}");
    }

    // The hold that was asked for so long ago; null where there is none, or where the ledger may have forgotten it.
    private SpecifiedHold? Find(int which)
    {
        var hold = specification.Holds.Count > which ? specification.Holds[^(which + 1)] : null;
        if (hold is null || specification.MayBeForgotten(hold, Now)) return null;
        specification.Touch(Now);
        return hold;
    }

    private static Amounts Share(Amounts amounts, int percent) =>
        new(amounts.InputTokens * percent / 100, amounts.OutputTokens * percent / 100, new NanoUsd(amounts.Cost.Value * percent / 100));

    private static void Same<T>(T expected, T actual, string what)
    {
        if (!Equals(expected, actual)) throw new LedgerMismatchException($"{what}: expected {expected}, but it is {actual}");
    }

    private static void Between(long least, long actual, long most, string what)
    {
        if (actual < least || actual > most) throw new LedgerMismatchException($"{what}: {actual} is spent, and not from {least} to {most}");
    }
}
