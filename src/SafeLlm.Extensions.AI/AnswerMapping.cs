using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Extensions.AI;

/// <summary>Writes a SafeLlm answer as Microsoft.Extensions.AI has it, and reads its usage.</summary>
internal static class AnswerMapping
{
    private static readonly JsonTypeInfo<IDictionary<string, object?>> Arguments =
        (JsonTypeInfo<IDictionary<string, object?>>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>));

    public static List<AIContent> Contents(string text, string? refusal, IReadOnlyList<ToolCall> calls)
    {
        var contents = new List<AIContent>();
        if (text.Length > 0) contents.Add(new TextContent(text));
        if (refusal is not null) contents.Add(new ErrorContent(refusal) { ErrorCode = "refusal" });
        foreach (var call in calls)
        {
            contents.Add(FunctionCallContent.CreateFromParsedArguments(call.Arguments, call.Id, call.Name, static json => json.Length == 0 ? null : JsonSerializer.Deserialize(json, Arguments)));
        }

        return contents;
    }

    public static ChatFinishReason? FinishReason(string? reason) => reason is null ? null : new ChatFinishReason(reason);

    public static UsageDetails Usage(AnswerUsage usage) => new()
    {
        InputTokenCount = usage.InputTokens,
        OutputTokenCount = usage.OutputTokens,
        TotalTokenCount = usage.TotalTokens,
        CachedInputTokenCount = usage.CachedInputTokens,
        ReasoningTokenCount = usage.ReasoningTokens,
    };

    public static AdditionalPropertiesDictionary Properties(NanoUsd cost, int attempts) => new() { ["safellm.cost"] = cost.Dollars, ["safellm.attempts"] = attempts };

    /// <summary>As it is billed; null where the client did not say both input and output.</summary>
    public static BillableUsage? Billable(UsageDetails? usage)
    {
        if (usage is not { InputTokenCount: { } input and >= 0, OutputTokenCount: { } output and >= 0 }) return null;
        var cached = Math.Clamp(usage.CachedInputTokenCount ?? 0, 0, input);
        return new BillableUsage(input - cached, cached, 0, output);
    }
}
