using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Keys of a store: how old they may be, how they end, and what happens where one seems stolen.</summary>
public sealed class StoredKeyTests
{
    private static readonly SigningKey Key = TestKeys.Make("k-stored", "stored-secret-of-32-bytes-or-more-5");

    private readonly ShiftingKeys keys = new(new VerifierKey(Key) { Tier = "ENTERPRISE", Client = "acme" });

    private readonly ListedAlerts alerts = new();
    private readonly ListedAlerts applications = new();

    [Fact]
    public async Task Keys_NotSeenForFiveSeconds_CloseTheDoorForEverybody()
    {
        keys.CurrentAt = VerifierHost.Start;
        await using var host = await StartAsync();
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);

        host.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var key in (SigningKey[])[Key, TestKeys.Stranger])
        {
            var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), key));
            Assert.Equal((503, "store_unavailable", "1"), (problem.Status, problem.Code, problem.RetryAfter));
        }

        Assert.Single(host.Log.Of(Microsoft.Extensions.Logging.LogLevel.Error), line => line.Contains("The keys could not be read for 00:00:06", StringComparison.Ordinal));
        await AlertDelivery.Of(host.Services.GetRequiredService<VerifierAlerts>().Own, host.Time).DeliverAsync(TestContext.Current.CancellationToken);
        Assert.Equal(AlertKind.StoreFailure, Assert.Single(applications.Take()).Kind);

        keys.CurrentAt = host.Time.GetUtcNow();
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
    }

    [Fact]
    public async Task AKeyThatDoesNotOpen_IsToldToTheOperatorOnceAndClosesNoDoor()
    {
        keys.Faults = ["The secret of k-other cannot be read: there is no master key to open it with."];
        await using var host = await StartAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(host.Log.Of(Microsoft.Extensions.Logging.LogLevel.Error), line => line.Contains("The secret of k-other cannot be read", StringComparison.Ordinal));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
        var health = await host.Services.GetRequiredService<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        var entry = health.Entries["safellm-stores"];
        Assert.Contains("1 of the keys cannot be used", entry.Description, StringComparison.Ordinal);
        // Whoever may ask for the health of a service reads it: names of keys are for the log.
        Assert.DoesNotContain("k-other", entry.Description, StringComparison.Ordinal);
        Assert.Equal(keys.Faults, entry.Data["key_faults"]);
    }

    [Fact]
    public async Task KeysOfWhichNoneOpens_StopTheStart()
    {
        keys.Remove("k-stored");
        keys.Faults = ["The secret of k-other cannot be read: there is no master key to open it with."];

        Assert.Contains("k-other", (await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(options => options.Keys.Clear()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revocation_CountsForTheNextRequest()
    {
        await using var host = await StartAsync();
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
        keys.Change("k-stored", key => key with { RevokedAt = host.Time.GetUtcNow() });

        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key))).Code);
    }

    [Fact]
    public async Task ExpiryOfAKeyThatNobodyUses_IsAlertedOncePerDayAndMeasured()
    {
        keys.Change("k-stored", key => key with { NotAfter = VerifierHost.Start.AddDays(13.5) });
        await using var host = await StartAsync();
        host.Time.Advance(TimeSpan.FromHours(2));
        var first = await AlertsAsync(host);
        host.Time.Advance(TimeSpan.FromDays(1));
        var second = await AlertsAsync(host);

        Assert.Equal([AlertKind.KeyExpiry], first.Select(alert => alert.Kind));
        Assert.Equal(("API key expires in 14 days", "key:k-stored"), (first[0].Message, first[0].Scope));
        Assert.Equal(["API key expires in 13 days"], second.Select(alert => alert.Message));
        Assert.Equal(TimeSpan.FromDays(12.5) - TimeSpan.FromHours(2), TimeSpan.FromSeconds(Gauge(host)));
    }

    [Fact]
    public async Task Key_UsedFromFarMoreNetworks_IsAlertedAndPasses()
    {
        await using var host = await StartAsync();
        var answers = await CallFromAsync(host, 11);

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        var alert = Assert.Single(await AlertsAsync(host));
        Assert.Equal((AlertKind.Anomaly, "key:k-stored", 11L), (alert.Kind, alert.Scope, alert.Current));
    }

    [Fact]
    public async Task Key_UsedFromFarMoreNetworks_IsFrozenWhereThatIsWantedUntilItIsThawed()
    {
        await using var host = await StartAsync(options => options.KeySpread.Freeze = true);
        var answers = await CallFromAsync(host, 11);
        Assert.Equal("k-stored", await keys.Frozen.Task.WaitAsync(TestContext.Current.CancellationToken));

        Assert.All(answers.Take(10), answer => Assert.Equal(200, (int)answer.StatusCode));
        Assert.Equal("key_revoked", (await Problem.ReadAsync(answers[10])).Code);
        var again = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key));
        Assert.Equal("key_revoked", again.Code);
        Assert.Contains("frozen", again.Detail, StringComparison.Ordinal);
        Assert.Equal(AlertKind.KeyFrozen, Assert.Single(await AlertsAsync(host)).Kind);

        await keys.FreezeAsync("k-stored", null, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
    }

    [Fact]
    public async Task Key_WhoseStoreDidNotTakeTheFreeze_IsFrozenThereOnceItDoes()
    {
        keys.IsBroken = true;
        await using var host = await StartAsync(options => options.KeySpread.Freeze = true);
        await CallFromAsync(host, 11);
        var shared = host.Services.GetRequiredService<SharedWatch>();
        await shared.ShareAsync();
        Assert.Null(keys.Find("k-stored")!.FrozenAt);
        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key))).Code);
        var health = await host.Services.GetRequiredService<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Contains("frozen on this node alone", health.Entries["safellm-stores"].Description, StringComparison.Ordinal);

        keys.IsBroken = false;
        await shared.ShareAsync();

        Assert.Equal(VerifierHost.Start, keys.Find("k-stored")!.FrozenAt);
        Assert.Empty(shared.FrozenHereAlone);
        await keys.FreezeAsync("k-stored", null, TestContext.Current.CancellationToken);
        await shared.ShareAsync();
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
    }

    /// <summary>Whoever has one captured request could lock its owner out with copies from many networks.</summary>
    [Fact]
    public async Task Key_WhoseCopiesComeFromManyNetworks_IsNotItsOwnersFault()
    {
        await using var host = await StartAsync(options => options.KeySpread.Freeze = true);
        var captured = host.Sign(TestRequest.Chat(), Key);
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 14; i++) answers.Add(await host.SendUnsignedAsync(captured.With("test-from", $"203.0.{i}.7")));
        Assert.Equal(200, (int)answers[0].StatusCode);
        foreach (var answer in answers.Skip(1)) Assert.Equal("signature_replayed", (await Problem.ReadAsync(answer)).Code);

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
        Assert.Empty(await AlertsAsync(host));
    }

    [Fact]
    public async Task Key_OfTheConfigurationThatTheStoreNamesToo_IsFrozenItself()
    {
        await using var host = await StartAsync(options =>
        {
            options.Keys.Add(TestKeys.Options(Key, "ENTERPRISE"));
            options.KeySpread.Freeze = true;
        });
        await CallFromAsync(host, 11);

        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key))).Code);
        Assert.Null(keys.Find("k-stored")!.FrozenAt);
    }

    /// <summary>The tool said that it is revoked, and the configuration's went on.</summary>
    [Theory]
    [InlineData("revoked", "key_revoked")]
    [InlineData("frozen", "key_revoked")]
    [InlineData("ended", "key_expired")]
    [InlineData("not yet", "key_expired")]
    public async Task Key_OfBoth_IsWhatTheStricterSays(string state, string code)
    {
        await using var host = await StartAsync(options => options.Keys.Add(TestKeys.Options(Key, "ENTERPRISE")));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
        var now = host.Time.GetUtcNow();
        keys.Change("k-stored", key => state switch
        {
            "revoked" => key with { RevokedAt = now },
            "frozen" => key with { FrozenAt = now },
            "ended" => key with { NotAfter = now },
            _ => key with { NotBefore = now.AddDays(1) },
        });
        Assert.Equal(code, (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key))).Code);

        keys.Change("k-stored", key => new VerifierKey(key.Key));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
    }

    [Fact]
    public async Task Key_OfBoth_EndsWhereTheConfigurationEndsIt()
    {
        await using var host = await StartAsync(options =>
        {
            options.Keys.Add(TestKeys.Options(Key, "ENTERPRISE"));
            options.Keys[^1].RevokedAt = VerifierHost.Start;
        });
        keys.Change("k-stored", key => key with { RevokedAt = VerifierHost.Start.AddDays(1), NotAfter = VerifierHost.Start.AddDays(2) });

        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key))).Code);
        var found = host.Services.GetRequiredService<ISigningKeyStore>().Find("k-stored")!;
        Assert.Equal((VerifierHost.Start, VerifierHost.Start.AddDays(2), "tests"), (found.RevokedAt, found.NotAfter, found.Client));
    }

    [Fact]
    public async Task Keys_OfBoth_AreToldOnceAtTheStartAndWhenTheyAppear()
    {
        await using var host = await StartAsync(options =>
        {
            options.Keys.Add(TestKeys.Options(Key, "ENTERPRISE"));
            options.Keys.Add(TestKeys.Options(TestKeys.Stranger, "ENTERPRISE"));
        });
        Assert.Single(Told("k-stored"));
        Assert.Empty(Told("k-stranger"));

        await keys.AddAsync(new VerifierKey(TestKeys.Stranger), TestContext.Current.CancellationToken);
        host.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(Told("k-stored"));
        Assert.Single(Told("k-stranger"));
        Assert.Empty(host.Services.GetRequiredService<ISigningKeyStore>().Faults);

        IEnumerable<string> Told(string keyId) =>
            host.Log.Of(Microsoft.Extensions.Logging.LogLevel.Warning).Where(line => line.Contains($"The key {keyId} is in the configuration and in the store.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_OfOneNameThatDiffer_AreAnErrorAndTheConfigurationsCountsUntilEitherEnds()
    {
        var configured = TestKeys.Make("k-stored", "another-secret-of-32-bytes-or-more-6");
        await using var host = await StartAsync(options => options.Keys.Add(TestKeys.Options(configured, "ENTERPRISE")));

        Assert.Single(host.Log.Of(Microsoft.Extensions.Logging.LogLevel.Error), line => line.Contains("The key k-stored of the store is another than that of the configuration", StringComparison.Ordinal));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), configured)).StatusCode);
        Assert.Equal("signature_invalid", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), Key))).Code);
        keys.Change("k-stored", key => key with { RevokedAt = host.Time.GetUtcNow() });
        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), configured))).Code);
    }

    [Fact]
    public async Task Key_OfBoth_IsMadeOnceForEachChange()
    {
        await using var host = await StartAsync(options => options.Keys.Add(TestKeys.Options(Key, "ENTERPRISE")));
        var all = host.Services.GetRequiredService<ISigningKeyStore>();
        var first = all.Find("k-stored");
        Assert.Same(first, all.Find("k-stored"));
        Assert.Contains(first, all.All);

        keys.Change("k-stored", key => key with { FrozenAt = VerifierHost.Start });
        Assert.NotSame(first, all.Find("k-stored"));
        Assert.Same(all.Find("k-stored"), all.Find("k-stored"));
    }

    [Fact]
    public async Task NetworkThatKeepsOnFailing_IsAlerted()
    {
        await using var host = await StartAsync(options => options.LockOut.FailuresPerMinute = 1);
        for (var i = 0; i < 60; i++)
        {
            await host.SendAsync(TestRequest.Chat(), TestKeys.Stranger);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var alert = Assert.Single(await AlertsAsync(host));
        Assert.Equal((AlertKind.LockOut, "network:127.0.0.0/24"), (alert.Kind, alert.Scope));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat(), Key)).StatusCode);
    }

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options,
            Stores = time =>
            {
                var stores = InMemoryStoreHostExtensions.InMemory(time) with { Keys = keys };
                AlertDelivery.Of(stores.Outbox!, time).Add(alerts);
                return stores;
            },
            Services = services => services.AddSingleton<IAlertSink>(applications),
            // Where requests seem to come from.
            Before = app => app.Use((context, next) =>
            {
                if (context.Request.Headers["Test-From"] is [{ } from]) context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(from);
                return next(context);
            }),
        });

    private static async Task<List<HttpResponseMessage>> CallFromAsync(VerifierHost host, int networks)
    {
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < networks; i++) answers.Add(await host.SendAsync(TestRequest.Chat().With("test-from", $"203.0.{i}.7"), Key));
        return answers;
    }

    // What was recorded since the last look. The application's own delivery may have brought it already.
    private async Task<IReadOnlyList<Alert>> AlertsAsync(VerifierHost host)
    {
        await host.IdleAsync();
        await AlertDelivery.Of(host.Stores.Outbox!, host.Time).DeliverAsync(TestContext.Current.CancellationToken);
        return alerts.Take();
    }

    private static double Gauge(VerifierHost host)
    {
        var measured = new List<(string?, double)>();
        using var listener = new MeterListener();
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "safellm.verifier.key.expires_in") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => measured.Add((tags[0].Value as string, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        var (keyId, seconds) = Assert.Single(measured);
        Assert.Equal("k-stored", keyId);
        return seconds;
    }
}
