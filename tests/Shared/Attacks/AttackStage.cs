using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.AspNetCore;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Attacks;

/// <summary>
/// A service on real Kestrel with the article's tiers in front of a model that bills, honest callers of PRO and of FREE, and an attacker. The clock is
/// the stage's own: a day passes as fast as its calls do.
/// </summary>
internal sealed class AttackStage : IAsyncDisposable
{
    private const int HonestCallers = 10;

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;
    private readonly BilledModel attacked = new();
    private readonly BilledModel honestly = new();
    private readonly BilledModel without = new();
    private readonly ConcurrentDictionary<int, int> answers = new();
    private readonly List<(SigningKey Key, bool IsFree)> honest = [];
    private readonly RequestSigner signer;
    private readonly SafeLlmStores stores;
    private readonly Channel<bool> ended = Channel.CreateUnbounded<bool>();
    private HttpClient client = null!;
    private int running;
    private int sent;
    private int shared;
    private HonestCalls paying;
    private HonestCalls free;

    private AttackStage(Action<SafeLlmVerifierOptions>? configure)
    {
        stores = InMemoryStoreHostExtensions.InMemory(Time);
        signer = new RequestSigner(Time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ISigningKeyStore>(Keys);
        builder.Services.AddSafeLlmVerifier(options =>
        {
            options.PublicAuthorities.Add("127.0.0.1:*");
            // Networks are told by a proxy, which is this process.
            options.KnownProxies.Add("127.0.0.1");
            options.RefuseAfterRestart = false;
            ArticleTiers.AddTo(options.Tiers);
            configure?.Invoke(options);
        }).UseStores(_ => stores);
        app = builder.Build();
        app.Use(CountRunningAsync);
        app.UseSafeLlm();
        app.MapPost("/v1/chat/completions", (Delegate)AnswerAsync).RequireSafeLlm();
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public AttackKeys Keys { get; } = new();

    /// <summary>Streams stand still behind their first chunk until it is set or their caller is gone, where it is not null.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public string Authority => client.BaseAddress!.Authority;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, client.BaseAddress!.Port);

    public static async Task<AttackStage> StartAsync(Action<SafeLlmVerifierOptions>? configure, CancellationToken cancellationToken)
    {
        var stage = new AttackStage(configure);
        await stage.app.StartAsync(cancellationToken);
        var address = stage.app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        stage.client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(10) };
        for (var i = 0; i < HonestCallers; i++) stage.honest.Add((stage.Keys.Add($"honest-{i}", i % 2 == 0 ? "PRO" : "FREE"), i % 2 != 0));
        return stage;
    }

    /// <summary>A chat request with that prompt, and without an output bound unless there is one.</summary>
    public static string Chat(string prompt, int? bound = null, bool isStreaming = false) =>
        Chats.Request(prompt, BilledModel.Name, bound is { } tokens ? $"\"max_tokens\":{tokens}," : "", isStreaming ? "\"stream\":true," : "");

    /// <summary>The attacker calls. What it would have cost without SafeLlm is billed, too, unless the key is none.</summary>
    /// <returns>The status.</returns>
    public async Task<int> AttackAsync(SigningKey key, string prompt, string from, bool isLive = true, CancellationToken cancellationToken = default)
    {
        var request = Signed(key, Chat(prompt)).With("x-forwarded-for", from);
        Interlocked.Increment(ref sent);
        if (isLive) _ = without.Answer(request.Body);
        var (status, isShared) = await SendAsync(request, cancellationToken);
        if (isShared) Interlocked.Increment(ref shared);
        answers.AddOrUpdate(status, 1, static (_, count) => count + 1);
        return status;
    }

    /// <summary>Something that the attacker sent past <see cref="AttackAsync"/>.</summary>
    /// <param name="status">The answer's.</param>
    /// <param name="body">What a model would have billed without SafeLlm; null where it would never have seen it.</param>
    public void Count(int status, byte[]? body = null)
    {
        if (body is not null) _ = without.Answer(body);
        Interlocked.Increment(ref sent);
        answers.AddOrUpdate(status, 1, static (_, count) => count + 1);
    }

    /// <summary>Each honest caller asks one question, from a network of its own.</summary>
    public async Task AskHonestlyAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < honest.Count; i++)
        {
            var (key, isFree) = honest[i];
            var (status, _) = await SendAsync(Signed(key, Chat(AttackPrompts.Honest, 300)).With("x-forwarded-for", $"198.51.{i}.7"), cancellationToken);
            ref var calls = ref isFree ? ref free : ref paying;
            calls = calls.Plus(new HonestCalls(1, status == 200 ? 1 : 0));
        }
    }

    public TestRequest Signed(SigningKey key, string body)
    {
        var request = TestRequest.Chat(body);
        request.Authority = Authority;
        return request.Sign(signer, key);
    }

    public ValueTask<int> OpenHoldsAsync(CancellationToken cancellationToken) => stores.Ledger.CountHoldsAsync(cancellationToken);

    /// <summary>Waits until no call is under way any more.</summary>
    public async Task EndedAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref running) > 0) await ended.Reader.ReadAsync(cancellationToken);
    }

    public AttackResult Result(string name, decimal bound) => new(name, sent, without.Spent, attacked.Spent, bound, paying, free, answers, shared);

    public async ValueTask DisposeAsync()
    {
        Gate?.TrySetResult();
        client.Dispose();
        await app.DisposeAsync();
    }

    private async Task<(int Status, bool IsShared)> SendAsync(TestRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(client.BaseAddress!);
        using var response = await client.SendAsync(message, cancellationToken);
        // Whose limit it is, a caller learns of its own alone.
        return ((int)response.StatusCode, !response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync(cancellationToken)).Contains("A limit of this service", StringComparison.Ordinal));
    }

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var isHonest = context.Features.GetRequiredFeature<ISafeLlmFeature>().Key!.Key.KeyId.StartsWith("honest", StringComparison.Ordinal);
        var request = body.ToArray();
        var usage = (isHonest ? honestly : attacked).Answer(request);
        if (Gate is not { } gate || !JsonDocument.Parse(request).RootElement.TryGetProperty("stream", out _)) return Chats.Json(Chats.Answer((int)usage.Input, (int)usage.Output));
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(Chats.Chunk("Hello"), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await gate.Task.WaitAsync(context.RequestAborted);
        return Results.Text(Chats.Stop + Chats.Usage((int)usage.Input, (int)usage.Output) + Chats.Done);
    }

    private async Task CountRunningAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref running);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref running);
            ended.Writer.TryWrite(true);
        }
    }
}
