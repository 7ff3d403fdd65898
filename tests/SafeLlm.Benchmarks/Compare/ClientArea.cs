using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using OpenAI;
using OpenAI.Chat;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>Calls through the whole client beside a bare HttpClient and the official OpenAI client, all to one server.</summary>
internal sealed class ClientArea : ICompareArea
{
    private const string Model = "gpt-4.1-mini";
    private const int Events = 10_000;
    private const double KiB = 1024;

    public string Name => "client";

    private static ChatRequest Typed { get; } = new() { Model = Model, Messages = [PromptMessage.User(CannedProvider.Prompt)], MaxOutputTokens = 200 };

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var provider = await CannedProvider.StartAsync();
        var address = new Uri(provider.Address, "chat/completions");
        using var bare = Bare();
        using var safe = Safe(Options(provider.Address));

        Task Ours() => CallAsync(safe, address);
        Task Peer() => CallAsync(bare, address);
        yield return new Figure("client.call-2KB-by-bare", await Duel.RatioAsync(Ours, Peer)) { AtMost = 1.5 };
        yield return new Figure("client.call-2KB-KiB-allocated-beyond-bare", (await Spending.BytesAsync(Ours, 500) - await Spending.BytesAsync(Peer, 500)) / KiB) { AtMost = 6 };

        using var resilient = Peers.Resilient();
        yield return new Figure("client.call-2KB-by-resilience-and-hmac-alone", await Duel.RatioAsync(Ours, () => CallAsync(resilient, address)));

        var sdk = Sdk(provider.Address, Bare());
        var typed = SafeLlmClient.Create(Counting(Options(provider.Address)));
        yield return new Figure("client.typed-with-exact-count-by-openai-sdk", await Duel.RatioAsync(() => typed.GetResponseAsync(Typed), () => AskAsync(sdk))) { AtMost = 0.9 };

        var sdkOnSafe = Sdk(provider.Address, Safe(Options(provider.Address)));
        yield return new Figure("client.under-openai-sdk-by-sdk-alone", await Duel.RatioAsync(() => AskAsync(sdkOnSafe), () => AskAsync(sdk))) { AtMost = 1.25 };

        await foreach (var figure in StreamsAsync()) yield return figure;
    }

    /// <summary>The calls that <see cref="DriveAsync"/> can make.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["client", "client-bare", "client-typed", "client-sdk", "client-under-sdk"];

    /// <summary>Calls of one kind for half a minute: the provider is a process of its own, so that a profile of this one shows the way to it alone.</summary>
    public static async Task DriveAsync(string kind)
    {
        await using var provider = await ChildProvider.StartAsync();
        using var bare = Bare();
        using var safe = Safe(Options(provider.Root));
        var address = new Uri(provider.Root, "/v1/chat/completions");
        var root = new Uri(provider.Root, "/v1/");
        var typed = SafeLlmClient.Create(Counting(Options(root)));
        var (sdk, sdkOnSafe) = (Sdk(root, Bare()), Sdk(root, Safe(Options(root))));
        Func<Task> call = kind switch
        {
            "client-bare" => () => CallAsync(bare, address),
            "client-typed" => () => typed.GetResponseAsync(Typed),
            "client-sdk" => () => AskAsync(sdk),
            "client-under-sdk" => () => AskAsync(sdkOnSafe),
            _ => () => CallAsync(safe, address),
        };
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
        {
            const int calls = 20_000;
            var (began, cpu, bytes, items) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), ThreadPool.CompletedWorkItemCount);
            for (var i = 0; i < calls; i++) await call();
            await Console.Out.WriteLineAsync(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(began).TotalMicroseconds / calls:0.0} µs a call, {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / calls:0.0} µs of processor time, {(GC.GetTotalAllocatedBytes() - bytes) / calls} bytes, {(double)(ThreadPool.CompletedWorkItemCount - items) / calls:0.00} hops to a pool thread"));
        }
    }

    // The provider in a process of its own: the CPU here is the reader's alone.
    private static async IAsyncEnumerable<Figure> StreamsAsync()
    {
        await using var provider = await ChildProvider.StartAsync();
        using var bare = Bare();
        using var safe = Safe(Options(provider.Root));
        var events = new Uri(provider.Root, $"/v1/chat/completions?events={Events}");
        yield return new Figure("client.stream-10000-events-cpu-by-bare", await Spending.CpuRatioAsync(() => ReadAsync(safe, events), () => ReadAsync(bare, events))) { AtMost = 1.5 };

        var bulk = new Uri(events + "&bulk=1");
        yield return new Figure("client.stream-10000-events-in-bulk-cpu-by-bare", await Spending.CpuRatioAsync(() => ReadAsync(safe, bulk), () => ReadAsync(bare, bulk)));

        // What ten thousand events more allocate, beyond what they do for a bare reader.
        var twice = new Uri(provider.Root, $"/v1/chat/completions?events={2 * Events}");
        Task Long(HttpClient http, Uri uri) => ReadAsync(http, uri, CannedProvider.LongStreamRequest);
        var ours = await Spending.BytesAsync(() => Long(safe, twice), 2) - await Spending.BytesAsync(() => Long(safe, events), 2);
        var peers = await Spending.BytesAsync(() => Long(bare, twice), 2) - await Spending.BytesAsync(() => Long(bare, events), 2);
        yield return new Figure("client.stream-bytes-allocated-an-event-beyond-bare", (double)(ours - peers) / Events) { AtMost = 1 };
    }

    private static SafeLlmClientOptions Options(Uri address)
    {
        var options = new SafeLlmClientOptions { Endpoint = address, SigningKey = SigningKey.GenerateHmac("bench") };

        // The stages that the figure names: a hold in memory, and no journal beside it.
        options.UseStores(static time => new SafeLlmStores(new InMemoryLedger(time), new InMemoryNonceStore(time)));
        options.Limits.Add(Limit.Dollars(9_000_000m).PerDay());
        options.Limits.Add(Limit.Tokens(1L << 50).PerHour());
        return options;
    }

    // So near to what the call may cost that bytes are not enough: the prompt is counted each time.
    private static SafeLlmClientOptions Counting(SafeLlmClientOptions options)
    {
        options.MaxDollarsPerCall = 0.005m;
        return options;
    }

    private static HttpClient Bare() => new(new SocketsHttpHandler());

    private static HttpClient Safe(SafeLlmClientOptions options) => new(SafeLlmHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan };

    private static ChatClient Sdk(Uri address, HttpClient http) => new OpenAIClient(new ApiKeyCredential("key"), new OpenAIClientOptions
    {
        Endpoint = address,
        Transport = new HttpClientPipelineTransport(http),
        RetryPolicy = new ClientRetryPolicy(0),
    }).GetChatClient(Model);

    private static async Task AskAsync(ChatClient client)
    {
        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage(CannedProvider.Prompt)], new ChatCompletionOptions { MaxOutputTokenCount = 200 });
        if (answer.Content.Count == 0) throw new InvalidOperationException("No answer came.");
    }

    private static async Task CallAsync(HttpClient http, Uri address)
    {
        using var request = Request(address, CannedProvider.Request);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    private static async Task ReadAsync(HttpClient http, Uri address, byte[]? body = null)
    {
        using var request = Request(address, body ?? CannedProvider.StreamRequest);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
    }

    private static HttpRequestMessage Request(Uri address, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return request;
    }
}
