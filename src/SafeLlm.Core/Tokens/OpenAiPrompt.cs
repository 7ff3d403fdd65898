using System.Text;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>
/// Counts a prompt as OpenAI's chat endpoint does: a frame around each message and each tool call, and declarations in the
/// rendering that the models read. The constants were fitted on recorded traffic; the frame is openai-cookbook's.
/// </summary>
internal sealed class OpenAiPrompt(CallFacts facts, string model, ITokenCounter counter) : IDisposable
{
    // what a second tool call in one message adds, and each further one; as many as were seen at most, for the upper end
    private const int ParallelCalls = 6;
    private const int FurtherCall = 3;
    private const int ParallelCallsUpper = 17;

    private readonly bool isGpt5 = OpenAiModels.IsGpt5(model);
    private readonly Queue<int> calledTools = new();
    private readonly PooledText text = new();
    private bool hasSystem;
    private long total;
    private long slack;

    /// <summary>The number of tokens, and what the upper end must add for steps that vary.</summary>
    public (long Expected, long Slack) Count()
    {
        total = OpenAiModels.IsReasoning(model) ? 2 : 3;
        var frame = OpenAiModels.Bare(model).StartsWith("gpt-3.5-turbo-0301", StringComparison.Ordinal) ? 4 : 3;
        var hasTools = facts.Parts.Any(part => part.Kind == PromptPartKind.ToolDeclarations);

        // every known role is one token
        total += facts.Messages * (frame + 1L);
        for (var index = 0; index < facts.Parts.Count;)
        {
            index = facts.Parts[index].Message < 0 ? index + 1 : Message(index, hasTools);
        }

        foreach (var part in facts.Parts)
        {
            if (part.Kind == PromptPartKind.ToolDeclarations)
            {
                Tools(part);
            }
            else if (part.Kind == PromptPartKind.ToolChoice)
            {
                Choice(part);
            }
            else if (part.Kind == PromptPartKind.ResponseSchema)
            {
                Schema(part, hasTools);
            }
        }

        return (total, slack);
    }

    /// <inheritdoc/>
    public void Dispose() => text.Dispose();

    /// <summary>Counts the message that starts at a part; gives the first part behind it.</summary>
    private int Message(int index, bool hasTools)
    {
        var first = facts.Parts[index];
        var calls = 0;
        text.Clear();
        for (; index < facts.Parts.Count && facts.Parts[index].Message == first.Message; index++)
        {
            var part = facts.Parts[index];
            switch (part.Kind)
            {
                case PromptPartKind.Text or PromptPartKind.ToolResult:
                    facts.WriteText(part, text);
                    break;
                case PromptPartKind.Name:
                    total += 1 + Tokens(part);
                    break;
                case PromptPartKind.ToolCallName:
                    calls++;
                    calledTools.Enqueue(Tokens(part));
                    total += 3 + Tokens(part);
                    break;
                case PromptPartKind.ToolCallArguments:
                    total += Tokens(part);
                    break;
            }
        }

        var isFirstSystem = !hasSystem && first.Role is PromptRole.System or PromptRole.Developer;
        hasSystem |= isFirstSystem;
        if (isFirstSystem && hasTools && !isGpt5)
        {
            text.Append("\n"u8);
        }

        total += counter.Count(text.Written);
        total += isGpt5 && first.Role == PromptRole.Assistant ? 2 : 0;
        if (calls > 1)
        {
            total += ParallelCalls + (FurtherCall * (calls - 2));
            slack += ParallelCallsUpper - ParallelCalls;
        }

        if (first.Role == PromptRole.Tool)
        {
            // an answer names its tool; answers come in the order of the calls
            total += (calledTools.TryDequeue(out var name) ? name : 1) + (isGpt5 ? 6 : 2);
        }

        return index;
    }

    private void Tools(PromptPart part)
    {
        var raw = facts.Body.Slice(part.Start, part.Length);
        if (ToolRendering.Of(raw) is not { } rendering)
        {
            total += counter.Count(raw.Span);
            slack += raw.Length / 8;
            return;
        }

        total += counter.Count(Encoding.UTF8.GetBytes(rendering.ToString())) + 9 - rendering.BareFunctions;
        total += isGpt5 ? 82 : hasSystem ? -4 : 0;
    }

    private void Choice(PromptPart part)
    {
        try
        {
            using var document = JsonDocument.Parse(facts.Body.Slice(part.Start, part.Length));
            if (!isGpt5 && document.RootElement is { ValueKind: JsonValueKind.Object } choice)
            {
                var function = choice.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : choice;
                total += 4 + (function.TryGetProperty("name", out var name) ? counter.Count(Encoding.UTF8.GetBytes(name.ToString())) : 0);
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            slack += part.Length;
        }
    }

    private void Schema(PromptPart part, bool hasTools)
    {
        var raw = facts.Body.Slice(part.Start, part.Length);
        total += counter.Count(SchemaRendering.Of(raw) ?? raw.Span) + (hasTools ? 1 : hasSystem ? 4 : 8);
    }

    private int Tokens(PromptPart part) => PromptText.Count(facts, part, counter);
}
