using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Soak;

/// <summary>A verified chat endpoint on loopback, which fails where its caller asks for it. One for all rounds: what grows over them would grow for ever.</summary>
internal sealed class SoakGateway
{
    public const string Path = "/v1/chat/completions";

    // Far more than two cores can send while a nonce lives.
    private const int MostNonces = 50_000_000;

    private const string Usage = "\"usage\":{\"prompt_tokens\":400,\"completion_tokens\":3,\"total_tokens\":403}";

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        $$$"""{"id":"c1","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],{{{Usage}}}}""");

    private static readonly byte[] Chunk = Encoding.UTF8.GetBytes(
        "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" walrus\"},\"finish_reason\":null}]}\n\n");

    private static readonly byte[] End = Encoding.UTF8.GetBytes(
        $$$"""data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n"
        + $$$"""data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[],{{{Usage}}}}""" + "\n\ndata: [DONE]\n\n");

    private static readonly SemaphoreSlim Gate = new(1);
    private static SoakGateway? only;

    private SoakGateway(Uri address, SafeLlmStores stores, FastClock clock, ErrorLog log)
    {
        Address = address;
        Stores = stores;
        Clock = clock;
        Log = log;
    }

    public static SigningKey Key { get; } = SigningKey.Hmac("soak", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public Uri Address { get; }

    public SafeLlmStores Stores { get; }

    public FastClock Clock { get; }

    public ErrorLog Log { get; }

    public static async Task<SoakGateway> GetAsync()
    {
        await Gate.WaitAsync();
        try
        {
            return only ??= await StartAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<SoakGateway> StartAsync()
    {
        var clock = new FastClock();
        var nonces = new InMemoryNonceStore(clock, new InMemoryNonceStoreOptions { MaxNonces = MostNonces, MaxNoncesPerKey = MostNonces });
        var stores = new SafeLlmStores(new InMemoryLedger(clock, nonces), nonces);
        var log = new ErrorLog();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(log);
        builder.Services.AddRouting();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSafeLlmVerifier(Configure).UseStores(_ => stores);
        var app = builder.Build();
        app.UseSafeLlm();
        app.MapPost(Path, AnswerAsync).RequireSafeLlm();
        await app.StartAsync();
        return new SoakGateway(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), stores, clock, log);
    }

    private static void Configure(SafeLlmVerifierOptions options)
    {
        options.PublicAuthorities.Add("127.0.0.1:*");
        options.RefuseAfterRestart = false;
        options.LockOut.FailuresPerMinute = options.LockOut.FailuresPerKeyPerMinute = 1_000_000;
        options.Keys.Add(new SafeLlmKeyOptions { KeyId = Key.KeyId, Secret = Key.ExportBase64(), Client = "soak" });
        options.DefaultTier = "soak";
        options.Tiers["soak"] = new SafeLlmTierOptions
        {
            RequestsPerMinute = 1L << 40,
            TokensPerHour = 1L << 50,
            TokensPerDay = 1L << 50,
            DollarsPerDay = 1_000_000m,
            ConcurrentCalls = 10_000,
            MaxOutputTokens = 4_000,
            MaxPromptCharacters = 10_000,
        };
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var gone = context.RequestAborted;
        var asked = context.Request.Query["soak"].ToString();
        switch (asked)
        {
            case "throw":
                throw new InjectedFaultException();
            case "fail":
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case "hang" or "stream":
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.WriteAsync(Chunk, gone);
                await context.Response.Body.FlushAsync(gone);
                // Until its caller hangs up.
                if (asked == "hang") await Task.Delay(Timeout.InfiniteTimeSpan, gone);
                for (var i = 0; i < 20; i++) await context.Response.Body.WriteAsync(Chunk, gone);
                await context.Response.Body.WriteAsync(End, gone);
                return;
            default:
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = Answer.Length;
                await context.Response.Body.WriteAsync(Answer, gone);
                return;
        }
    }
}
