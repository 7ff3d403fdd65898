using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>
/// What was read from a response so far. Merged by field: the last value that is not null wins, and nothing is summed, as
/// providers repeat and raise their numbers in the course of a stream. Numbers count once their document is whole.
/// </summary>
/// <param name="counters">Gives the counter of a model's tokens.</param>
/// <param name="space">Where text is kept until it is whole.</param>
internal sealed class Tally(Func<string?, ITokenCounter> counters, SkimSpace space)
{
    private Numbers _numbers;
    private Numbers _pending;
    private uint _known;
    private uint _isPending;
    private int _textLength;
    private string? _errorCode;
    private string? _errorType;
    private string? _codeOfError;
    private bool _hasError;
    private Skim _thought;
    private CountsByKind _count;
    private AdvisorTally? _advisors;

    /// <summary>The text that was generated.</summary>
    public OutputText Output { get; } = new(counters);

    /// <summary>The same by choice; null where there is one, or the format does not tell them apart.</summary>
    public ChoiceTexts? Choices { get; set; }

    /// <summary>Takes documents inside documents apart; null where the format has none.</summary>
    public Base64Scanner? Nested { get; set; }

    /// <summary>Is told the name of each thing that the provider says it keeps; null where nobody asks.</summary>
    public Action<string>? Issued { get; set; }

    /// <summary>The model that answered.</summary>
    public string? Model { get; private set; }

    /// <summary>How the provider says that it served the call.</summary>
    public ServiceTier ServiceTier { get; private set; }

    /// <summary>Tokens of other models that this one asked.</summary>
    public IReadOnlyList<AdvisorUsage> Advisors => _advisors?.Told ?? [];

    /// <summary>How often the model or the service tier was another than before.</summary>
    public int NameChanges { get; private set; }

    /// <summary>How many choices said that they ended.</summary>
    public int Finished { get; private set; }

    /// <summary>Whether there was a sign that the whole response ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether a number stood where tokens belong that is none.</summary>
    public bool HasBadNumber { get; private set; }

    /// <summary>The error inside the response: its code, else its type, else that there is one.</summary>
    public string? Error => _errorCode ?? _errorType ?? (_hasError ? _codeOfError ?? "error" : null);

    public long? this[Skim field] => (_known & (1u << (int)field)) != 0 ? _numbers[(int)field] : null;

    /// <summary>Whether any number of tokens was read.</summary>
    public bool HasUsage => (_known & ((2u << (int)Skim.LastOfTokens) - 1)) != 0;

    /// <summary>The document is whole: its numbers count.</summary>
    public void Commit()
    {
        Choices?.Flush();
        CloseCount();
        _advisors?.Commit();
        if (!_hasError) _codeOfError = null;
        if (_isPending == 0) return;
        for (var left = _isPending; left != 0; left &= left - 1) Set(ref _numbers, BitOperations.TrailingZeroCount(left), _pending[BitOperations.TrailingZeroCount(left)]);
        _known |= _isPending;
        Discard();
    }

    /// <summary>The document will not be whole: neither its numbers count nor the text that was under way.</summary>
    public void Discard()
    {
        _textLength = 0;
        _isPending = 0;
        _count.Open();
        _advisors?.Discard();
        if (!_hasError) _codeOfError = null;
        Choices?.Drop();
    }

