using System.Diagnostics;
using System.Diagnostics.Metrics;
using SafeLlm.Limits;
using SafeLlm.Telemetry;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Telemetry;

public sealed class CallTraceTests
{
    private const string Prompt = "the secret plan of the tide";
    private const string Said = "what the model answered to it";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whole_Call_IsMeasuredByTheConventions()
    {
        using var ears = new Ears();
        var world = ears.World();
        world.Provider.Then(Answers.Whole("Hello!", 12, 7));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal([("input", 12d), ("output", 7d)], ears.Of("gen_ai.client.token.usage").Select(point => ((string)point.Tags["gen_ai.token.type"]!, point.Value)));
        var duration = Assert.Single(ears.Of("gen_ai.client.operation.duration"));
        Assert.Equal(("chat", "openai", "gpt-4.1-mini"), (duration.Tags["gen_ai.operation.name"], duration.Tags["gen_ai.provider.name"], duration.Tags["gen_ai.request.model"]));
        Assert.False(duration.Tags.ContainsKey("error.type"));
        Assert.Equal("reported", Assert.Single(ears.Of("safellm.client.attempts")).Tags["safellm.attempt.outcome"]);
        Assert.Equal((double)SafeLlm.Pricing.Quoter.Cost(World.Price, new SafeLlm.Formats.BillableUsage(12, 0, 0, 7)).Dollars, Assert.Single(ears.Of("safellm.client.cost")).Value, 12);

        var span = Assert.Single(ears.Spans);
        Assert.Equal(("chat gpt-4.1-mini", ActivityKind.Client), (span.DisplayName, span.Kind));
        Assert.Equal((12L, 7L, 100L, "api.openai.com"), (span.GetTagItem("gen_ai.usage.input_tokens"), span.GetTagItem("gen_ai.usage.output_tokens"), span.GetTagItem("gen_ai.request.max_tokens"), span.GetTagItem("server.address")));
    }

