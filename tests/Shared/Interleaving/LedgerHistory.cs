using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Ledgers;

namespace SafeLlm.Tests.Interleaving;

/// <summary>
/// A small concurrent program on one ledger, and what each operation was answered. It is right if the operations, one after the
/// other in some order that agrees with who had answered before whom was asked, would have been answered the same by the specification.
/// </summary>
internal sealed class LedgerHistory
{
    private static readonly DateTimeOffset Start = new(2027, 6, 16, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider time = new(Start);
    private readonly SafeLlmStores stores;
    private readonly Limit[] limits;
    private readonly List<LedgerOperation> before = [];
    private readonly LedgerOperation[][] threads;
    private int clock;

    public LedgerHistory(Random random)
    {
        stores = InMemoryStoreHostExtensions.InMemory(time);
        Limit[] all =
        [
            Limit.Tokens(100).PerHour(), Limit.Tokens(120).PerDay().For("user:1"),
            Limit.Dollars(0.0000001m).PerDay(), Limit.ConcurrentCalls(2).For("user:1"), Limit.Tokens(90).PerMonth().For("key:k"),
        ];
        limits = [.. all.Where(_ => random.Next(2) == 0).DefaultIfEmpty(all[0])];
        for (var i = random.Next(4); i > 0; i--) before.Add(Next(random));
        threads = [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random)).ToArray())];
        if (threads.Sum(operations => operations.Length) > 6) threads = threads[..2];
    }

    public void Run(InterleavedSchedule schedule)
    {
        foreach (var operation in before) Run(operation);
        schedule.Run([.. threads.Select<LedgerOperation[], Action>(operations => () => Array.ForEach(operations, Run))]);
    }

    /// <summary>Null where some order explains all answers; else the program.</summary>
    public string? Explain() => HasOrder([], new int[threads.Length])
        ? null
        : $"no order explains the answers at [{string.Join("; ", limits.AsEnumerable())}]\nbefore: {string.Join("; ", before)}\n"
            + string.Join('\n', threads.Select((operations, i) => $"thread {i}: {string.Join("; ", operations.Select(operation => $"{operation} [{operation.Asked}-{operation.Answered}]"))}"));

    private static LedgerOperation Next(Random random)
    {
        // The one hold whose lease is short is "s": where several leases end at once, each is an event of its own.
        var kind = (LedgerOperationKind)random.Next(6);
        var id = random.Next(8) == 0 ? "s" : $"{(char)('a' + random.Next(3))}";
        return new LedgerOperation(kind, id, random.Next(1, 13) * 5);
    }

    private void Run(LedgerOperation operation)
    {
        operation.Asked = ++clock;
        operation.AskedAt = time.GetUtcNow();
        operation.Answer = Ask(operation);
        operation.AnsweredAt = time.GetUtcNow();
        operation.Answered = ++clock;
    }

    // The ledger in memory answers at once.
    private string Ask(LedgerOperation operation)
    {
        var ledger = stores.Ledger;
        switch (operation.Kind)
        {
            case LedgerOperationKind.Hold:
                var result = ledger.HoldAsync(new HoldRequest(operation.Id, limits, Amounts(operation), Lease(operation)), default).AsTask().GetAwaiter().GetResult();
                return result.Outcome + string.Concat(result.Denials.Select(denial => $" {denial.Limit.CounterName} {denial.Spent} {denial.Held}"));
            case LedgerOperationKind.Settle:
                return (ledger.SettleAsync(operation.Id, Amounts(operation), default).AsTask().GetAwaiter().GetResult() with { HasAlerts = false }).ToString();
            case LedgerOperationKind.Release:
                return ledger.ReleaseAsync(operation.Id, default).AsTask().GetAwaiter().GetResult().ToString();
            case LedgerOperationKind.Extend:
                return ledger.ExtendAsync(operation.Id, Long, default).AsTask().GetAwaiter().GetResult().ToString();
            case LedgerOperationKind.Look:
                return string.Join(' ', ledger.ReadAsync(limits, default).AsTask().GetAwaiter().GetResult().Select(state => $"{state.Spent}+{state.Held}"));
            default:
                time.Advance(Short);
                return "";
        }
    }

    private bool HasOrder(List<(LedgerOperation Operation, DateTimeOffset At)> order, int[] done)
    {
        if (!Replay(order)) return false;
        var waiting = threads.Select((operations, i) => done[i] < operations.Length ? operations[done[i]] : null).ToArray();
        if (Array.TrueForAll(waiting, operation => operation is null)) return true;
        for (var i = 0; i < threads.Length; i++)
        {
            // Not before one that had answered when this one was asked.
            if (waiting[i] is not { } next || Array.Exists(waiting, other => other is not null && other.Answered < next.Asked)) continue;
            done[i]++;
            foreach (var at in next.AskedAt == next.AnsweredAt ? [next.AskedAt] : new[] { next.AskedAt, next.AnsweredAt })
            {
                order.Add((next, at));
                if (HasOrder(order, done)) return true;
                order.RemoveAt(order.Count - 1);
            }

            done[i]--;
        }

        return false;
    }

    private bool Replay(List<(LedgerOperation Operation, DateTimeOffset At)> order)
    {
        var specification = new LedgerSpecification(limits);
        foreach (var operation in before)
        {
            if (Ask(specification, operation, operation.AskedAt) != operation.Answer) throw new LedgerMismatchException($"not even alone: {operation}");
        }

        return order.TrueForAll(step => Ask(specification, step.Operation, step.At) == step.Operation.Answer);
    }

    private string Ask(LedgerSpecification specification, LedgerOperation operation, DateTimeOffset at)
    {
        if (operation.Kind == LedgerOperationKind.Pass) return "";
        specification.Touch(at);
        var hold = specification.Holds.LastOrDefault(hold => hold.Id == operation.Id);
        switch (operation.Kind)
        {
            case LedgerOperationKind.Hold when hold is not null:
                return (hold.IsOpen ? HoldOutcome.Held : HoldOutcome.Closed).ToString();
            case LedgerOperationKind.Hold:
                var denials = Enumerable.Range(0, limits.Length).Select(i => (Limit: limits[i], Usage: specification.Usage(i)))
                    .Where(one => Amounts(operation).In(one.Limit.Dimension) > one.Limit.Cap - one.Usage.Least - one.Usage.Held)
                    .Select(one => $" {one.Limit.CounterName} {one.Usage.Least} {one.Usage.Held}").ToArray();
                if (denials.Length > 0) return HoldOutcome.Denied + string.Concat(denials);
                specification.Hold(new SpecifiedHold(operation.Id, [.. Enumerable.Range(0, limits.Length)], Amounts(operation), at, at + Lease(operation), LeaseEnd.Charge));
                return nameof(HoldOutcome.Held);
            case LedgerOperationKind.Settle:
                return (hold is null ? default : specification.Settle(hold, Amounts(operation))).ToString();
            case LedgerOperationKind.Release:
                return (hold is not null && specification.Release(hold)).ToString();
            case LedgerOperationKind.Extend:
                return (hold is not null && specification.Extend(hold, Long)).ToString();
            default:
                return string.Join(' ', Enumerable.Range(0, limits.Length).Select(specification.Usage).Select(usage => $"{usage.Least}+{usage.Held}"));
        }
    }

    private static Amounts Amounts(LedgerOperation operation) => new(operation.Tokens, 0, new NanoUsd(operation.Tokens));

    private static TimeSpan Lease(LedgerOperation operation) => operation.Id == "s" ? Short : Long;
}
