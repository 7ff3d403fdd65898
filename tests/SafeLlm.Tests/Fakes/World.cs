using System.Text;
using Microsoft.Extensions.Logging.Testing;
using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Pipeline;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Fakes;

/// <summary>A client with a provider, a ledger, a clock and a log of its own.</summary>
internal sealed class World
{
    public const string Model = "gpt-4.1-mini";
    public const string Chat = "https://api.openai.com/v1/chat/completions";
    public const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";

    private SafeLlmHandler? handler;
    private int ids;

    public World()
    {
        var nonces = new InMemoryNonceStore(Time);
        Outbox = new InMemoryAlertOutbox(Time);
        Ledger = new InMemoryLedger(Time, nonces, Outbox);
        Options.UseStores(_ => new SafeLlmStores(Store ?? Ledger, nonces) { Journal = Journal, Outbox = Outbox });
    }

    public WatchedTime Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public FakeProvider Provider { get; } = new();

    public FakeLogCollector Log { get; } = new();

    public InMemoryLedger Ledger { get; }

    public InMemoryAlertOutbox Outbox { get; }

    public InMemoryJournal Journal { get; } = new();

    /// <summary>Where measurements go, where a test listens.</summary>
    public SafeLlm.Telemetry.ClientMetrics? Metrics { get; init; }

    /// <summary>What the client sees as its ledger, where it is not <see cref="Ledger"/> itself.</summary>
    public ILedger? Store { get; init; }

    public SafeLlmClientOptions Options { get; } = new();

    public SafeLlmHandler Handler => handler ??= SafeLlmHandler.Create(Options, Provider, new FakeLoggerFactory(Log), Sources);

    public HttpClient Http => new(Handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public ClientSources Sources => new(Time, () => 0.5, () => $"call{Interlocked.Increment(ref ids)}", Metrics: Metrics);

    public SafeLlmClient Client()
    {
        Options.Endpoint ??= new Uri("https://api.openai.com/v1");
        return SafeLlmClient.Create(Options, Provider, new FakeLoggerFactory(Log), Sources);
    }

    /// <summary>A limit in dollars for the day, so that there is something to hold against.</summary>
    public World With(Limit limit)
    {
        Options.Limits.Add(limit);
        return this;
    }

    public async Task<LimitState> StateAsync(Limit? limit = null) =>
        (await Ledger.ReadAsync([limit ?? Options.Limits[0]], CancellationToken.None))[0];

    /// <summary>The lines of the journal.</summary>
    public async Task<IReadOnlyList<JournalEntry>> LinesAsync()
    {
        List<JournalEntry> lines = [];
        await foreach (var line in Journal.ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, CancellationToken.None)) lines.Add(line);
        return lines;
    }

    public ValueTask<int> OpenHoldsAsync() => Ledger.CountHoldsAsync(CancellationToken.None);

    public static ModelPrice Price => ModelCatalog.Embedded.TryFind(Model, out var price) ? price : throw new InvalidOperationException("The catalog lost its model.");

    public static string Body(int? bound = 100, bool stream = false, string prompt = "Say hello.", string model = Model) =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}]{{(bound is null ? "" : $",\"max_completion_tokens\":{bound}")}}{{(stream ? ",\"stream\":true" : "")}}}""";

    public static HttpRequestMessage Request(string body, string uri = Chat) => new(HttpMethod.Post, uri)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    /// <summary>Sends in the background while the clock runs, so that waits end.</summary>
    public async Task<HttpResponseMessage> SendWhileTimePassesAsync(HttpRequestMessage request, TimeSpan step, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        var sending = Http.SendAsync(request, completion, TestContext.Current.CancellationToken);
        while (!sending.IsCompleted)
        {
            // The clock moves only where the call waits for it: a busy machine must not look like a slow provider.
            if (Time.Pauses + Provider.Silent + Handler.Runtime.Pacers.Waiting > 0) Time.Advance(step);
            await Task.Yield();
        }

        return await sending;
    }

    /// <summary>Everything that was logged, exceptions included.</summary>
    public string LogText => string.Join('\n', Log.GetSnapshot().Select(record => $"{record.Message} {record.Exception}"));
}
