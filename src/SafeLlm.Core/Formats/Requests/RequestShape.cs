using System.Collections.Frozen;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>
/// What a value in a request means, and how what stands in it is read: a wire format's knowledge of its requests, as data.
/// Values that have no shape are passed over, whatever they hold.
/// </summary>
internal sealed class RequestShape
{
    /// <summary>What the value means.</summary>
    public Take Take { get; init; }

    /// <summary>For <see cref="Take.Part"/>: what it is.</summary>
    public PromptPartKind PartKind { get; init; }

    /// <summary>For <see cref="Take.Kind"/>: the values that are known.</summary>
    public FrozenSet<string>? Known
    {
        get;
        init
        {
            field = value;
            KnownUtf8 = value is null ? [] : [.. value.Select(Encoding.UTF8.GetBytes)];
        }
    }

    /// <summary>The same as bytes, so that no string is made to look for one.</summary>
    public IReadOnlyList<byte[]> KnownUtf8 { get; private init; } = [];

    /// <summary>For <see cref="Take.Kind"/>: the one value that is replayed reasoning, of which the request shows a part at most.</summary>
    public string? ReplayedReasoning { get; init; }

    /// <summary>For <see cref="Take.Kind"/> and <see cref="Take.Unknowable"/>: why the input cannot be known.</summary>
    public UnknowableInput Reason { get; init; }

    /// <summary>For <see cref="Take.Bound"/>: whether 0 and what is below it mean "no bound".</summary>
    public bool ZeroIsUnbounded { get; init; }

    /// <summary>For text outside of messages: who speaks it. It then is a message of its own.</summary>
    public PromptRole? Speaker { get; init; }

    /// <summary>Whether numbers in an array here are tokens.</summary>
    public bool TakesTokenIds { get; init; }

    /// <summary>Whether each element of an array here is a prompt of its own, so that the choices multiply.</summary>
    public bool CountsPrompts { get; init; }

    /// <summary>Whether an object here is a message, so that its role holds for the parts in it.</summary>
    public bool IsMessage { get; init; }

    /// <summary>Whether an object here holds a medium and says in other members what it is: before it, behind it or not at all.</summary>
    public bool IsMedium { get; init; }

    /// <summary>How an object here is read; null where it is passed over.</summary>
    public MemberTable? Members { get; init; }

    /// <summary>How the elements of an array here are read; null where it is passed over.</summary>
    public RequestShape? Item { get; init; }

    /// <summary>Whether an object or array here is a part as it stands, as raw JSON.</summary>
    public bool IsRawPart => Take == Take.Part && PartKind
        is PromptPartKind.TokenIds or PromptPartKind.ToolDeclarations or PromptPartKind.ToolChoice or PromptPartKind.ToolCallArguments or PromptPartKind.ToolResult or PromptPartKind.ResponseSchema;

    public static RequestShape Of(Take take) => new() { Take = take };

    public static RequestShape Part(PromptPartKind kind, MemberTable? members = null, RequestShape? item = null) =>
        new() { Take = Take.Part, PartKind = kind, Members = members, Item = item };

    /// <summary>Text that someone speaks outside of a list of messages.</summary>
    public static RequestShape Says(PromptRole speaker, RequestShape? item = null, MemberTable? members = null) =>
        new() { Take = Take.Part, PartKind = PromptPartKind.Text, Speaker = speaker, Item = item, Members = members };

    public static RequestShape Object(params ReadOnlySpan<(string Name, RequestShape Shape)> members) => new() { Members = new MemberTable(members) };

    /// <summary>An object whose members a service may read as it does those of the document.</summary>
    public static RequestShape Open(params ReadOnlySpan<(string Name, RequestShape Shape)> members) => new() { Members = new MemberTable(members) { IsOpen = true } };

    public static RequestShape Message(params ReadOnlySpan<(string Name, RequestShape Shape)> members) =>
        new() { IsMessage = true, Members = new MemberTable(members) };

    /// <summary>An object that holds a medium; its bytes alone make it no picture.</summary>
    public static RequestShape Medium(params ReadOnlySpan<(string Name, RequestShape Shape)> members) =>
        new() { IsMedium = true, Members = new MemberTable(members) };

    public static RequestShape Array(RequestShape item) => new() { Item = item };

    public static RequestShape Container(Take take, params ReadOnlySpan<(string Name, RequestShape Shape)> members) =>
        new() { Take = take, Members = new MemberTable(members) };

    public static RequestShape OneOf(UnknowableInput otherwise, params ReadOnlySpan<string> known) =>
        new() { Take = Take.Kind, Reason = otherwise, Known = FrozenSet.Create(StringComparer.Ordinal, known) };

    public static RequestShape Makes(UnknowableInput reason) => new() { Take = Take.Unknowable, Reason = reason };

    /// <summary>An object that does so unless its <see cref="Take.Mode"/> is off.</summary>
    public static RequestShape Makes(UnknowableInput reason, (string Name, RequestShape Shape) mode) => new() { Take = Take.Unknowable, Reason = reason, Members = new MemberTable(mode) };
}
