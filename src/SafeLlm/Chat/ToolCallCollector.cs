using System.Text;

namespace SafeLlm.Chat;

/// <summary>Puts tool calls together from their pieces.</summary>
internal sealed class ToolCallCollector
{
    private readonly SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)> calls = [];

    public void Add(IReadOnlyList<ToolCallPiece> pieces)
    {
        foreach (var piece in pieces)
        {
            var call = calls.TryGetValue(piece.Index, out var begun) ? begun : (Id: "", Name: "", Arguments: new StringBuilder());
            call.Arguments.Append(piece.Arguments);
            calls[piece.Index] = (piece.Id ?? call.Id, piece.Name ?? call.Name, call.Arguments);
        }
    }

    public IReadOnlyList<ToolCall> Whole() => calls.Count == 0 ? [] : [.. calls.Values.Select(call => new ToolCall(call.Id, call.Name, call.Arguments.ToString()))];
}
