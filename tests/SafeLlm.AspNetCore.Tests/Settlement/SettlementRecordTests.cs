using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Each admitted call is one line of the journal, and soft limits that its charge reaches are told.</summary>
public sealed class SettlementRecordTests
{
    [Fact]
    public async Task AWholeAnswer_IsOneLine()
    {
        await using var host = await StartAsync(() => Chats.Json(Chats.Answer(17, 9)));

        await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();

        var line = Assert.Single(await LinesAsync(host));
        Assert.Equal((JournalOutcome.Reported, 17, 9), (line.Outcome, line.Actual!.Value.InputTokens, line.Actual.Value.OutputTokens));
        Assert.Equal(["key:k-free"], line.Scopes);
        Assert.True(line.Quoted!.Value.Cost.Value >= line.Actual.Value.Cost.Value);
        Assert.Equal(ModelCatalog.Embedded.Hash, line.CatalogHash);
        Assert.NotNull(line.Model);
    }

    [Fact]
    public async Task NothingSent_IsALineOfNothing()
    {
        await using var host = await StartAsync((HttpContext context) => context.Features.GetRequiredFeature<ISafeLlmFeature>().ReportNothingSent());

        await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();

        var line = Assert.Single(await LinesAsync(host));
        Assert.Equal((JournalOutcome.NotSent, new Amounts(0, 0, NanoUsd.Zero, 0)), (line.Outcome, line.Actual!.Value));
    }

    [Fact]
    public async Task AnAnswerWithoutUsage_IsALineByPolicy()
    {
        await using var host = await StartAsync(() => Results.Text("nothing that a meter can read"));

        await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();

        Assert.Equal(JournalOutcome.ByPolicy, Assert.Single(await LinesAsync(host)).Outcome);
    }

    [Fact]
    public async Task ARefusedCall_IsNoLine()
    {
        await using var host = await StartAsync(() => Chats.Json(Chats.Answer()));

        await host.SendUnsignedAsync(TestRequest.Chat());
        await host.IdleAsync();

        Assert.Empty(await LinesAsync(host));
    }

    [Fact]
    public async Task ABudgetThatIsUsedUp_IsToldToTheLogAndToTheSinks()
    {
        var sink = new ChannelSink();
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", (HttpContext context) =>
        {
            context.Features.GetRequiredFeature<ISafeLlmFeature>().ReportUsage(10, 10, 0.85m);
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm())
        {
            // So much money at once is told, too.
            Options = options => options.Anomalies.Enabled = false,
            Services = services => services.AddSingleton<IAlertSink>(sink),
        });

        await host.SendAsync(TestRequest.Chat());
        await host.IdleAsync();

        Assert.Equal(("50% of daily budget consumed", "key:k-free"), await sink.NextAsync());
        Assert.Equal(("80% of daily budget consumed", "key:k-free"), await sink.NextAsync());
        Assert.Contains("80% of daily budget consumed (key:k-free: $0.85 of $1.00)", host.Log.All, StringComparison.Ordinal);
    }

    private static Task<VerifierHost> StartAsync(Delegate answer) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", answer).RequireSafeLlm()));

    private static async Task<IReadOnlyList<JournalEntry>> LinesAsync(VerifierHost host)
    {
        List<JournalEntry> lines = [];
        await foreach (var line in host.Stores.Journal!.ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken)) lines.Add(line);
        return lines;
    }
}
