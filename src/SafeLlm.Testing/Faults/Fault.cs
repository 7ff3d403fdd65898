using System.Globalization;

namespace SafeLlm.Testing;

/// <summary>
/// What goes wrong with one attempt. Queued with <see cref="ProviderDouble.Next"/>, so that a script reads as a sentence:
/// <c>provider.Next(Fault.TooManyRequests(retryAfter: TimeSpan.FromSeconds(2)).Times(2))</c>. Immutable.
/// </summary>
public sealed record Fault
{
    private Fault(string name) => Name = name;

    /// <summary>Nothing goes wrong: for a good attempt between bad ones.</summary>
    public static Fault None { get; } = new("none") { IsBilled = true };

    /// <summary>429 for too many requests; nothing is billed.</summary>
    /// <param name="retryAfter">The wait in a <c>retry-after</c> header, in seconds (RFC 9110 §10.2.3); no header where null.</param>
    /// <param name="retryAfterMs">The wait in a <c>retry-after-ms</c> header, as OpenAI and Azure send it; no header where null.</param>
    public static Fault TooManyRequests(TimeSpan? retryAfter = null, TimeSpan? retryAfterMs = null) =>
        Refused("too many requests", new ProviderError(ProviderErrorKind.RateLimited, 429, "Rate limit reached for requests. Please try again later."), retryAfter, retryAfterMs);

    /// <summary>429 because the account has no money left (<c>insufficient_quota</c>): trying again cannot help. Nothing is billed.</summary>
    public static Fault InsufficientQuota() =>
        Refused("insufficient quota", new ProviderError(ProviderErrorKind.QuotaExceeded, 429, "You exceeded your current quota, please check your plan and billing details."));

    /// <summary>500. Not billed unless <see cref="Billed"/> says so.</summary>
    public static Fault ServerError() =>
        Refused("server error", new ProviderError(ProviderErrorKind.ServerError, 500, "The server had an error while processing your request. Sorry about that!"));

    /// <summary>503; nothing is billed.</summary>
    /// <param name="retryAfter">The wait in a <c>retry-after</c> header; no header where null.</param>
    public static Fault ServiceUnavailable(TimeSpan? retryAfter = null) =>
        Refused("service unavailable", new ProviderError(ProviderErrorKind.Unavailable, 503, "The engine is currently overloaded, please try again later."), retryAfter);

    /// <summary>Overloaded: 503 from OpenAI, 529 from Anthropic; nothing is billed.</summary>
    public static Fault Overloaded() =>
        Refused("overloaded", new ProviderError(ProviderErrorKind.Overloaded, 503, "The server is currently overloaded. Please try again later."));

    /// <summary>An answer of the test's own making; not billed unless <see cref="Billed"/> says so.</summary>
    public static Fault Respond(int status, string contentType, string body) =>
        new("respond") { Raw = (status, contentType, body) };

    /// <summary>The answer does not begin before the gate is opened. Billed when the attempt comes to the gate, as a provider works meanwhile.</summary>
    public static Fault Slow(Gate gate) => new("slow") { Hold = gate, IsBilled = true };

    /// <summary>The answer does not begin before that time has passed on the double's clock.</summary>
    public static Fault Slow(TimeSpan delay) => new("slow") { Delay = delay, IsBilled = true };

    /// <summary>A stream stops after that many events until the gate is opened; a whole answer waits before it begins.</summary>
    public static Fault Stall(int afterEvents, Gate gate) => new("stall") { Hold = gate, HoldAfter = NotNegative(afterEvents), IsBilled = true };

    /// <summary>The connection is cut when the request has arrived, before any byte of an answer. Billed: the provider may have worked.</summary>
    public static Fault CutBeforeAnyByte() => new("cut before any byte") { CutAfter = -1, IsBilled = true };

    /// <summary>The connection is cut after that many events of a stream, or in the middle of a whole answer. Billed in full, as real providers do.</summary>
    public static Fault CutAfterEvents(int events) => new("cut") { CutAfter = NotNegative(events), IsBilled = true };

    /// <summary>The answer tells no usage. Billed.</summary>
    public static Fault MissingUsage() => new("missing usage") { OmitsUsage = true, IsBilled = true };

    /// <summary>The provider generates, reports and bills this many tokens more than the output bound allowed.</summary>
    public static Fault UsageAboveBound(int by) => new("usage above the bound") { AboveBound = NotNegative(by), IsBilled = true };

    /// <summary>The answer breaks off in the middle of its JSON, with a proper end of the HTTP message. Billed.</summary>
    /// <param name="afterEvents">In a stream, the whole events before the broken one.</param>
    public static Fault MalformedJson(int afterEvents = 1) => new("malformed JSON") { MalformedAfter = NotNegative(afterEvents), IsBilled = true };

    /// <summary>An overload told inside a stream that began with 200, and the end of the stream. Billed where events came before it.</summary>
    public static Fault OverloadedInStream(int afterEvents = 0) =>
        new("overloaded in stream") { ErrorAfter = NotNegative(afterEvents), IsBilled = afterEvents > 0, Error = new ProviderError(ProviderErrorKind.Overloaded, 503, "The server is currently overloaded. Please try again later.") };

    /// <summary>The right content under another media type.</summary>
    public static Fault WrongContentType(string contentType = "text/html") => new("wrong content type") { ContentType = contentType, IsBilled = true };

    /// <summary>The same for this many attempts in a row.</summary>
    public Fault Times(int attempts) =>
        attempts > 0
            ? this with { Repeats = attempts }
            : throw new ArgumentOutOfRangeException(nameof(attempts), attempts, "A fault falls on at least one attempt.");

    /// <summary>The same, but the attempt is billed in full although it failed.</summary>
    public Fault Billed() => this with { IsBilled = true };

    /// <summary>The same with a further response header.</summary>
    public Fault With(string header, string value) => this with { Headers = [.. Headers, (header, value)] };

    /// <summary>The same, but the answer does not begin before the gate is opened.</summary>
    public Fault HeldAt(Gate gate) => this with { Hold = gate, HoldAfter = 0 };

    /// <summary>What goes wrong, in words.</summary>
    public override string ToString() => Name;

    internal string Name { get; }

    internal ProviderError? Error { get; private init; }

    internal IReadOnlyList<(string Name, string Value)> Headers { get; private init; } = [];

    internal (int Status, string ContentType, string Body)? Raw { get; private init; }

    internal Gate? Hold { get; private init; }

    internal int HoldAfter { get; private init; }

    internal TimeSpan? Delay { get; private init; }

    /// <summary>Events before the cut; -1 for a cut before the head.</summary>
    internal int? CutAfter { get; private init; }

    internal int? MalformedAfter { get; private init; }

    internal int? ErrorAfter { get; private init; }

    internal bool OmitsUsage { get; private init; }

    internal int AboveBound { get; private init; }

    internal string? ContentType { get; private init; }

    internal bool IsBilled { get; private init; }

    internal int Repeats { get; private init; } = 1;

    private static Fault Refused(string name, ProviderError error, TimeSpan? retryAfter = null, TimeSpan? retryAfterMs = null)
    {
        List<(string, string)> headers = [];
        if (retryAfter is { } wait) headers.Add(("retry-after", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        if (retryAfterMs is { } precise) headers.Add(("retry-after-ms", Math.Ceiling(precise.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)));
        return new Fault(name) { Error = error, Headers = headers };
    }

    private static int NotNegative(int number) =>
        number >= 0 ? number : throw new ArgumentOutOfRangeException(nameof(number), number, "A number of events or tokens is not negative.");
}
