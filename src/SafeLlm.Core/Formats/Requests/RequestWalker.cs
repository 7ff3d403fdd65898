using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>
/// Reads a request in one pass along a <see cref="RequestShape"/>. Strict in the objects that have a shape, and without a
/// look at what the others hold.
/// </summary>
internal ref struct RequestWalker(ReadOnlySpan<byte> body, RequestFacts facts, MemberNames names)
{
    // longer words are none that a price knows
    private const int MostFactor = 16;

    // Bytes of a member that is passed over: switches and short settings have no more.
    private const int MostUnread = 512;

    private readonly ReadOnlySpan<byte> _body = body;
    private readonly RequestFacts _facts = facts;
    private readonly MemberNames _names = names;
    private Utf8JsonReader _reader = new(body, StrictJson.Options);
    private RequestReading.Malformed? _fault;
    private MediumWords _medium;

    /// <summary>Reads the whole document; null where nothing is wrong with it.</summary>
    public static RequestReading.Malformed? Read(ReadOnlySpan<byte> body, RequestShape shape, RequestFacts facts)
    {
        if (StrictJson.CheckText(body) is { } malformed) return malformed;
        using var names = MemberNames.Rent();
        var walker = new RequestWalker(body, facts, names);
        try
        {
            if (!walker._reader.Read() || walker._reader.TokenType != JsonTokenType.StartObject) return JsonFault.NoObject();
            facts.Edits.Root = (int)walker._reader.BytesConsumed;
            if (!walker.Members(shape.Members!, out var isEmpty)) return walker._fault;
            facts.Edits.IsRootEmpty = isEmpty;
            walker._reader.Read();
            return null;
        }
        catch (JsonException)
        {
            return StrictJson.Fault(body, walker._reader.BytesConsumed);
        }
    }

    /// <summary>Reads the members of the object whose <c>{</c> was just read.</summary>
    private bool Members(MemberTable table, out bool isEmpty)
    {
        isEmpty = true;
        var seen = 0UL;
        _names.Open();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            isEmpty = false;
            var index = Find(table, out var isOtherCase);
            if (index < 0)
            {
                if (!Unknown(table)) return false;
                continue;
            }

            var member = table[index];
            if (isOtherCase) return Fail(JsonFault.OtherCase(member.Text));
            if ((seen & (1UL << member.Slot)) != 0) return Fail(table.SaidTwice(member));
            seen |= 1UL << member.Slot;
            _reader.Read();
            if (!Value(member.Shape, member.Text)) return false;
        }

        return _names.Close(_body) is not { } twice || Fail(JsonFault.Duplicate(twice));
    }

    /// <summary>
    /// Passes over a member that the format does not know. Where members are the prompt's own place, one that holds more than any switch does may be
    /// a part of it: services add such members, and read them.
    /// </summary>
    private bool Unknown(MemberTable table)
    {
        var name = (int)_reader.TokenStartIndex + 1;
        var length = _reader.ValueSpan.Length;
        _names.Add(name, length, _reader.ValueIsEscaped);
        var mayPrompt = table.IsOpen || _reader.CurrentDepth == 1;
        _reader.Read();
        if (table.Others is { } others) return Value(others, "");
        var start = _reader.TokenStartIndex;
        _reader.Skip();
        if (mayPrompt && _reader.BytesConsumed - start > MostUnread && !Settings.Has(_body.Slice(name, length))) _facts.Add(UnknowableInput.UnknownItems);
        return true;
    }

    private readonly int Find(MemberTable table, out bool isOtherCase) =>
        _reader.ValueIsEscaped ? FindEscaped(table, out isOtherCase) : table.Find(_reader.ValueSpan, out isOtherCase);

    private readonly int FindEscaped(MemberTable table, out bool isOtherCase)
    {
        var name = _reader.ValueSpan;
        // Longer than six bytes a letter no escape makes a name, and no known name is longer than 64 letters.
        isOtherCase = false;
        if (name.Length > 64 * 6) return -1;
        Span<byte> text = stackalloc byte[name.Length];
        return table.Find(text[..JsonText.Unescape(name, text)], out isOtherCase);
    }

    /// <summary>Reads the value whose first token was just read.</summary>
    private bool Value(RequestShape shape, string member)
    {
        var speaks = shape.Speaker is not null && !_facts.IsInMessage && _reader.TokenType != JsonTokenType.Null && (_reader.TokenType != JsonTokenType.StartArray || shape.Item is not { IsMessage: true });
        if (!speaks) return Read(shape, member);
        _facts.OpenMessage();
        _facts.Role = shape.Speaker!.Value;
        if (!Read(shape, member)) return false;
        _facts.CloseMessage();
        return true;
    }

    private bool Read(RequestShape shape, string member) => _reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(shape, member),
        JsonTokenType.StartArray => Array(shape, member),
        JsonTokenType.String => Text(shape, member),
        JsonTokenType.Number => Number(shape, member),
        JsonTokenType.True or JsonTokenType.False => Boolean(shape, member),
        _ => Null(shape, member),
    };

    private bool Object(RequestShape shape, string member)
    {
        var start = (int)_reader.TokenStartIndex;
        var inside = (int)_reader.BytesConsumed;
        var part = _facts.Parts.Count;
        var isPart = shape.IsRawPart;
        var around = _medium;
        if (isPart) AddPart(shape, start, 0, isEscaped: false);
        if (shape.IsMessage) _facts.OpenMessage();
        if (shape.IsMedium) _medium = default;
        var isEmpty = false;
        if (shape.Members is null)
        {
            if (shape.Take is Take.Bound or Take.Choices or Take.Model or Take.Streaming or Take.Background or Take.IncludeUsage) return Fail(JsonFault.WrongKind(member));
            NoteUnread(shape);
            _reader.Skip();
        }
        else if (!Members(shape.Members, out isEmpty))
        {
            return false;
        }

        if (shape.IsMedium)
        {
            _facts.Judge(part, _medium, _body);
            _medium = around;
        }

        if (shape.IsMessage) _facts.CloseMessage();
        if (isPart) _facts.Parts[part] = _facts.Parts[part] with { Length = (int)_reader.BytesConsumed - start };
        if (shape is { Take: Take.Unknowable, Members: not null } && !_facts.IsOff) _facts.Add(shape.Reason);
        if (shape.Take == Take.Compaction) _facts.CompactsFrom = 0;
        if (shape.Take == Take.Prediction) _facts.Predicted = part.._facts.Parts.Count;
        if (shape.Take == Take.UsageContainer) _facts.Edits.UsageContainer = new(inside, isEmpty, null);
        if (shape.Take == Take.BoundContainer) _facts.Edits.BoundContainer = new(inside, isEmpty, null);
        return true;
    }

    private bool Array(RequestShape shape, string member)
    {
        var start = (int)_reader.TokenStartIndex;
        var part = _facts.Parts.Count;
        var isPart = shape.IsRawPart;
        if (isPart) AddPart(shape, start, 0, isEscaped: false);
        if (shape.Item is null)
        {
            if (shape.Take is Take.Bound or Take.Choices or Take.Model or Take.Streaming or Take.Background or Take.IncludeUsage or Take.UsageContainer or Take.BoundContainer) return Fail(JsonFault.WrongKind(member));
            _reader.Skip();
            if (!IsEmptyArray(start)) NoteUnread(shape);
        }
        else
        {
            var prompts = 0;
            var hasTokens = false;
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            {
                if (_reader.TokenType == JsonTokenType.Number) hasTokens = true;
                else prompts++;
                if (!Value(shape.Item, member)) return false;
            }

            if (shape.CountsPrompts) _facts.Prompts = Math.Max(1, prompts);
            if (shape.TakesTokenIds && hasTokens) _facts.AddPart(PromptPartKind.TokenIds, start, (int)_reader.BytesConsumed - start, isEscaped: false);
        }

        if (isPart) _facts.Parts[part] = _facts.Parts[part] with { Length = (int)_reader.BytesConsumed - start };
        return true;
    }

    private readonly bool IsEmptyArray(int start) => _body[(start + 1)..((int)_reader.BytesConsumed - 1)].IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private bool Text(RequestShape shape, string member)
    {
        switch (shape.Take)
        {
            case Take.Part:
                var kind = shape.PartKind;
                if (kind is PromptPartKind.Image or PromptPartKind.Audio or PromptPartKind.File) kind = Medium(kind);
                _facts.AddPart(kind, (int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length, _reader.ValueIsEscaped);
                return true;
            case Take.Model:
                _facts.Model ??= _reader.GetString();
                return true;
            case Take.OtherModel:
                (_facts.OtherModels ??= []).Add(_reader.GetString()!);
                return true;
            case Take.AdvisorModel:
                (_facts.AdvisorModels ??= []).Add(_reader.GetString()!);
                return true;
            case Take.PriceFactor:
                if (_reader.ValueSpan.Length <= MostFactor) (_facts.PriceFactors ??= []).Add(_reader.GetString()!);
                return true;
            case Take.ServiceTier:
                _facts.ServiceTier = ServiceTiers.Of(_reader.GetString());
                return true;
            case Take.Role:
                _facts.Role = Roles.Of(_reader);
                return true;
            case Take.Kind:
                if (shape.ReplayedReasoning is { } reasoning && _reader.ValueTextEquals(reasoning)) _facts.Add(UnknowableInput.EncryptedReasoning);
                else if (!IsKnown(shape)) _facts.Add(shape.Reason);
                return true;
            case Take.ContextEdit:
                if (!_reader.ValueSpan.StartsWith("clear_"u8)) _facts.CompactsFrom ??= RequestFacts.LeastCompacted;
                return true;
            case Take.MediumForm:
                _medium.TakeForm(_reader);
                return true;
            case Take.MediaType:
                _medium.TakeMediaType(_reader);
                return true;
            case Take.Detail:
                if (_reader.ValueTextEquals("original"u8)) _facts.HasOriginalPictures = true;
                return true;
            case Take.Mode:
                _facts.IsOff = _reader.ValueTextEquals("off"u8);
                return true;
            case Take.Unknowable:
                if (!_reader.ValueSpan.IsEmpty) _facts.Add(shape.Reason);
                return true;
            case Take.Bound:
                return Fail(JsonFault.NotWhole(member, 0));
            case Take.Choices:
                return Fail(JsonFault.TooMany(member, RequestFacts.MostChoices));
            case Take.Streaming or Take.Background or Take.IncludeUsage:
                return Fail(JsonFault.NotBoolean(member));
            case Take.UsageContainer or Take.BoundContainer:
                return Fail(JsonFault.WrongKind(member));
            default:
                if (shape.Item is not null || shape.Members is not null) _facts.Add(UnknowableInput.UnknownItems);
                return true;
        }
    }

    private readonly bool IsKnown(RequestShape shape)
    {
        foreach (var known in shape.KnownUtf8)
        {
            if (_reader.ValueTextEquals(known)) return true;
        }

        return false;
    }

    private bool Number(RequestShape shape, string member)
    {
        switch (shape.Take)
        {
            case Take.Bound:
                if (!_reader.TryGetInt64(out var tokens) || (tokens < 0 && !shape.ZeroIsUnbounded)) return Fail(JsonFault.NotWhole(member, 0));
                _facts.Edits.Add(new(member, tokens <= 0 && shape.ZeroIsUnbounded ? null : tokens, Place()));
                return true;
            case Take.Choices:
                if (!_reader.TryGetInt64(out var choices) || choices is < 1 or > RequestFacts.MostChoices) return Fail(JsonFault.TooMany(member, RequestFacts.MostChoices));
                _facts.Choices = Math.Max(_facts.Choices, (int)choices);
                return true;
            case Take.ThinkingBudget:
                // -1 leaves it to the model (Gemini); what is no whole number bounds nothing either
                if (_reader.TryGetInt64(out var budget) && budget >= 0) _facts.ThinkingBudget = budget;
                return true;
            case Take.Unknowable:
                _facts.Add(shape.Reason);
                return true;
            default:
                return NotExpected(shape, member);
        }
    }

    private bool Boolean(RequestShape shape, string member)
    {
        var value = _reader.TokenType == JsonTokenType.True;
        switch (shape.Take)
        {
            case Take.Streaming:
                _facts.IsStreaming = value;
                return true;
            case Take.Background:
                _facts.IsBackground = value;
                return true;
            case Take.IncludeUsage:
                _facts.AsksForUsage = value;
                _facts.Edits.IncludeUsage = Place();
                return true;
            case Take.Part when shape.PartKind == PromptPartKind.SerialTools:
                if (!value) AddPart(shape, (int)_reader.TokenStartIndex, _reader.ValueSpan.Length, isEscaped: false);
                return true;
            case Take.Unknowable:
                if (value) _facts.Add(shape.Reason);
                return true;
            case Take.Bound:
                return Fail(JsonFault.NotWhole(member, 0));
            case Take.Choices:
                return Fail(JsonFault.TooMany(member, RequestFacts.MostChoices));
            default:
                return NotExpected(shape, member);
        }
    }

    private bool NotExpected(RequestShape shape, string member) => shape.Take switch
    {
        Take.Model => Fail(JsonFault.NotText(member)),
        Take.Streaming or Take.Background or Take.IncludeUsage => Fail(JsonFault.NotBoolean(member)),
        Take.UsageContainer or Take.BoundContainer => Fail(JsonFault.WrongKind(member)),
        _ => true,
    };

    private readonly bool Null(RequestShape shape, string member)
    {
        switch (shape.Take)
        {
            case Take.Bound:
                _facts.Edits.Add(new(member, null, Place()));
                break;
            case Take.IncludeUsage:
                _facts.Edits.IncludeUsage = Place();
                break;
            case Take.UsageContainer:
                _facts.Edits.UsageContainer = new(0, true, Place());
                break;
            case Take.BoundContainer:
                _facts.Edits.BoundContainer = new(0, true, Place());
                break;
        }

        return true;
    }

    private readonly void AddPart(RequestShape shape, int start, int length, bool isEscaped) =>
        _facts.AddPart(shape.PartKind, start, length, isEscaped);

    private readonly ValuePlace Place() => new((int)_reader.TokenStartIndex, (int)(_reader.BytesConsumed - _reader.TokenStartIndex));

    /// <summary>An object or array that has no shape: what does it mean that it is there?</summary>
    private readonly void NoteUnread(RequestShape shape)
    {
        if (shape.Take == Take.Unknowable) _facts.Add(shape.Reason);
        else if (!shape.IsRawPart) _facts.Add(UnknowableInput.UnknownItems);
    }

    /// <summary>
    /// What a medium is, by its bytes: providers put pictures and documents under the same members. A picture has a size that
    /// tells its tokens; sound, documents and what lies behind an address have not.
    /// </summary>
    private readonly PromptPartKind Medium(PromptPartKind kind)
    {
        var value = _reader.ValueSpan;
        if (value.IsEmpty) return kind;
        if (Media.IsAddress(value))
        {
            _facts.Add(UnknowableInput.RemoteMedia);
            return kind;
        }

        if (kind == PromptPartKind.Image && !(Media.IsPicture(value) && (!_reader.ValueIsEscaped || Media.HasOnlySlashesEscaped(value)))) kind = PromptPartKind.File;
        if (kind != PromptPartKind.Image) _facts.Add(UnknowableInput.Media);
        return kind;
    }

    private bool Fail(RequestReading.Malformed fault)
    {
        _fault = fault;
        return false;
    }
}
