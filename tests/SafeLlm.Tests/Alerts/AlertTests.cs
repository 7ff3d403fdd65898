using System.Net;
using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Alerts;

public sealed class AlertTests
{
    private static readonly SigningKey Key = SigningKey.GenerateHmac("alerts");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SoftLimit_Reached_IsLoggedAndDeliveredOnce()
    {
        var sink = new ListSink();
        var world = Budget(sink);
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 1_000, 500);

        for (var i = 0; i < 5; i++) using (await world.Http.SendAsync(World.Request(World.Body()), Cancel)) { }
        await sink.HasAsync(1);
        await world.Handler.Runtime.Alerts!.DeliverAsync(Cancel);

        var alert = Assert.Single(sink.Taken);
        Assert.Equal((AlertKind.BudgetShare, 50, "app"), (alert.Kind, alert.Percent, alert.Scope));
        Assert.Contains("50% of daily budget consumed", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sink_ThatFails_IsTriedAgainUnderTheSameId()
    {
        var sink = new ListSink { Failures = 2 };
        var world = Budget(sink);
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 1_000, 4_000);

        using (await world.Http.SendAsync(World.Request(World.Body()), Cancel)) { }
        while (sink.Taken.Count == 0)
        {
            await world.Handler.Runtime.Alerts!.DeliverAsync(Cancel);
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, sink.Seen.Count);
        Assert.Single(sink.Seen.Distinct());
        Assert.Contains("was not delivered; it is tried again", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outbox_OfAnEarlierProcess_IsDeliveredAtStart()
    {
        var sink = new ListSink();
        var time = new WatchedTime(DateTimeOffset.UnixEpoch);
        var outbox = new InMemoryAlertOutbox(time);
        await outbox.RecordAsync(new Alert("a1", AlertKind.BudgetShare, AlertSeverity.Warning, "50% of daily budget consumed", time.GetUtcNow()), Cancel);
        var nonces = new InMemoryNonceStore(time);
        var options = new SafeLlmClientOptions();
        options.UseStores(_ => new SafeLlmStores(new InMemoryLedger(time, nonces, outbox), nonces) { Outbox = outbox });
        options.AlertSinks.Add(sink);

        using var handler = SafeLlmHandler.Create(options, new FakeProvider(), null, time);
        await sink.HasAsync(1);

        Assert.Equal("a1", sink.Taken[0].Id);
    }

    [Fact]
    public async Task Webhook_Alert_IsSignedWithATagOfItsOwnThatNoRequestPassesFor()
    {
        var received = new FakeProvider { Otherwise = _ => new HttpResponseMessage(HttpStatusCode.NoContent) };
        using var sink = new WebhookAlertSink(new Uri("https://hooks.example.com/alerts?x=1"), Key, handler: received);

        await sink.SendAsync(Sample(), Cancel);

        var request = received.Requests.Single();
        var signable = new ReceivedSignable(request);
        var keys = new SigningKeyRing([new VerifierKey(Key)]);
        var body = System.Text.Encoding.UTF8.GetBytes(request.Body);
        var alerts = new RequestVerifier(new VerifierPolicy { Tag = WebhookAlertSink.Tag });
        var requests = new RequestVerifier(new VerifierPolicy());
        var now = TimeProvider.System.GetUtcNow();
        Assert.True(alerts.VerifyContent(alerts.VerifyHead(signable, keys, now), signable, body).IsVerified);
        Assert.False(requests.VerifyContent(requests.VerifyHead(signable, keys, now), signable, body).IsVerified);
        Assert.False(alerts.VerifyContent(alerts.VerifyHead(signable, keys, now), signable, "{}"u8).IsVerified);
        using var json = System.Text.Json.JsonDocument.Parse(body);
        Assert.Equal(("a1", 1.25m), (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("current").GetDecimal()));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(500)]
    public async Task Webhook_AnswerWithoutSuccess_IsAFailure(int status)
    {
        var received = new FakeProvider { Otherwise = _ => new HttpResponseMessage((HttpStatusCode)status) { Headers = { Location = new Uri("https://elsewhere.example.com/") } } };
        using var sink = new WebhookAlertSink(new Uri("https://hooks.example.com/alerts"), Key, handler: received);

        await Assert.ThrowsAsync<HttpRequestException>(() => sink.SendAsync(Sample(), Cancel).AsTask());

        Assert.Single(received.Requests);
    }

    [Theory]
    [InlineData("http://hooks.example.com/alerts")]
    [InlineData("ftp://hooks.example.com/alerts")]
    public void Webhook_AddressThatIsNotEncrypted_IsRefused(string address) =>
        Assert.Throws<ArgumentException>(() => new WebhookAlertSink(new Uri(address), Key));

    private static Alert Sample() => new("a1", AlertKind.BudgetShare, AlertSeverity.Warning, "50% of daily budget consumed", DateTimeOffset.UnixEpoch)
    {
        Scope = "app",
        Dimension = Dimension.Dollars,
        Percent = 50,
        Current = 1_250_000_000,
        Reference = 2_500_000_000,
    };

    private static World Budget(ListSink sink)
    {
        var world = new World().With(Limit.Dollars(0.01m).PerDay().WithSoftLimits(SoftLimits.At(50)));
        world.Options.AlertSinks.Add(sink);
        return world;
    }

    private sealed class ListSink : IAlertSink
    {
        private readonly List<Alert> taken = [];

        public int Failures { get; set; }

        public List<string> Seen { get; } = [];

        public IReadOnlyList<Alert> Taken
        {
            get
            {
                lock (taken) return [.. taken];
            }
        }

        public async Task HasAsync(int count)
        {
            while (Taken.Count < count)
            {
                Cancel.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
        {
            lock (taken)
            {
                Seen.Add(alert.Id);
                if (Failures-- > 0) throw new InvalidOperationException("The pager is away.");
                taken.Add(alert);
            }

            return ValueTask.CompletedTask;
        }
    }
}
