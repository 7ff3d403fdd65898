using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SafeLlm.Chat;
using SafeLlm.Pipeline;
using SafeLlm.Pricing;

namespace SafeLlm;

/// <summary>
/// Calls chat models. Every call has an output bound, and its usage and cost come back with its answer. Register it with
/// <c>services.AddSafeLlmClient(…)</c>, or make one with <c>SafeLlmClient.Create(options)</c> and keep it: it is thread-safe.
/// </summary>
public sealed class SafeLlmClient
{
    private readonly HttpClient http;
    private readonly ClientRuntime runtime;
    private readonly ChatDialect dialect;
    private readonly Uri address;

    internal SafeLlmClient(HttpClient http, ClientRuntime runtime)
    {
        this.http = http;
        this.runtime = runtime;
        runtime.HasTypedClient = true;
        var endpoint = runtime.Endpoint ?? throw new InvalidOperationException("SafeLlmClientOptions.Endpoint is missing.");
        dialect = ChatDialect.For(runtime.Format, endpoint, runtime.Quoter.Catalog);
        address = ChatAddress.Of(endpoint, dialect);
    }

    internal Uri? Endpoint => runtime.Endpoint;

    /// <summary>Makes a client without dependency injection.</summary>
    /// <inheritdoc cref="SafeLlmHandler.Create(SafeLlmClientOptions, HttpMessageHandler?, ILoggerFactory?, TimeProvider?)"/>
    public static SafeLlmClient Create(SafeLlmClientOptions options, HttpMessageHandler? innerHandler = null, ILoggerFactory? loggerFactory = null, TimeProvider? time = null) =>
        Create(options, innerHandler, loggerFactory, ClientSources.System(time ?? TimeProvider.System));

