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

    /// <summary>
    /// What a stream has said so far with what it says now: the most of each count. Some clients say all of it again as it grows, others the
    /// input at the start and the output at the end; a sum would count the first kind twice, and the last alone is half of the second.
    /// </summary>
    public static UsageDetails Merge(UsageDetails? before, UsageDetails said)
    {
        var merged = new UsageDetails
        {
            InputTokenCount = Most(before?.InputTokenCount, said.InputTokenCount),
            OutputTokenCount = Most(before?.OutputTokenCount, said.OutputTokenCount),
            TotalTokenCount = Most(before?.TotalTokenCount, said.TotalTokenCount),
            CachedInputTokenCount = Most(before?.CachedInputTokenCount, said.CachedInputTokenCount),
            ReasoningTokenCount = Most(before?.ReasoningTokenCount, said.ReasoningTokenCount),
        };
        foreach (var (name, count) in (before?.AdditionalCounts ?? []).Concat(said.AdditionalCounts ?? []))
        {
            merged.AdditionalCounts ??= [];
            merged.AdditionalCounts[name] = merged.AdditionalCounts.TryGetValue(name, out var other) ? Math.Max(other, count) : count;
        }

        return merged;
    }

    /// <summary>As it is billed; null where the client did not say both input and output.</summary>
    public static BillableUsage? Billable(UsageDetails? usage)
    {
        if (usage is not { InputTokenCount: { } input and >= 0, OutputTokenCount: { } output and >= 0 }) return null;
        var counts = usage.AdditionalCounts;
        var written = Count(counts, "CacheCreationInputTokens") ?? Count(counts, "CacheWriteInputTokens") ?? 0;
        var read = usage.CachedInputTokenCount is { } cached ? Math.Max(0, cached) : Count(counts, "CacheReadInputTokens") ?? 0;

        // Anthropic's own client sums up what went through the cache; others pass on the API's numbers, where it comes on top of the input, and name what was read as the API does.
        var isOnTop = (usage.CachedInputTokenCount is null && Count(counts, "CacheReadInputTokens") is not null) || written > input;

        // Google's own client counts thoughts, and what its tools put into the prompt, beside output and input, as the API does; others count them
        // as part of it. The total tells which it is, and no part is more than the whole.
        var beside = usage.TotalTokenCount is { } total ? total - input - output - (isOnTop ? read + written : 0) : 0;
        var reasoning = Math.Max(0, usage.ReasoningTokenCount ?? 0);
        if (reasoning > output || beside >= reasoning)
        {
            output += reasoning;
            beside -= reasoning;
        }

        var ofTools = Count(counts, "ToolUsePromptTokenCount") ?? 0;
        if (beside >= ofTools) input += ofTools;
        if (!isOnTop)
        {
            read = Math.Min(read, input);
            written = Math.Min(written, input - read);
            input -= read + written;
        }

        return new BillableUsage(input, read, written, output)
        {
            // How long it is kept is in none of the counts: taken as the longer, which costs more.
            CacheWriteLong = written,
            Reasoning = reasoning,
            // Where OpenAI's adapter has them; the properties for it are experimental still, and may go.
            AudioInput = Math.Min(Count(counts, "InputTokenDetails.AudioTokenCount") ?? 0, input),
            AudioOutput = Math.Min(Count(counts, "OutputTokenDetails.AudioTokenCount") ?? 0, output),
        };
    }

    private static long? Most(long? one, long? other) => other is null || one > other ? one : other;

    private static long? Count(AdditionalPropertiesDictionary<long>? counts, string name) =>
        counts is not null && counts.TryGetValue(name, out var count) ? Math.Max(0, count) : null;
}
