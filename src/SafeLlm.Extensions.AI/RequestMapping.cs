using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI;

/// <summary>Writes a chat of Microsoft.Extensions.AI as a SafeLlm request.</summary>
internal static class RequestMapping
{
    private static readonly JsonTypeInfo<IDictionary<string, object?>> Arguments =
        (JsonTypeInfo<IDictionary<string, object?>>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>));

    private static readonly ChatRole Developer = new("developer");

    /// <summary>A request that says all that the chat does.</summary>
    /// <exception cref="NotSupportedException">There is something in the chat that a request cannot say.</exception>
    public static ChatRequest Map(IEnumerable<ChatMessage> messages, ChatOptions? options, string model, int maxOutputTokens) =>
        Map(messages, options, model, maxOutputTokens, left: null);

    /// <summary>A request to quote, for a chat that another client sends: what it cannot say is left out, and told.</summary>
    /// <param name="messages">The chat.</param>
    /// <param name="options">Its options.</param>
    /// <param name="model">The model, where the options name none.</param>
    /// <param name="maxOutputTokens">The bound, where the options have none.</param>
    /// <param name="isAll">False where the chat has more than the request: files that the provider fetches, what only its client knows.</param>
    public static ChatRequest MapToQuote(IEnumerable<ChatMessage> messages, ChatOptions? options, string model, int maxOutputTokens, out bool isAll)
    {
        var left = new List<object>();
        var request = Map(messages, options, model, maxOutputTokens, left);
        isAll = left.Count == 0;
        return request;
    }

    private static ChatRequest Map(IEnumerable<ChatMessage> messages, ChatOptions? options, string model, int maxOutputTokens, List<object>? left)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var prompt = new List<PromptMessage>();
        if (options?.Instructions is { Length: > 0 } instructions) prompt.Add(PromptMessage.System(instructions));
        foreach (var message in messages) Add(prompt, message, left);
        // An answer that goes on has its prompt at the provider.
        if (left is not null && options?.ContinuationToken is { } token) left.Add(token);
        // All of it was left out, and the request is quoted all the same.
        if (left is { Count: > 0 } && prompt.Count == 0) prompt.Add(PromptMessage.User(""));

        return new ChatRequest
        {
            Model = options?.ModelId ?? model,
            Messages = prompt,
            MaxOutputTokens = options?.MaxOutputTokens ?? maxOutputTokens,
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            Seed = options?.Seed,
            Stop = options?.StopSequences is { } stop ? [.. stop] : [],
            Tools = options?.Tools is { } tools ? [.. tools.Select(tool => Tool(tool, left)).OfType<ToolDeclaration>()] : [],
            ToolChoice = Choice(options?.ToolMode),
            ResponseSchema = (options?.ResponseFormat as ChatResponseFormatJson)?.Schema,
        };
    }

    // What cannot be said goes to those that are left out, where somebody keeps them.
    private static void Add(List<PromptMessage> prompt, ChatMessage message, List<object>? left)
    {
        var images = new List<Uri>();
        var files = new List<PromptFile>();
        var calls = new List<ToolCall>();
        var text = new StringBuilder();
        foreach (var content in message.Contents)
        {
            if (!IsOf(message.Role, content, isQuoted: left is not null))
            {
                Leave(content, left);
                continue;
            }

            switch (content)
            {
                case TextContent said:
                    text.Append(said.Text);
                    break;
                // Other clients replay it: what was thought, also as it was encrypted, and what was refused. A request has no word for it.
                case TextReasoningContent thought when left is not null:
                    text.Append(thought.Text).Append(thought.ProtectedData);
                    break;
                case ErrorContent error when left is not null:
                    text.Append(error.Message);
                    break;
                case FunctionResultContent result:
                    prompt.Add(PromptMessage.ToolResult(result.CallId, Result(result)));
                    break;
                case FunctionCallContent call:
                    calls.Add(new ToolCall(call.CallId, call.Name, Json(call)));
                    break;
                case DataContent data when data.HasTopLevelMediaType("image"):
                    images.Add(new Uri(data.Uri));
                    break;
                case UriContent uri when uri.HasTopLevelMediaType("image"):
                    images.Add(uri.Uri);
                    break;
                case DataContent data:
                    files.Add(new PromptFile(data.Name ?? "file", data.MediaType, data.Data));
                    break;
                case UriContent when left is not null:
                    left.Add(content);
                    break;
                case UriContent uri:
                    files.Add(new PromptFile("file", uri.MediaType, uri.Uri));
                    break;
                case TextReasoningContent or UsageContent or ErrorContent:
                    break;
                default:
                    Leave(content, left);
                    break;
            }
        }

        prompt.AddRange(Said(message.Role, text.ToString(), calls, images, files, isQuoted: left is not null));
    }

    private static PromptMessage[] Said(ChatRole role, string text, List<ToolCall> calls, List<Uri> images, List<PromptFile> files, bool isQuoted)
    {
        if (role == ChatRole.System) return [PromptMessage.System(text)];
        if (role == ChatRole.Assistant) return [PromptMessage.Assistant(text, calls)];
        if (role == Developer) return [PromptMessage.Developer(text)];
        if (role == ChatRole.Tool) return text.Length > 0 ? [PromptMessage.User(text)] : [];
        return isQuoted || role == ChatRole.User
            ? [PromptMessage.User(text, images, files)]
            : throw new NotSupportedException($"SafeLlmClient cannot send a message of the role {role}. Use system, developer, user, assistant or tool; or put UseSafeLlm around a client that can.");
    }

    // What messages of a role may have in a request.
    private static bool IsOf(ChatRole role, AIContent content, bool isQuoted) => content switch
    {
        DataContent or UriContent => role != ChatRole.System && role != Developer && role != ChatRole.Assistant && role != ChatRole.Tool,
        FunctionCallContent => role == ChatRole.Assistant,
        // Beside a tool's result it is counted as the user's.
        TextContent text => isQuoted || role != ChatRole.Tool || text.Text.Length == 0,
        _ => true,
    };

    private static void Leave(AIContent content, List<object>? left)
    {
        // Left out, it would be neither asked, nor counted; better say so.
        if (left is null) throw new NotSupportedException($"SafeLlmClient cannot send content of the kind {content.GetType().Name} in a message of this role. Put UseSafeLlm around a client that can.");
        left.Add(content);
    }

    /// <summary>The arguments of a tool's call, as JSON.</summary>
    public static string Json(FunctionCallContent call) => call.Arguments is null ? "{}" : JsonSerializer.Serialize(call.Arguments, Arguments);

    private static ToolDeclaration? Tool(AITool tool, List<object>? left)
    {
        if (tool is AIFunctionDeclaration function) return new ToolDeclaration(function.Name, function.Description, function.JsonSchema);
        // Where another client sends it, it is held for by its name.
        return left is not null ? null : throw new NotSupportedException(
            $"SafeLlmClient cannot send the tool {tool.Name}, which runs at the provider: not all the formats that it writes have it. Leave it out; or put UseSafeLlm, or SafeLlmHandler, around a client that can.");
    }

    private static string? Choice(ChatToolMode? mode) => mode switch
    {
        null or AutoChatToolMode => null,
        NoneChatToolMode => "none",
        RequiredChatToolMode { RequiredFunctionName: { } name } => name,
        _ => "required",
    };

    private static string Result(FunctionResultContent result) => result.Result switch
    {
        null => result.Exception is null ? "" : "The tool failed.",
        string text => text,
        JsonElement json => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText(),
        var other => JsonSerializer.Serialize(other, AIJsonUtilities.DefaultOptions.GetTypeInfo(other.GetType())),
    };
}
