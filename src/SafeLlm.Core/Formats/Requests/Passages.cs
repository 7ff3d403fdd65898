using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>Routes that spend no tokens: they pass as one request.</summary>
internal static class Passages
{
    private const string Responses = "responses";

    private static readonly string[] Read = ["models", "files"];

    private static readonly (string End, string Route)[] Counting =
    [
        ("/messages/count_tokens", "anthropic-count"),
        ("/responses/input_tokens", "openai-responses-count"),
        (":countTokens", "gemini-count"),
        ("/count-tokens", "bedrock-count-tokens"),
    ];

    private static readonly ResponseRules Counts = new(
        SkimNode.Of(
            ("input_tokens", Skim.Input),
            ("inputTokens", Skim.Input),
            ("totalTokens", Skim.Input),
            ("error", Skim.Error),
            ("error.type", Skim.ErrorType),
            ("error.status", Skim.ErrorCode)),
        Billing.InputOnly);

    private static readonly RequestShape Counted = RequestShape.Object(("model", RequestShape.Of(Take.Model)));

    /// <summary>The model that a counting route is asked about; null where the request does not say.</summary>
    public static string? Model(in RequestTarget target, string route, ReadOnlySpan<byte> body)
    {
        if (route == "gemini-count") return PathModel.BeforeColon(target);
        if (route == "bedrock-count-tokens") return PathModel.AfterModel(target);
        if (!IsCounting(route)) return null;
        var facts = new RequestFacts();
        return RequestWalker.Read(body, Counted, facts) is null ? facts.Model : null;
    }

    private static bool IsCounting(string route) => Array.Exists(Counting, counting => counting.Route == route);

    /// <summary>A meter for the answer of a counting route; null for other routes.</summary>
    public static ResponseMeter? CreateMeter(string route, ResponseHead head) =>
        IsCounting(route) ? new TallyMeter(Counts, head, facts: null, TokenCounters.For) : null;

    /// <summary>The route's name; null where the target is none of them.</summary>
    public static string? Find(in RequestTarget target)
    {
        if (IsOfResponse(target)) return Responses;
        if (target.Method == "POST")
        {
            foreach (var (end, route) in Counting)
            {
                if (target.Path.AsSpan().TrimEnd('/').EndsWith(end, StringComparison.Ordinal)) return route;
            }

            return null;
        }

        if (target.Method is not ("GET" or "HEAD")) return null;
        foreach (var segment in target.Path.Split('/'))
        {
            if (Array.IndexOf(Read, segment) is >= 0 and var found) return Read[found];
        }

        return null;
    }

    // One that the provider keeps: to read it is the only way to what a background call has made, and paid for already.
    private static bool IsOfResponse(in RequestTarget target)
    {
        if (!target.Path.Contains(Responses, StringComparison.Ordinal)) return false;
        var segments = target.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(segments, Responses);
        if (at < 0 || segments.Length < at + 2 || segments[at + 1] is "input_tokens" or "compact") return false;
        return (target.Method, segments.Length - at) switch
        {
            ("GET" or "HEAD", _) or ("DELETE", 2) => true,
            ("POST", 3) => segments[at + 2] == "cancel",
            _ => false,
        };
    }
}
