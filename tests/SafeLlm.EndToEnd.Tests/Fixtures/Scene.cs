using System.Text;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite;
using SafeLlm.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>
/// A real client, a real gateway and a provider double on loopback. However a scene ends, nothing may stay held on either side,
/// no side may have charged less than the provider bills, and nothing that can be read afterwards may hold a secret.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Model = "gpt-4.1-mini";
    public const string KeyId = "k1";

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly SafeLlmStores stores;

    private Scene(SkippingTime time, Transcript transcript, ProviderDouble provider, Gateway gateway, SceneSetup setup)
    {
        Time = time;
        Transcript = transcript;
        Provider = provider;
        Gateway = gateway;
        Wire = new Wire(transcript, setup.Tamper);
        var clientTime = new OffsetTime(time, setup.ClientClock);
        stores = setup.Store is { } file ? SqliteStores.Open(file, clientTime) : InMemoryStoreHostExtensions.InMemory(clientTime);
        ClientLedger = stores.Ledger;
        Options = new SafeLlmClientOptions
        {
            Endpoint = new Uri(gateway.Address, "v1"),
            ApiKey = Secrets.ClientKey,
            SigningKey = Secrets.SigningKey(KeyId),
            Limits = { Limit.Dollars(100m).PerDay(), Limit.Tokens(10_000_000).PerDay(), Limit.ConcurrentCalls(200) },
        };
        Options.UseStores(_ => stores);
        setup.Client?.Invoke(Options);
        Client = SafeLlmClient.Create(Options, Wire, transcript, clientTime);
        Http = new HttpClient(SafeLlmHandler.Create(Options, Wire, transcript, clientTime), disposeHandler: false) { BaseAddress = new Uri(gateway.Address, "v1/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public SkippingTime Time { get; }

    public Transcript Transcript { get; }

    public ProviderDouble Provider { get; }

    public Gateway Gateway { get; }

    public Wire Wire { get; }

    public SafeLlmClientOptions Options { get; }

    public ILedger ClientLedger { get; }

    public SafeLlmClient Client { get; }

    /// <summary>The same pipeline beneath a bare <see cref="HttpClient"/>, for requests that the typed client would not write.</summary>
    public HttpClient Http { get; }

    public static Task PlayAsync(Func<Scene, Task> play) => PlayAsync(new SceneSetup(), play);

    /// <param name="setup">How the scene differs from the plain one.</param>
    /// <param name="play">The scene.</param>
    /// <param name="clientMayMiss">Set where an attacker swallows the answer to a request that ran: its client cannot know.</param>
    public static async Task PlayAsync(SceneSetup setup, Func<Scene, Task> play, bool clientMayMiss = false)
    {
        await using var scene = await StartAsync(setup);
        await play(scene);
        await scene.AssertClosedAsync(clientMayMiss);
    }

    /// <summary>A prompt that can be recognised wherever it leaks.</summary>
    public static string Prompt(string text = "Tell me about rivers.") => $"{Secrets.Prompt} {text}";

    /// <summary>A request as a program would write it that knows nothing of SafeLlm.</summary>
    public static string Body(string more, string? prompt = null, string model = Model) =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt ?? Prompt()}}"}]{{more}}}""";

    /// <summary>Sends a request through the handler.</summary>
    public async Task<HttpResponseMessage> PostAsync(string body, string path = "chat/completions", string mediaType = "application/json")
    {
        try
        {
            return await Http.SendAsync(
                new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, mediaType) },
                HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken);
        }
        catch (Exception failure)
        {
            Transcript.Add(failure.ToString());
            throw;
        }
    }

    /// <summary>Sends what the client would refuse to send, well signed, past the client's pipeline.</summary>
    public Task<HttpResponseMessage> SendSignedAsync(string body, string path = "/v1/chat/completions", string mediaType = "application/json") =>
        SendSignedAsync(Encoding.UTF8.GetBytes(body), path, mediaType);

    /// <inheritdoc cref="SendSignedAsync(string, string, string)"/>
    public async Task<HttpResponseMessage> SendSignedAsync(byte[] body, string path = "/v1/chat/completions", string mediaType = "application/json")
    {
        using var message = SignedMessage.Post(new Uri(Gateway.Address, path), body, KeyId, Time, mediaType);
        using var past = new HttpMessageInvoker(Wire, disposeHandler: false);
        return await past.SendAsync(message, TestContext.Current.CancellationToken);
    }

    /// <summary>Makes a call and takes whatever becomes of it.</summary>
    public async Task<CallOutcome> CallAsync(bool streamed, string? prompt = null, string model = Model, int bound = 100, CancellationToken? cancellation = null)
    {
        var token = cancellation ?? TestContext.Current.CancellationToken;
        var request = new ChatRequest { Model = model, Messages = [PromptMessage.User(prompt ?? Prompt())], MaxOutputTokens = bound };
        var text = new StringBuilder();
        Transcript.Add(request.ToString());
        try
        {
            if (!streamed)
            {
                var answer = await Client.GetResponseAsync(request, token);
                Transcript.Add(answer.ToString());
                return new CallOutcome { Text = answer.Text, FinishReason = answer.FinishReason, Usage = answer.Usage, Cost = answer.Cost, Attempts = answer.Attempts, BoundChange = answer.BoundChange };
            }

            var outcome = new CallOutcome();
            await foreach (var update in Client.GetStreamingResponseAsync(request, token))
            {
                Transcript.Add(update.ToString());
                text.Append(update.Text);
                if (update.IsLast) outcome = new CallOutcome { FinishReason = update.FinishReason, Usage = update.Usage, Cost = update.Cost!.Value, Attempts = update.Attempts, BoundChange = update.BoundChange };
            }

            return outcome with { Text = text.ToString() };
        }
        catch (Exception failure) when (failure is SafeLlmException or HttpRequestException or IOException or OperationCanceledException)
        {
            Transcript.Add(failure.ToString());
            if (failure is SafeLlmException { Refusal: { } refusal }) Transcript.Add(refusal.ToString());
            return new CallOutcome { Text = text.ToString(), Failure = failure };
        }
    }

    /// <summary>What the client's ledger has charged, in nano-dollars.</summary>
    public async Task<long> ClientSpentAsync() => (await StateAsync(ClientLedger, Limit.Dollars(100m).PerDay())).Spent;

    /// <summary>What the gateway's ledger has charged to the key, in nano-dollars.</summary>
    public async Task<long> GatewaySpentAsync()
    {
        await Gateway.IdleAsync();
        return (await StateAsync(Gateway.Ledger, Limit.Dollars(100m).PerDay().For("key:" + KeyId))).Spent;
    }

    /// <summary>Both sides have charged just what the provider bills, in tokens and in dollars.</summary>
    public async Task AssertChargedAsBilledAsync()
    {
        var bill = Provider.Billed;
        var tokens = bill.Sum(item => item.InputTokens + item.OutputTokens);
        Assert.Equal(Provider.BilledTotal.Value, await ClientSpentAsync());
        Assert.Equal(Provider.BilledTotal.Value, await GatewaySpentAsync());
        Assert.Equal(tokens, (await StateAsync(ClientLedger, Limit.Tokens(1).PerDay())).Spent);
        Assert.Equal(tokens, (await StateAsync(Gateway.Ledger, Limit.Tokens(1).PerDay().For("key:" + KeyId))).Spent);
    }

    public static async Task<LimitState> StateAsync(ILedger ledger, Limit limit) =>
        Assert.Single(await ledger.ReadAsync([limit], TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        stores.Dispose();
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
        Transcript.Dispose();
    }

    private static async Task<Scene> StartAsync(SceneSetup setup)
    {
        var time = new SkippingTime(Start);
        var transcript = new Transcript();
        var providerOptions = new ProviderDoubleOptions { ApiKey = Secrets.ProviderKey, Time = time, Answer = _ => $"{Secrets.Answer} Rivers run to the sea." };
        setup.Provider?.Invoke(providerOptions);
        var provider = await ProviderDouble.StartAsync(providerOptions, TestContext.Current.CancellationToken);
        var gateway = await Gateway.StartAsync(provider.Root, time, transcript, verifier => Configure(verifier, setup), setup.Store);
        return new Scene(time, transcript, provider, gateway, setup);
    }

    private static void Configure(SafeLlmVerifierOptions verifier, SceneSetup setup)
    {
        var tier = new SafeLlmTierOptions { RequestsPerMinute = 1_000, TokensPerDay = 10_000_000, DollarsPerDay = 100m, MaxOutputTokens = 8_000 };
        var key = new SafeLlmKeyOptions { KeyId = KeyId, Secret = Secrets.SigningSecret, Tier = "pro", Client = "scenes" };
        setup.Tier?.Invoke(tier);
        setup.Key?.Invoke(key);
        verifier.PublicAuthorities.Add("127.0.0.1:*");
        verifier.Tiers["pro"] = tier;
        verifier.Keys.Add(key);
        setup.Verifier?.Invoke(verifier);
    }

    private async Task AssertClosedAsync(bool clientMayMiss)
    {
        await Gateway.IdleAsync();
        Assert.Equal(0, await ClientLedger.CountHoldsAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await Gateway.Ledger.CountHoldsAsync(TestContext.Current.CancellationToken));
        Assert.True(clientMayMiss || await ClientSpentAsync() >= Provider.BilledTotal.Value, $"The client charged {new NanoUsd(await ClientSpentAsync())}, the provider bills {Provider.BilledTotal}.");
        Assert.True(await GatewaySpentAsync() >= Provider.BilledTotal.Value, $"The gateway charged {new NanoUsd(await GatewaySpentAsync())}, the provider bills {Provider.BilledTotal}.");
        Assert.Equal(0, Provider.FaultsLeft);
        var text = Transcript.Text;
        foreach (var secret in Secrets.All)
        {
            var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
            Assert.True(at < 0, at < 0 ? "" : "A secret shows: " + text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)]);
        }
    }
}
