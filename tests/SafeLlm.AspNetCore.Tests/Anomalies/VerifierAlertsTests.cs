using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Alerts that the verifier records by itself.</summary>
public sealed class VerifierAlertsTests
{
    private readonly ListedAlerts alerts = new();
    private FaultyStores? stores;

    [Fact]
    public async Task StoreThatDoesNotAnswer_IsToldOnceAnHour_ThoughTheStoreCannotKeepIt()
    {
        await using var host = await StartAsync(time => (stores = new FaultyStores(InMemoryStoreHostExtensions.InMemory(time)) { FailsReads = true }).Stores);
        for (var i = 0; i < 3; i++) Assert.Equal(503, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(503, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);

        var told = await AlertsAsync(host, host.Services.GetRequiredService<VerifierAlerts>().Own);
        Assert.Equal(2, told.Count);
        Assert.All(told, alert => Assert.Equal((AlertKind.StoreFailure, AlertSeverity.Limit), (alert.Kind, alert.Severity)));
        Assert.Distinct(told.Select(alert => alert.Id));
    }

    [Fact]
    public async Task CallsThatUsedMoreThanWasHeld_AreToldOnceAnHour()
    {
        await using var host = await StartAsync(InMemoryStoreHostExtensions.InMemory, output: 400);
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);

        await host.IdleAsync();
        var alert = Assert.Single(await AlertsAsync(host, host.Stores.Outbox!));
        Assert.Equal((AlertKind.Overrun, "key:k-free", Dimension.Dollars), (alert.Kind, alert.Scope, alert.Dimension));
        Assert.True(alert.Current > alert.Reference);
    }

    [Fact]
    public async Task WhatTheLastSettlementsTell_IsDeliveredBeforeTheServiceEnds()
    {
        FaultyStores stores = null!;
        await using var host = await StartAsync(time => (stores = new FaultyStores(InMemoryStoreHostExtensions.InMemory(time))).Stores, output: 400);
        stores.FailsSettles = true;
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();
        Assert.DoesNotContain(alerts.Take(), alert => alert.Kind == AlertKind.Overrun);
        stores.FailsSettles = false;

        await host.Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);

        Assert.Single(alerts.Take(), alert => alert.Kind == AlertKind.Overrun);
    }

    [Fact]
    public async Task Journal_NamesTheKeyOfEveryCall_BesideWhoIsCharged()
    {
        await using var host = await StartAsync(InMemoryStoreHostExtensions.InMemory);
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), TestKeys.Pro)).StatusCode);

        await host.IdleAsync();
        List<JournalEntry> lines = [];
        await foreach (var line in ((InMemoryJournal)host.Stores.Journal!).ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken)) lines.Add(line);
        Assert.Equal(["user:tests/42", "key:k-pro"], Assert.Single(lines).Scopes);
    }

    private Task<VerifierHost> StartAsync(Func<TimeProvider, SafeLlmStores> make, int output = 9) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer(17, output))).RequireSafeLlm())
        {
            Stores = make,
            Services = services => services.AddSingleton<IAlertSink>(alerts),
        });

    private async Task<IReadOnlyList<Alert>> AlertsAsync(VerifierHost host, IAlertOutbox outbox)
    {
        await AlertDelivery.Of(outbox, host.Time).DeliverAsync(TestContext.Current.CancellationToken);
        return alerts.Take();
    }
}