    [Fact]
    public async Task Streamed_Call_EndsWithItsLastByte()
    {
        using var ears = new Ears();
        var world = ears.World();
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Stop, Answers.Usage(12, 7), Answers.Done));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Empty(ears.Of("gen_ai.client.operation.duration"));
        await response.Content.ReadAsStringAsync(Cancel);

        Assert.Single(ears.Of("gen_ai.client.operation.duration"));
        Assert.Single(ears.Spans);
    }

    [Fact]
    public async Task Admitted_CallOfAnotherClient_IsMeasuredUnderItsProvider()
    {
        using var ears = new Ears();
        var world = ears.World().With(Limit.Requests(1).PerDay());
        var admission = new SafeLlm.Pipeline.Admission(world.Handler.Runtime);
        var request = new SafeLlm.Pipeline.AdmissionRequest(new ChatRequest { Model = World.Model, Messages = [PromptMessage.User("Hi")], MaxOutputTokens = 10 }) { HasBound = true, Provider = "elsewhere" };

        var call = await admission.AdmitAsync(request, Cancel);
        Assert.Empty(ears.Spans);
        await call.SettleAsync(new SafeLlm.Formats.ResponseReading { Billable = new SafeLlm.Formats.BillableUsage(12, 0, 0, 7), IsComplete = true });
        await Assert.ThrowsAsync<RateLimitedException>(() => admission.AdmitAsync(request, Cancel));

        Assert.Equal([("input", 12d), ("output", 7d)], ears.Of("gen_ai.client.token.usage").Select(point => ((string)point.Tags["gen_ai.token.type"]!, point.Value)));
        Assert.Equal("elsewhere", ears.Of("gen_ai.client.operation.duration").First().Tags["gen_ai.provider.name"]);
        Assert.Equal("rate_limited", Assert.Single(ears.Of("safellm.client.refusals")).Tags["safellm.refusal.code"]);
        Assert.Equal(2, ears.Spans.Count);
    }

    [Fact]
    public async Task Refused_Call_IsCountedByItsCode()
    {
        using var ears = new Ears();
        var world = ears.World().With(Limit.Dollars(0).PerDay());

        await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal("budget_exceeded", Assert.Single(ears.Of("safellm.client.refusals")).Tags["safellm.refusal.code"]);
        Assert.Equal("budget_exceeded", Assert.Single(ears.Of("gen_ai.client.operation.duration")).Tags["error.type"]);
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(ears.Spans).Status);
    }

    [Fact]
    public async Task Caller_OwnSpan_IsTheParentAndStaysCurrent()
    {
        using var ears = new Ears();
        var world = ears.World();
        using var mine = new Activity("mine").Start();

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Same(mine, Activity.Current);
        Assert.Equal(mine.SpanId, Assert.Single(ears.Spans).ParentSpanId);
    }

    [Fact]
    public async Task Caller_WhoDisposesAnAnswerLater_KeepsTheSpanThatIsCurrentThen()
    {
        using var ears = new Ears();
        var world = ears.World();
        var asked = new Activity("asked").Start();
        var response = await world.Http.SendAsync(World.Request(World.Body()), HttpCompletionOption.ResponseHeadersRead, Cancel);
        asked.Stop();
        using var later = new Activity("later").Start();

        response.Dispose();

        Assert.Same(later, Activity.Current);
        Assert.Single(ears.Spans);
    }

    [Theory]
    [InlineData(nameof(BudgetExceededException), "budget_exceeded")]
    [InlineData(nameof(ResponseFormatException), "response_format")]
    [InlineData(nameof(TimeoutException), "timeout")]
    [InlineData(nameof(OperationCanceledException), "cancelled")]
    [InlineData(nameof(HttpRequestException), "transport")]
    [InlineData(nameof(IOException), "transport")]
    [InlineData(nameof(InvalidOperationException), "other")]
    public void KindOf_Failure_IsAWordOfAClosedList(string failure, string kind) => Assert.Equal(kind, CallTrace.KindOf(failure switch
    {
        nameof(BudgetExceededException) => new Refusal(RefusalCode.BudgetExceeded, "no").ToException(),
        nameof(ResponseFormatException) => new ResponseFormatException("no"),
        nameof(TimeoutException) => new TaskCanceledException("no", new TimeoutException()),
        nameof(OperationCanceledException) => new OperationCanceledException(),
        nameof(HttpRequestException) => new HttpRequestException(),
        nameof(IOException) => new IOException(),
        _ => new InvalidOperationException(),
    }));

    /// <summary>Whatever happens to a call, nothing of its prompt, its answer or its keys is in a tag, a name or a status.</summary>
    [Theory]
    [InlineData("whole")]
    [InlineData("refused")]
    [InlineData("error")]
    [InlineData("lost")]
    [InlineData("unknown model")]
    [InlineData("unknown route")]
    [InlineData("cut")]
    public async Task Everything_ThatIsMeasured_HasNoPromptAndNoSecret(string ending)
    {
        using var ears = new Ears();
        var world = ears.World();
        world.Options.MaxAttempts = 1;
        world.Options.SigningKey = SafeLlm.Signing.SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        var body = World.Body(prompt: Prompt, stream: ending == "cut");
        var uri = "https://gateway.example.com/v1/chat/completions";
        switch (ending)
        {
            case "refused": world.With(Limit.Dollars(0).PerDay()); break;
            case "error": world.Provider.Then(Answers.Json(System.Net.HttpStatusCode.BadRequest, $$$"""{"error":{"message":"{{{Prompt}}} {{{World.Secret}}}","code":"{{{Prompt}}}"}}""")); break;
            case "lost": world.Provider.Then(new HttpRequestException($"{Prompt} {World.Secret}")); break;
            case "unknown model": body = World.Body(prompt: Prompt, model: Prompt); break;
            case "unknown route": uri = $"https://gateway.example.com/v1/{Uri.EscapeDataString(Prompt)}"; break;
            case "cut": world.Provider.Then(Answers.Sse(Answers.Delta(Said))); break;
            default: world.Provider.Then(Answers.Whole(Said, 5, 5)); break;
        }

        using var request = World.Request(body, uri);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {World.Secret}");
        try
        {
            using var response = await world.Http.SendAsync(request, Cancel);
        }
        catch (Exception failure) when (failure is SafeLlmException or HttpRequestException)
        {
            // How it ends is not the matter here.
        }

        var all = ears.Everything;
        Assert.Contains("gen_ai.operation.name", all, StringComparison.Ordinal);
        foreach (var secret in (string[])[Prompt, "secret plan", "tide", Said, World.Secret, "the%20"]) Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Ears : IDisposable
    {
        private readonly ClientMetrics metrics = new(null);
        private readonly MeterListener meters = new();
        private readonly ActivityListener spans;
        private readonly List<Point> points = [];
        private readonly List<Activity> stopped = [];
        private readonly ActivityTraceId trace;
        private readonly Activity root = new Activity("root").Start();

        public Ears()
        {
            trace = root.TraceId;
            meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument == (Instrument)metrics.Tokens || instrument == metrics.Duration || instrument == (Instrument)metrics.Cost || instrument == metrics.Attempts || instrument == metrics.Refusals) listener.EnableMeasurementEvents(instrument);
            };
            meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            meters.Start();
            spans = new ActivityListener
            {
                ShouldListenTo = source => source.Name == ClientMetrics.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = span =>
                {
                    if (span.TraceId == trace) lock (stopped) stopped.Add(span);
                },
            };
            ActivitySource.AddActivityListener(spans);
        }

        public IReadOnlyList<Activity> Spans
        {
            get
            {
                lock (stopped) return [.. stopped];
            }
        }

        public string Everything => string.Join('\n',
        [
            .. points.Select(point => $"{point.Name} {string.Join(' ', point.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}"),
            .. Spans.Select(span => $"{span.OperationName} {span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))} {string.Join(' ', span.Events.Select(happened => happened.Name))}"),
        ]);

        public World World() => new() { Metrics = metrics };

        public IEnumerable<Point> Of(string name) => points.Where(point => point.Name == name);

        public void Dispose()
        {
            root.Dispose();
            spans.Dispose();
            meters.Dispose();
            metrics.Dispose();
        }

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
            lock (points) points.Add(new Point(instrument.Name, value, all));
        }
    }

    private sealed record Point(string Name, double Value, Dictionary<string, object?> Tags);
}
