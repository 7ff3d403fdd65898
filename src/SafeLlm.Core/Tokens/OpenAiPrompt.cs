using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>
/// Counts a prompt as OpenAI's chat and Responses endpoints do: a frame around each message and each tool call, and
/// declarations in the rendering that the models read. The constants were fitted on recorded traffic; the frame is openai-cookbook's.
/// </summary>
internal sealed class OpenAiPrompt(CallFacts facts, string model, ITokenCounter counter) : IDisposable
{
    // what a second tool call in one message adds, and each further one; as many as were seen at most, for the upper end
    private const int ParallelCalls = 14;
    private const int ParallelCallsOfGpt5 = 6;
    private const int ParallelCallsUpper = 20;
    private const int FurtherCall = 3;

    // what gpt-5 reads about tools beside them: always in chat, in Responses where calls must come one by one
    private const int ToolGuidance = 82;

    // what a model is told that compacts a conversation (/v1/responses/compact)
    private const int CompactionGuidance = 93;

    private readonly bool isGpt5 = OpenAiModels.IsGpt5(model);
    private readonly bool isResponses = facts.Format.Name == "openai-responses";
    private readonly Queue<int> calledTools = new();
    private readonly PooledText text = new();
    private bool hasSystem;
    private bool hasTools;
    private bool hasSerialTools;
    private long total;
    private long slack;

    /// <summary>The number of tokens, and what the upper end must add for steps that vary.</summary>
    public (long Expected, long Slack) Count()
    {
        total = OpenAiModels.IsReasoning(model) ? 2 : 3;
        total += facts.Path.EndsWith("/responses/compact", StringComparison.Ordinal) ? CompactionGuidance : 0;
        foreach (var part in facts.Parts)
        {
            hasTools |= part.Kind == PromptPartKind.ToolDeclarations && !IsEmptyArray(facts.Raw(part));
            hasSerialTools |= part.Kind == PromptPartKind.SerialTools;
        }

        // every known role is one token
        var frame = OpenAiModels.Bare(model).StartsWith("gpt-3.5-turbo-0301", StringComparison.Ordinal) ? 5L : 4L;
        total += facts.Messages * frame;
        for (var index = 0; index < facts.Parts.Count;)
        {
            index = facts.Parts[index].Message < 0 ? index + 1 : Message(index, frame);
        }

        foreach (var part in facts.Parts)
        {
            switch (part.Kind)
            {
                case PromptPartKind.ToolDeclarations when !IsEmptyArray(facts.Raw(part)):
                    Tools(part);
                    break;
                case PromptPartKind.ToolChoice when hasTools:
                    Choice(part);
                    break;
                case PromptPartKind.ResponseSchema:
                    Schema(part);
                    break;
            }
        }

        var pictures = Pictures.Count(facts, TokenFamilies.OpenAi, model);
        return (total + pictures.Expected, slack + pictures.Upper - pictures.Expected);
    }

    /// <inheritdoc/>
    public void Dispose() => text.Dispose();

    /// <summary>Counts the message that starts at a part; gives the first part behind it.</summary>
    private int Message(int index, long frame)
    {
        var first = facts.Parts[index];
        var calls = 0;
        var isEmpty = true;
        var isNamed = false;
        text.Clear();
        for (; index < facts.Parts.Count && facts.Parts[index].Message == first.Message; index++)
        {
            var part = facts.Parts[index];
            isEmpty &= part.Kind == PromptPartKind.Text && part.Length == 0;
            switch (part.Kind)
            {
                case PromptPartKind.Text or PromptPartKind.ToolResult:
                    facts.WriteText(part, text);
                    break;
                case PromptPartKind.Name:
                    total += 1 + Tokens(part);
                    isNamed = true;
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

        var isSystem = first.Role is PromptRole.System or PromptRole.Developer;
        if (isEmpty && isSystem && isResponses)
        {
            // empty instructions are none
            total -= frame;
            return index;
        }

        var isFirstSystem = !hasSystem && isSystem;
        hasSystem |= isFirstSystem;
        if (isFirstSystem && hasTools && !isGpt5 && !isResponses)
        {
            text.Append("\n"u8);
        }

        total += counter.Count(text.Written);
        total += isGpt5 && first.Role == PromptRole.Assistant ? 2 : 0;
        if (calls > 1)
        {
            var parallel = isGpt5 ? ParallelCallsOfGpt5 : ParallelCalls;
            total += parallel + (FurtherCall * (calls - 2));
            slack += ParallelCallsUpper - parallel;
        }

        if (first.Role == PromptRole.Tool && !isNamed)
        {
            // an answer names its tool, as those of functions do themselves; answers come in the order of the calls
            total += (calledTools.TryDequeue(out var name) ? name : 1) + (!isGpt5 ? 2 : isResponses ? 8 : 6);
        }

        return index;
    }

    private void Tools(PromptPart part)
    {
        var raw = facts.Body.Slice(part.Start, part.Length);
        total += (isResponses && !isGpt5 ? 3 : 9) + (isGpt5 ? (!isResponses || hasSerialTools ? ToolGuidance : 0) : hasSystem && !isResponses ? -4 : 0);
        if (ToolRendering.Of(raw) is { } rendering)
        {
            total += counter.Count(Encoding.UTF8.GetBytes(rendering.ToString())) - rendering.BareFunctions;
        }
        else
        {
            total += counter.Count(raw.Span);
            slack += raw.Length / 8;
        }
    }

    private void Choice(PromptPart part)
    {
        if (!isGpt5 && ToolChoices.Of(facts.Raw(part)) is { Name: { } name })
        {
            total += (isResponses ? 8 : 4) + counter.Count(Encoding.UTF8.GetBytes(name));
        }
    }

    private void Schema(PromptPart part)
    {
        total += counter.Count(SchemaRendering.TryRender(facts, part, text) ? text.Written : facts.Raw(part));
        total += isResponses || hasTools ? 1 : hasSystem ? 4 : 8;
    }

    private int Tokens(PromptPart part) => PromptText.Count(facts, part, counter);

    private static bool IsEmptyArray(ReadOnlySpan<byte> json) => json.Length < 2 || json[1..^1].IndexOfAnyExcept(" \t\r\n"u8) < 0;
}