    internal static SafeLlmClient Create(SafeLlmClientOptions options, HttpMessageHandler? innerHandler, ILoggerFactory? loggerFactory, ClientSources sources)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.NeedsEndpoint = true;
        var handler = SafeLlmHandler.Create(options, innerHandler, loggerFactory, sources);
        return new SafeLlmClient(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, handler.Runtime);
    }

    /// <summary>Asks a model, with a prompt of one user message.</summary>
    /// <inheritdoc cref="GetResponseAsync(ChatRequest, CancellationToken)"/>
    public Task<ChatAnswer> GetResponseAsync(string model, string prompt, int maxOutputTokens, CancellationToken cancellationToken = default) =>
        GetResponseAsync(Request(model, prompt, maxOutputTokens), cancellationToken);

    /// <summary>Asks a model and waits for the whole answer.</summary>
    /// <exception cref="BudgetExceededException">A limit has no room for the call.</exception>
    /// <exception cref="RateLimitedException">A limit on requests is used up, or the provider asks for too long a wait.</exception>
    /// <exception cref="RequestRejectedException">The request was not let through, here or by a SafeLlm gateway.</exception>
    /// <exception cref="ResponseFormatException">The answer cannot be read. It was charged by <see cref="SafeLlmClientOptions.OnMissingUsage"/>.</exception>
    /// <exception cref="HttpRequestException">The provider could not be reached, or answered with an error.</exception>
    public async Task<ChatAnswer> GetResponseAsync(ChatRequest request, CancellationToken cancellationToken = default)
    {
        var report = new CallReport();
        using var message = Message(request, report, stream: false);
        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw await ChatFailure.ReadAsync(response, runtime.Time, cancellationToken).ConfigureAwait(false);

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var answer = AnswerJson.ReadWhole(dialect, body);
        return new ChatAnswer
        {
            Text = answer.Text,
            FinishReason = answer.FinishReason,
            ToolCalls = Whole(answer.ToolCalls),
            ModelRefusal = answer.ModelRefusal,
            Model = answer.Model,
            Usage = Usage(report),
            Cost = report.Cost,
            Quote = report.Quote!,
            Attempts = report.Attempts,
            OutputBound = report.Bound ?? request.MaxOutputTokens,
            BoundChange = report.BoundChange,
        };
    }

    /// <summary>Asks a model, with a prompt of one user message, and gives the answer in pieces.</summary>
    /// <inheritdoc cref="GetStreamingResponseAsync(ChatRequest, CancellationToken)"/>
    public IAsyncEnumerable<ChatUpdate> GetStreamingResponseAsync(string model, string prompt, int maxOutputTokens, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(Request(model, prompt, maxOutputTokens), cancellationToken);

    /// <summary>Asks a model and gives the answer in pieces as they come. The last piece has usage and cost.</summary>
    /// <remarks>Leaving the loop early ends the call; it is then charged by <see cref="SafeLlmClientOptions.OnMissingUsage"/>.</remarks>
    /// <inheritdoc cref="GetResponseAsync(ChatRequest, CancellationToken)"/>
    public async IAsyncEnumerable<ChatUpdate> GetStreamingResponseAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var report = new CallReport();
        using var message = Message(request, report, stream: true);
        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw await ChatFailure.ReadAsync(response, runtime.Time, cancellationToken).ConfigureAwait(false);

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            string? finishReason = null, model = null, refusal = null;
            var tools = new ToolCallCollector();
            await foreach (var piece in AnswerEvents.ReadAsync(dialect, stream, response.Content.Headers.ContentType?.MediaType, cancellationToken).ConfigureAwait(false))
            {
                finishReason = piece.FinishReason ?? finishReason;
                model = piece.Model ?? model;
                if (piece.ModelRefusal is { } said) refusal += said;
                tools.Add(piece.ToolCalls);
                if (piece.Text.Length > 0 || piece.FinishReason is not null) yield return new ChatUpdate { Text = piece.Text, FinishReason = piece.FinishReason };
            }

            if (finishReason is null && report.Reading is not { IsComplete: true })
            {
                throw new ResponseFormatException("The stream ended before the answer did. The call was charged by OnMissingUsage.");
            }

            yield return new ChatUpdate
            {
                FinishReason = finishReason,
                ModelRefusal = refusal,
                ToolCalls = tools.Whole(),
                Model = model,
                Usage = Usage(report),
                Cost = report.Cost,
                Quote = report.Quote,
                Attempts = report.Attempts,
                BoundChange = report.BoundChange,
            };
        }
    }

    /// <summary>What a call would cost, with its input counted. Nothing is sent and nothing is held.</summary>
    /// <inheritdoc cref="GetResponseAsync(ChatRequest, CancellationToken)"/>
    public async Task<Quote> QuoteAsync(ChatRequest request, CancellationToken cancellationToken = default)
    {
        var report = new CallReport { QuoteOnly = true };
        using var message = Message(request, report, stream: false);
        using var nothing = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return report.Quote ?? throw new InvalidOperationException("No quote was made: a handler outside SafeLlm's answered the request.");
    }

    /// <summary>What a call with a prompt of one user message would cost.</summary>
    /// <inheritdoc cref="QuoteAsync(ChatRequest, CancellationToken)"/>
    public Task<Quote> QuoteAsync(string model, string prompt, int maxOutputTokens, CancellationToken cancellationToken = default) =>
        QuoteAsync(Request(model, prompt, maxOutputTokens), cancellationToken);

    private static ChatRequest Request(string model, string prompt, int maxOutputTokens)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return new ChatRequest { Model = model, Messages = [PromptMessage.User(prompt)], MaxOutputTokens = maxOutputTokens };
    }

    private static IReadOnlyList<ToolCall> Whole(IReadOnlyList<ToolCallPiece> pieces)
    {
        var tools = new ToolCallCollector();
        tools.Add(pieces);
        return tools.Whole();
    }

    private static AnswerUsage Usage(CallReport report) => report switch
    {
        { UsageWasReported: true, Reading.Billable: { } billable } => new AnswerUsage
        {
            InputTokens = billable.TotalInput,
            OutputTokens = billable.Output,
            CachedInputTokens = billable.CacheRead,
            ReasoningTokens = report.Reading.Usage?.Reasoning,
            IsReported = true,
        },
        _ => new AnswerUsage { InputTokens = report.ChargedInput, OutputTokens = report.ChargedOutput },
    };

    private HttpRequestMessage Message(ChatRequest request, CallReport report, bool stream)
    {
        var content = new ByteArrayContent(dialect.Write(request, stream));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        message.Options.Set(CallReport.Key, report);
        message.Headers.TryAddWithoutValidation("Accept", stream ? "text/event-stream" : "application/json");
        dialect.Describe(message.Headers);
        if (runtime.Secrets.ApiKey is { } key) dialect.Authorise(message.Headers, key);
        return message;
    }
}
