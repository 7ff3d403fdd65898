using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Contracts;

/// <summary>Lines are added, in order, each once, and come back as they were.</summary>
public abstract class JournalContract : StoreContract
{
    private IJournal Journal => Stores.Journal!;

    [Fact]
    public async Task Line_OfAnAttempt_ComesBackAsItWas()
    {
        var entry = Attempt("call.1") with
        {
            CallId = "call",
            Scopes = ["app", "key:k1", "user:\"<ä>\n\u001b[31m"],
            Model = "gpt-4.1-mini\u0007",
            Quoted = new Amounts(1_000, 200, NanoUsd.FromDollars(0.02m)),
            Expected = NanoUsd.FromDollars(0.005m),
            Basis = EstimateBasis.Bounded,
            Actual = new Amounts(900, 1L << 53, new NanoUsd(1L << 53), 3),
            IsOverrun = true,
            CatalogHash = "sha256:abc",
        };

        await Journal.AppendAsync(entry, Cancellation);

        AssertSame(entry, Assert.Single(await LinesAsync()));
    }

    [Fact]
    public async Task Line_OfAnOperator_ComesBackAsItWas()
    {
        var entry = new JournalEntry
        {
            Id = "op1",
            At = Start,
            Outcome = JournalOutcome.OperatorAction,
            Action = "budget set app dollars day@UTC $20.00",
            Operator = "alice",
        };

        await Journal.AppendAsync(entry, Cancellation);

        AssertSame(entry, Assert.Single(await LinesAsync()));
    }

    [Fact]
    public async Task Lines_ComeBack_InTheOrderInWhichTheyWereAdded()
    {
        for (var i = 0; i < 50; i++) await Journal.AppendAsync(Attempt($"a{i}") with { At = Start.AddSeconds(i * 17 % 50) }, Cancellation);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"a{i}"), (await LinesAsync()).Select(line => line.Id));
    }

    [Fact]
    public async Task Lines_AreRead_FromAnInstantUpToAnother()
    {
        for (var i = 0; i < 5; i++) await Journal.AppendAsync(Attempt($"a{i}") with { At = Start.AddHours(i) }, Cancellation);

        Assert.Equal(["a1", "a2"], (await LinesAsync(Start.AddHours(1), Start.AddHours(3))).Select(line => line.Id));
        Assert.Empty(await LinesAsync(Start.AddHours(9), Start.AddHours(10)));
    }

    [Fact]
    public async Task Line_AddedAgain_IsOneLine()
    {
        await Journal.AppendAsync(Attempt("a"), Cancellation);
        await Journal.AppendAsync(Attempt("a"), Cancellation);
        await Journal.AppendAsync(Attempt("a") with { Actual = Tokens(999) }, Cancellation);

        Assert.Equal(Tokens(10), Assert.Single(await LinesAsync()).Actual);
    }

    [Fact]
    public async Task Line_OfALeaseThatEndedAndOfItsLateSettle_AreTwo()
    {
        await Journal.AppendAsync(Attempt("a") with { Outcome = JournalOutcome.LeaseEnded }, Cancellation);
        await Journal.AppendAsync(Attempt("a"), Cancellation);

        Assert.Equal([JournalOutcome.LeaseEnded, JournalOutcome.Reported], (await LinesAsync()).Select(line => line.Outcome));
    }

    [Fact]
    public async Task Lines_OfManyTasks_AreAllThere()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await Journal.AppendAsync(Attempt($"t{i}"), Cancellation), Cancellation)));

        Assert.Equal(100, (await LinesAsync()).Select(line => line.Id).Distinct().Count());
    }

    [Fact]
    public async Task Line_OutOfItsRange_IsRefused()
    {
        JournalEntry[] wrong =
        [
            Attempt(""),
            Attempt(new string('x', 513)),
            Attempt("a") with { Actual = null },
            Attempt("a") with { Actual = Tokens(-1) },
            Attempt("a") with { Scopes = [""] },
            Attempt("a") with { Model = new string('m', 513) },
            Attempt("a") with { Outcome = JournalOutcome.OperatorAction, Actual = null },
        ];

        foreach (var entry in wrong) await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Journal.AppendAsync(entry, Cancellation));
        Assert.Empty(await LinesAsync());
    }

    private static JournalEntry Attempt(string id) => new() { Id = id, At = Start, Outcome = JournalOutcome.Reported, Actual = Tokens(10) };

    private async Task<List<JournalEntry>> LinesAsync(DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        List<JournalEntry> lines = [];
        await foreach (var line in Journal.ReadAsync(from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue, Cancellation)) lines.Add(line);
        return lines;
    }

    // Records compare their lists by reference.
    private static void AssertSame(JournalEntry expected, JournalEntry actual)
    {
        Assert.Equal(expected.Scopes, actual.Scopes);
        Assert.Equal(expected, actual with { Scopes = expected.Scopes });
    }
}
