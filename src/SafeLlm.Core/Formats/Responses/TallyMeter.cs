using System.Globalization;
using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>
/// Meters a response of JSON documents: whole, in server-sent events, behind one another, in an array or in an AWS event
/// stream. Events and documents are told apart by the first byte: some services label event streams as JSON.
/// </summary>
internal sealed class TallyMeter : ResponseMeter
{
    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    private readonly ResponseRules _rules;
    private readonly ResponseHead _head;
    private readonly int _choices;
    private readonly bool _isStreaming;
    private readonly bool _asksForLongCache;
    private readonly SkimSpace _space = SkimSpace.Rent();
    private readonly Tally _tally;
    private readonly JsonSkimmer _skimmer;
    private readonly ContentDecoder? _decoder;
    private readonly bool _isUnreadable;
    private BodyScanner? _scanner;
    private int _isOver;
    private int _appending;

    // How much of a byte order mark was seen; -1 behind it, or where there is none.
    private int _mark;

    /// <param name="rules">How the responses of the format are read.</param>
    /// <param name="head">What stood before the content.</param>
    /// <param name="facts">The call that is answered; null where only tokens are counted.</param>
    /// <param name="counters">Gives the counter of a model's tokens, for text that no usage covers.</param>
    public TallyMeter(ResponseRules rules, ResponseHead head, CallFacts? facts, Func<string?, ITokenCounter> counters)
    {
        _rules = rules;
        _head = head;
        // A list of prompts has choices for each, a list of candidates one end for each.
        _choices = facts?.Bound.Choices ?? 1;
        _isStreaming = facts?.IsStreaming ?? false;
        _asksForLongCache = facts?.AsksForLongCache ?? false;
        _tally = new Tally(counters, _space);
        _tally.Output.Model = facts?.Model;
        if (rules.Nested is not null) _tally.Nested = new Base64Scanner(new JsonSkimmer(rules.Nested, _tally));
        var apart = _isStreaming && _choices > 1 ? rules.Choices : null;
        if (apart is not null) _tally.Choices = new ChoiceTexts(_choices, counters, facts?.Model is { } model && OpenAiModels.Counts(model) ? model : null);
        var tools = facts is { Unknowable.Count: > 0 } && facts.Unknowable.Contains(UnknowableInput.HostedTools) ? rules.Tools : null;
        _skimmer = new JsonSkimmer(apart ?? tools ?? rules.Members, _tally, _space);
        if (head.ContentEncoding is { } coding) _isUnreadable = !ContentDecoder.TryCreate(coding, Scan, out _decoder);
    }

    /// <inheritdoc/>
    public override Action<string>? Issued
    {
        get => _tally.Issued;
        set => _tally.Issued = value;
    }

    /// <inheritdoc/>
    public override long OutputBytes => _tally.Output.Bytes;

    /// <inheritdoc/>
    public override long? CountOutputTokens() => _tally.Output.Model is { } model && OpenAiModels.Counts(model) ? _tally.Output.CountCertain() : null;

    /// <inheritdoc/>
    internal override bool AreChoicesOver(long mostBytes, long mostTokens) => _tally.Choices?.AreOver(mostBytes, mostTokens) ?? false;

