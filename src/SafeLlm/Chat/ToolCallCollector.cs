using System.Text;

namespace SafeLlm.Chat;

/// <summary>Puts tool calls together from their pieces.</summary>
internal sealed class ToolCallCollector
{
    private readonly List<Begun> calls = [];

    public void Add(IReadOnlyList<ToolCallPiece> pieces)
    {
        foreach (var piece in pieces)
        {
            var call = calls.FindLast(begun => begun.Index == piece.Index);
            // Some services number no call, or all of them 0, and send each whole: then another id is another call.
            if (call is null || (piece.Id is { Length: > 0 } id && call.Id is { Length: > 0 } && call.Id != id))
            {
                call = new Begun(piece.Index);
                calls.Add(call);
            }

            if (piece.Id is { Length: > 0 }) call.Id = piece.Id;
            call.Name = piece.Name ?? call.Name;
            call.Arguments.Append(piece.Arguments);
        }
    }

    // A tool that takes nothing may be asked without a piece of arguments; whoever reads them reads JSON all the same.
    public IReadOnlyList<ToolCall> Whole() => calls.Count == 0
        ? []
        : [.. calls.OrderBy(call => call.Index).Select(call => new ToolCall(call.Id, call.Name, call.Arguments.Length == 0 ? "{}" : call.Arguments.ToString()))];

    private sealed class Begun(int index)
    {
        public int Index => index;

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
