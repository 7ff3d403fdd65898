namespace SafeLlm.Formats;

/// <summary>What was read from a request so far.</summary>
internal sealed class RequestFacts
{
    /// <summary>More choices than any provider allows in one request (OpenAI: 128); more is a mistake or an attack.</summary>
    public const int MostChoices = 1024;

    /// <summary>The fewest input tokens at which Anthropic lets a conversation be compacted on the way.</summary>
    public const long LeastCompacted = 50_000;

    private OptionalCount _thinkingBudget;
    private OptionalCount _compactsFrom;
    private int _messageStart;
    private List<UnknowableInput>? _unknowable;

    public string? Model { get; set; }

    public int Choices { get; set; } = 1;

    /// <summary>How many prompts the request has, each with its own choices.</summary>
    public int Prompts { get; set; } = 1;

    /// <summary>Choices over all prompts; a list of prompts can be as long as the body, so it saturates.</summary>
    public int AllChoices => (int)Math.Min(int.MaxValue, (long)Choices * Prompts);

    public long? ThinkingBudget
    {
        get => _thinkingBudget.Value;
        set => _thinkingBudget = new(value);
    }

    public ServiceTier ServiceTier { get; set; }

    public List<string>? PriceFactors { get; set; }

    public List<string>? OtherModels { get; set; }

    public List<string>? AdvisorModels { get; set; }

    public bool IsStreaming { get; set; }

    public bool AsksForUsage { get; set; }

    public bool IsBackground { get; set; }

    public bool HasOriginalPictures { get; set; }

    /// <summary>Whether the object of a mode is switched off.</summary>
    public bool IsOff { get; set; }

    public int Messages { get; private set; }

    /// <summary>Who speaks in the open message.</summary>
    public PromptRole Role { get; set; }

    public List<PromptPart> Parts { get; } = new(4);

    /// <summary>From how many input tokens on the conversation may be summarised before it is answered; null where that is not asked for.</summary>
    public long? CompactsFrom
    {
        get => _compactsFrom.Value;
        set => _compactsFrom = new(value);
    }

    /// <summary>Which of the parts are no prompt but what the caller predicts of the answer.</summary>
    public Range Predicted { get; set; }

    public IReadOnlyList<UnknowableInput> Unknowable => _unknowable ?? (IReadOnlyList<UnknowableInput>)[];

    public EditPoints Edits { get; } = new();

    /// <summary>Whether a message is open.</summary>
    public bool IsInMessage { get; private set; }

    public void AddPart(PromptPartKind kind, int start, int length, bool isEscaped) =>
        Parts.Add(new(kind, PromptRole.None, IsInMessage ? Messages : -1, start, length, isEscaped));

    public void Add(UnknowableInput reason)
    {
        _unknowable ??= [];
        if (!_unknowable.Contains(reason)) _unknowable.Add(reason);
    }

    /// <summary>Makes of a medium what its object says. What is no picture is bounded by nothing, text neither: services put more around a document than it has.</summary>
    /// <param name="from">The first of the parts that stand in the object.</param>
    /// <param name="words">What it says.</param>
    /// <param name="body">The request.</param>
    public void Judge(int from, MediumWords words, ReadOnlySpan<byte> body)
    {
        for (var i = from; i < Parts.Count; i++)
        {
            var part = Parts[i];
            if (part.Kind is not (PromptPartKind.Image or PromptPartKind.File)) continue;
            var kind = words.Judge(part.Kind, body.Slice(part.Start, part.Length));
            if (kind == part.Kind) continue;
            Parts[i] = part with { Kind = kind };
            Add(UnknowableInput.Media);
        }
    }

    public void OpenMessage()
    {
        IsInMessage = true;
        Role = PromptRole.Other;
        _messageStart = Parts.Count;
    }

    /// <summary>Gives the message's parts its role, which may stand behind them.</summary>
    public void CloseMessage()
    {
        if (Role == PromptRole.Other) Role = Inferred();
        for (var i = _messageStart; i < Parts.Count; i++)
        {
            var part = Parts[i];
            var kind = Role == PromptRole.Tool && part.Kind == PromptPartKind.Text ? PromptPartKind.ToolResult : part.Kind;
            Parts[i] = part with { Role = Role, Kind = kind };
        }

        IsInMessage = false;
        Messages++;
    }

    /// <summary>Who speaks where the message does not say: a call of a tool is the model's, its result the tool's.</summary>
    private PromptRole Inferred()
    {
        for (var i = _messageStart; i < Parts.Count; i++)
        {
            if (Parts[i].Kind is PromptPartKind.ToolCallName or PromptPartKind.ToolCallArguments) return PromptRole.Assistant;
            if (Parts[i].Kind == PromptPartKind.ToolResult) return PromptRole.Tool;
        }

        return PromptRole.Other;
    }
}
