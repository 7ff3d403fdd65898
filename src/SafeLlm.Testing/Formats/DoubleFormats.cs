namespace SafeLlm.Testing;

/// <summary>The wire formats that the double speaks.</summary>
internal static class DoubleFormats
{
    /// <summary>In the order in which they are asked for a path.</summary>
    public static IReadOnlyList<IDoubleFormat> All { get; } =
    [
        new OpenAiChatDouble(),
        new OpenAiResponsesDouble(),
        new OpenAiEmbeddingsDouble(),
        new AnthropicMessagesDouble(),
        new GenerateDouble(),
    ];

    /// <summary>The format of a path; null where none speaks it.</summary>
    public static IDoubleFormat? For(string path) => All.FirstOrDefault(format => format.Recognises(path));
}
