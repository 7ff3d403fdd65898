using System.Diagnostics;
using SafeLlm.Formats;
using SafeLlm.Holds;
using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Telemetry;

/// <summary>Follows one call for those who listen: a span from its start to the last byte of its answer, and its measurements.</summary>
internal sealed class CallTrace
{
    private readonly ClientRuntime runtime;
    private readonly Call call;
    private readonly long start;
    private readonly Activity? activity;
    private int ended;

    private CallTrace(ClientRuntime runtime, Call call)
    {
        this.runtime = runtime;
        this.call = call;
        start = runtime.Time.GetTimestamp();
        activity = ClientMetrics.Source.StartActivity("chat", ActivityKind.Client);
    }

    /// <summary>Null where nobody listens.</summary>
    public static CallTrace? Start(ClientRuntime runtime, Call call) => runtime.Metrics.IsEnabled ? new CallTrace(runtime, call) : null;

    /// <summary>An attempt is over, and this is what it was charged.</summary>
    public void Charged(Charge charge, JournalOutcome outcome, ResponseReading? reading)
    {
        var tags = Tags();
        runtime.Metrics.Attempts.Add(1, With(tags, "safellm.attempt.outcome", Outcome(outcome)));
        if (charge.Amounts.Cost.Value > 0) runtime.Metrics.Cost.Add((double)charge.Amounts.Cost.Dollars, tags);
        if (reading?.Billable is { } usage && charge.IsReported)
        {
            runtime.Metrics.Tokens.Record(usage.TotalInput, With(tags, "gen_ai.token.type", "input"));
            runtime.Metrics.Tokens.Record(usage.Output, With(tags, "gen_ai.token.type", "output"));
            activity?.SetTag("gen_ai.usage.input_tokens", usage.TotalInput);
            activity?.SetTag("gen_ai.usage.output_tokens", usage.Output);
        }

        // Once the content owns the call, its end is the call's.
        if (call.Clock is null) End(null);
    }

    /// <summary>A refusal, or in shadow mode what would have been one.</summary>
    public void Refused(RefusalCode code) => runtime.Metrics.Refusals.Add(1, With(Tags(), "safellm.refusal.code", code.Name()));

    /// <summary>The call ended before there was an answer.</summary>
    public void Failed(Exception failure)
    {
        if (failure is SafeLlmException { Refusal: { } refusal }) Refused(refusal.Code);
        End(KindOf(failure));
    }

    /// <summary>The call is over.</summary>
    /// <param name="error">What kind of failure ended it; null where none did. From closed lists, never a message.</param>
    public void End(string? error)
    {
        if (Interlocked.Exchange(ref ended, 1) != 0) return;

        var tags = Tags();
        runtime.Metrics.Duration.Record(runtime.Time.GetElapsedTime(start).TotalSeconds, error is null ? tags : With(tags, "error.type", error));
        if (activity is null) return;

        foreach (var (name, value) in tags) activity.SetTag(name, value);
        activity.DisplayName = $"{tags[0].Value} {tags[2].Value}";
        if (call.Provider is null) activity.SetTag("server.address", KnownProviders.HostOrOther(call.Target.Authority, runtime.Endpoint));
        if (call.Report.Bound is { } bound) activity.SetTag("gen_ai.request.max_tokens", bound);
        activity.SetTag("safellm.cost", (double)call.Report.Cost.Dollars);
        activity.SetTag("safellm.attempts", call.Report.Attempts);
        if (call.Report.BoundChange != BoundChange.None) activity.SetTag("safellm.bound_change", call.Report.BoundChange.ToString().ToLowerInvariant());
        if (error is not null)
        {
            activity.SetTag("error.type", error);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        // A span that stops puts the one around its start in the place of whatever is current, in the context of whoever ends the answer.
        var current = Activity.Current;
        activity.Dispose();
        if (current != activity) Activity.Current = current;
    }

    /// <summary>The kind of a failure, for a tag: a refusal's code, or one of a few words.</summary>
    public static string KindOf(Exception failure) => failure switch
    {
        SafeLlmException { Refusal: { } refusal } => refusal.Code.Name(),
        SafeLlmException => "response_format",
        OperationCanceledException { InnerException: TimeoutException } => "timeout",
        OperationCanceledException => "cancelled",
        HttpRequestException or IOException => "transport",
        _ => GenAiNames.Other,
    };

    private static string Outcome(JournalOutcome outcome) => outcome switch
    {
        JournalOutcome.Reported => "reported",
        JournalOutcome.ByPolicy => "by_policy",
        JournalOutcome.Unbilled => "unbilled",
        JournalOutcome.NotSent => "not_sent",
        _ => GenAiNames.Other,
    };

    // The model by its name in the catalog: what a request asks for may be anything.
    private KeyValuePair<string, object?>[] Tags() =>
    [
        new("gen_ai.operation.name", call.Facts is { } facts ? GenAiNames.Operation(facts.Format.Name) : GenAiNames.Other),
        new("gen_ai.provider.name", call.Provider ?? GenAiNames.Provider(call.Target.Authority ?? "")),
        new("gen_ai.request.model", call.Price is { } price && runtime.Quoter.Catalog.TryFind(price.Model, out var known) ? known.Model : GenAiNames.Other),
    ];

    private static KeyValuePair<string, object?>[] With(KeyValuePair<string, object?>[] tags, string name, string value) => [.. tags, new(name, value)];
}