    public void Scalar(Skim field, ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual("null"u8)) return;
        if (field is > Skim.Nothing and <= Skim.LastNumber) Number(field, value);
        else if (field == Skim.Done) HasEnded |= value.SequenceEqual("true"u8);
        else if (field == Skim.Finish && value[0] != '0') Finish();
        else if (field == Skim.ChoiceIndex) Choices?.Name(value);
        else if (field == Skim.ErrorType) _errorType = Encoding.ASCII.GetString(value);
        else if (field == Skim.ErrorCode) _errorCode = Encoding.ASCII.GetString(value);
        else if (field == Skim.Error) _hasError |= !value.SequenceEqual("false"u8);
    }

    /// <summary>Sets a number that stands elsewhere than in a document, in a header say.</summary>
    public void Set(Skim field, long value)
    {
        Set(ref _numbers, (int)field, value);
        _known |= 1u << (int)field;
    }

    public void Structure(Skim field)
    {
        if (field == Skim.Error) _hasError = true;
        else if (field == Skim.End) HasEnded = true;
        else if (field == Skim.Choice) Choices?.Open();
        else if (field == Skim.Count) CloseCount();
    }

    /// <summary>The count that was read last is whole.</summary>
    private void CloseCount()
    {
        if (_count.IsAdvice) (_advisors ??= new()).Add(_count.Advice());
        if (_advisors is not null) _advisors.Model = null;
        _count.Open();
    }

    public void Text(Skim field, ReadOnlySpan<byte> text)
    {
        if (field is Skim.Thought or Skim.ThoughtAgain)
        {
            if (_thought == Skim.Nothing) _thought = field;
            if (_thought != field) return;
            field = Skim.Text;
        }

        if (field == Skim.Text)
        {
            Output.Append(text);
            Choices?.Append(text);
            return;
        }

        if (field == Skim.Nested)
        {
            Nested?.Append(text);
            return;
        }

        var room = Math.Min(text.Length, SkimSpace.MaxText - _textLength);
        text[..room].CopyTo(space.Text.AsSpan(_textLength));
        _textLength += room;
    }

    public void TextEnd(Skim field)
    {
        switch (field)
        {
            case Skim.Model:
                if (_textLength > 0) TakeModel();
                break;
            case Skim.ServiceTier:
                if (_textLength > 0) TakeServiceTier();
                break;
            case Skim.CountKind:
                _count.Name(space.Text.AsSpan(0, _textLength));
                // That none is kept for long is told too.
                if (space.Text.AsSpan(0, _textLength).SequenceEqual("5m"u8)) Add(Skim.CacheWriteLongByTime, 0);
                while (_count.TryTakeBack(out var held, out var number)) Add(held, number);
                break;
            case Skim.CountModel:
                if (_textLength > 0) (_advisors ??= new()).Model = TakeText();
                break;
            case Skim.ErrorCode:
                if (_textLength > 0) _errorCode = TakeText();
                break;
            case Skim.CodeOfError:
                if (_textLength > 0) _codeOfError = TakeText();
                break;
            case Skim.ErrorType:
                if (_textLength > 0) _errorType = TakeText();
                break;
            case Skim.Error:
                _hasError = true;
                break;
            case Skim.Id:
                // A name that was cut is none: it may be the beginning of another's.
                if (_textLength is > 0 and < SkimSpace.MaxText) Issued?.Invoke(TakeText());
                break;
            case Skim.Finish:
                if (_textLength > 0) Finish();
                break;
            case Skim.Status:
                HasEnded |= IsEnd(space.Text.AsSpan(0, _textLength));
                break;
            case Skim.Nested:
                Nested?.Complete();
                break;
            case Skim.ItemType:
                TakeItem(space.Text.AsSpan(0, _textLength));
                break;
            case Skim.BlockType:
                Count(Skim.ToolBlocks, space.Text.AsSpan(0, _textLength).SequenceEqual("server_tool_use"u8));
                break;
            case Skim.WebQuery:
                // Google bills no empty ones.
                if (_textLength > 0) Count(Skim.WebQueries, true);
                break;
        }

        _textLength = 0;
    }

    /// <summary>Sets the error that the frame around a document names.</summary>
    public void SetError(string code) => _errorCode = code;

    private void Finish()
    {
        Finished++;
        Choices?.End();
    }

    // OpenAI's Responses: queued and in_progress go on.
    private static bool IsEnd(ReadOnlySpan<byte> status) =>
        status.SequenceEqual("completed"u8) || status.SequenceEqual("incomplete"u8) || status.SequenceEqual("failed"u8) || status.SequenceEqual("cancelled"u8);

    /// <summary>Every event of a stream repeats the model: one string for all of them.</summary>
    private void TakeModel()
    {
        if (Model is not null && Ascii.Equals(space.Text.AsSpan(0, _textLength), Model)) return;
        var model = TakeText();
        if (model == Model) return;
        Model = model;
        NameChanges++;
    }

    private void TakeServiceTier()
    {
        var tier = ServiceTiers.Of(TakeText());
        if (tier == ServiceTier) return;
        ServiceTier = tier;
        NameChanges++;
    }

    private string TakeText() => Encoding.UTF8.GetString(space.Text.AsSpan(0, _textLength));

    /// <summary>Some providers count in floating point (Cohere); what is no whole number is rounded up, what is no count is left out.</summary>
    private void Number(Skim field, ReadOnlySpan<byte> value)
    {
        if (!TryCount(value, out var count))
        {
            HasBadNumber = true;
            return;
        }

        if (field == Skim.InputPart) Add(Skim.Input, count);
        else if (field == Skim.OutputPart) Add(Skim.Output, count);
        else if (!CountsByKind.Has(field)) Note(field, count);
        else if (_count.Take(field, count)) Add(field, count);
    }

    private static bool TryCount(ReadOnlySpan<byte> value, out long count)
    {
        // Nearly every number is a few digits and no more.
        const int few = 18;
        count = 0;
        if (value.Length <= few && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            foreach (var digit in value) count = (count * 10) + (digit - '0');
            return true;
        }

        if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number is < 0 or > long.MaxValue) return false;
        count = (long)decimal.Ceiling(number);
        return true;
    }

    private void Add(Skim field, long more) => Note(field, (_isPending & (1u << (int)field)) != 0 ? Billing.Add(_pending[(int)field], more) : more);

    // An item that is none of them says that there are none as well as that there is it.
    private void TakeItem(ReadOnlySpan<byte> type)
    {
        Count(Skim.WebSearchItems, type.SequenceEqual("web_search_call"u8));
        Count(Skim.FileSearches, type.SequenceEqual("file_search_call"u8));
        Count(Skim.CodeRuns, type.SequenceEqual("code_interpreter_call"u8));
    }

    /// <summary>Counts over the documents of a stream: uses of tools stand in it once, each in its own, and to count one twice is to err on the safe side.</summary>
    private void Count(Skim field, bool isOne) =>
        Note(field, ((_isPending & (1u << (int)field)) != 0 ? _pending[(int)field] : this[field] ?? 0) + (isOne ? 1 : 0));

    private void Note(Skim field, long number)
    {
        Set(ref _pending, (int)field, number);
        _isPending |= 1u << (int)field;
    }

    private static void Set(ref Numbers numbers, int at, long value)
    {
        if (at <= (int)Skim.LastUsual) numbers.Usual[at] = value;
        else (numbers.Rare ??= new long[Skim.LastNumber - Skim.LastUsual])[at - (int)Skim.LastUsual - 1] = value;
    }

    // Every answer has two of these: what few answers tell takes no room in the others.
    private struct Numbers
    {
        public Usual Usual;
        public long[]? Rare;

        public readonly long this[int at] => at <= (int)Skim.LastUsual ? Usual[at] : Rare![at - (int)Skim.LastUsual - 1];
    }

    [InlineArray((int)Skim.LastUsual + 1)]
    private struct Usual
    {
        private long _first;
    }
}