    /// <inheritdoc/>
    internal override IReadOnlyList<int> EndedChoices() => _tally.Choices?.Ended() ?? [];

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isUnreadable || bytes.IsEmpty) return;
        Interlocked.Increment(ref _appending);
        if (Volatile.Read(ref _isOver) == 0)
        {
            if (_decoder is null) Scan(bytes);
            else _decoder.Append(bytes);
        }

        Interlocked.Decrement(ref _appending);
    }

    /// <inheritdoc/>
    public override ResponseReading Complete()
    {
        _decoder?.Dispose();
        _scanner?.Complete();
        var isComplete = IsComplete();
        ReadHeaders();
        var usage = Usage();
        var billable = usage is null ? null : _rules.Billable(_tally);
        Leave();
        return new ResponseReading
        {
            Usage = usage,
            Billable = billable is { } amounts ? amounts with { ServiceTier = ServedAs(), CacheWriteLong = WrittenForLong(amounts) } : null,
            Advisors = _tally.Advisors,
            IsComplete = isComplete,
            Model = _tally.Model,
            Error = Error(),
            UsageUnknown = billable is null ? WhyUnknown(isComplete, usage is not null) : null,
            OutputBytes = _tally.Output.Bytes,
            // What came of an answer that broke off: its usage may be a placeholder from the start of it.
            OutputTokensSeen = billable is null || !isComplete ? _tally.Output.CountTokens() : 0,
            WebSearches = Clamped(ToolUses.Searches(_tally)),
            FileSearches = Clamped(_tally[Skim.FileSearches]),
            CodeRuns = Clamped(_tally[Skim.CodeRuns]),
        };
    }

    // Whoever still appends, against the rule, must not write into what is another answer's by now: then it is left to the collector.
    private void Leave()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0 && Volatile.Read(ref _appending) == 0) SkimSpace.Return(_space);
    }

    private void Scan(ReadOnlySpan<byte> bytes)
    {
        _scanner ??= Begin(ref bytes);
        _scanner?.Append(bytes);
    }

    /// <summary>A scanner by the first byte of the content; null while only what may stand before it was seen.</summary>
    private BodyScanner? Begin(ref ReadOnlySpan<byte> bytes)
    {
        // a frame begins with its length, which is below 16 MiB
        if (_head.ContentType == "application/vnd.amazon.eventstream" || (_mark == 0 && bytes[0] == 0)) return new AwsEventScanner(_skimmer, _tally);
        // A byte order mark is legal before server-sent events; before JSON some services write it all the same.
        while (_mark is >= 0 and < 3 && !bytes.IsEmpty && bytes[0] == Mark[_mark])
        {
            _mark++;
            bytes = bytes[1..];
        }

        if (bytes.IsEmpty) return null;
        _mark = -1;
        bytes = bytes.TrimStart(" \t\r\n"u8);
        if (bytes.IsEmpty) return null;
        return bytes[0] is (byte)'{' or (byte)'[' ? new JsonScanner(_skimmer) : new SseScanner(_skimmer);
    }

    private bool IsComplete()
    {
        if (_scanner is null || (_decoder?.IsBroken ?? false)) return false;
        // An error that came with its own status is a whole answer; one inside a 200 stands where the answer should be.
        if (_head.Status >= 400) return _scanner.IsWhole;
        if (_tally.Error is not null) return false;
        var isStream = _isStreaming || _scanner is not JsonScanner;
        return isStream ? _scanner.SawDone || (_scanner.IsWhole && (_tally.HasEnded || _tally.Finished >= _choices)) : _scanner.IsWhole;
    }

    private void ReadHeaders()
    {
        if (_tally.HasUsage) return;
        foreach (var (header, field) in _rules.Headers)
        {
            if (long.TryParse(_head.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _tally.Set(field, number);
        }

        // Where headers tell usage, a header that is not there is of a kind of tokens that there were none of.
        if (_tally[Skim.Input] is not null && _tally[Skim.Output] is null && _rules.Headers.Count > 0) _tally.Set(Skim.Output, 0);
    }

    // Where the answer does not tell what is kept for how long, what was asked for is what it costs.
    private long WrittenForLong(in BillableUsage amounts) =>
        _asksForLongCache && (_tally[Skim.CacheWriteLong] ?? _tally[Skim.CompactedCacheWriteLong] ?? _tally[Skim.CacheWriteLongByTime]) is null ? amounts.CacheWrite : amounts.CacheWriteLong;

    private ServiceTier ServedAs() =>
        _tally.ServiceTier == ServiceTier.Standard && _rules.ServiceTierHeader is { } header && _head.Header(header) is { } tier ? ServiceTiers.Of(tier) : _tally.ServiceTier;

    private TokenUsage? Usage() => !_tally.HasUsage ? null : new TokenUsage
    {
        Input = _tally[Skim.Input],
        Output = _tally[Skim.Output],
        CachedInput = _tally[Skim.CachedInput],
        CacheWrite = _tally[Skim.CacheWrite],
        Reasoning = _tally[Skim.Reasoning],
        Audio = Sum(_tally[Skim.AudioInput] ?? _tally[Skim.AudioInputByKind], _tally[Skim.AudioOutput] ?? _tally[Skim.AudioOutputByKind]),
        Total = _tally[Skim.Total],
    };

    private string? Error() => _tally.Error ?? (_head.Status >= 400
        ? _head.Header("x-amzn-errortype")?.Split(':')[0] ?? _head.Status.ToString(CultureInfo.InvariantCulture)
        : null);

    private string WhyUnknown(bool isComplete, bool hasUsage)
    {
        if (_isUnreadable) return $"The response has the content coding {_head.ContentEncoding}, which is not read.";
        if (hasUsage) return "The response reports tokens, but not those that are billed.";
        if (_head.Status >= 400) return string.Create(CultureInfo.InvariantCulture, $"The response is an error with status {_head.Status}.");
        if (_decoder is { IsBroken: true }) return $"The response cannot be decoded as {_head.ContentEncoding}.";
        if (_scanner is null) return "The response has no content.";
        if (_tally.Error is not null) return "The response has an error in the place of usage.";
        if (_tally.HasBadNumber) return "The response has a number in its usage that is no count of tokens.";
        if (_scanner.IsBroken) return "The response is not valid JSON.";
        return isComplete ? "The response reports no usage." : "The response was cut before its usage.";
    }

    private static int? Clamped(long? count) => count is { } known ? (int)Math.Min(known, int.MaxValue) : null;

    private static long? Sum(long? a, long? b) => a is null ? b : b is null ? a : Billing.Add(a.Value, b.Value);
}
