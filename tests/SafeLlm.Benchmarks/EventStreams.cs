using System.Globalization;
using System.Text;

namespace SafeLlm.Benchmarks;

/// <summary>Streams of ten thousand events, in the shapes that providers send, with their usage at the end.</summary>
internal static class EventStreams
{
    private const int Events = 10_000;

    private static readonly string[] Words = [" the", " model", " answers", " in", " pieces", ",", " each", " a", " token", " or", " two", ".\\n"];

    /// <summary>OpenAI chat: one choice, usage asked for, padding against guessing by length.</summary>
    public static byte[] Chat { get; } = Write(
        i => $$"""data: {"id":"chatcmpl-C8rYb2pVdXm4kTqLwZ1uHnE0oJ5aG","object":"chat.completion.chunk","created":1795000000,"model":"gpt-4.1-mini-2025-04-14","service_tier":"default","system_fingerprint":"fp_6f2eabb9a5","choices":[{"index":0,"delta":{"content":"{{Word(i)}}"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"{{Padding(i)}}"}""",
        """data: {"id":"chatcmpl-C8rYb2pVdXm4kTqLwZ1uHnE0oJ5aG","object":"chat.completion.chunk","created":1795000000,"model":"gpt-4.1-mini-2025-04-14","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""",
        """data: {"id":"chatcmpl-C8rYb2pVdXm4kTqLwZ1uHnE0oJ5aG","object":"chat.completion.chunk","created":1795000000,"model":"gpt-4.1-mini-2025-04-14","choices":[],"usage":{"prompt_tokens":25,"completion_tokens":10000,"total_tokens":10025}}""",
        "data: [DONE]");

    /// <summary>OpenAI Responses: named events with a number that counts.</summary>
    public static byte[] Responses { get; } = Write(
        i => Named("response.output_text.delta", string.Create(CultureInfo.InvariantCulture, $$"""{"type":"response.output_text.delta","sequence_number":{{i + 4}},"item_id":"msg_68d2f0a1b4c881a0b7e5c3d2a1908f7e","output_index":0,"content_index":0,"delta":"{{Word(i)}}","logprobs":[],"obfuscation":"{{Padding(i)}}"}""")),
        Named("response.completed", """{"type":"response.completed","sequence_number":10004,"response":{"id":"resp_1","object":"response","status":"completed","model":"gpt-5","usage":{"input_tokens":25,"input_tokens_details":{"cached_tokens":0},"output_tokens":10000,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":10025}}}"""));

    /// <summary>Anthropic: named events, the same but for their text.</summary>
    public static byte[] Anthropic { get; } = Write(
        i => Named("content_block_delta", $$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{Word(i)}}"}    }"""),
        Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":25,"output_tokens":10000}}"""),
        Named("message_stop", """{"type":"message_stop"}"""));

    private static string Named(string name, string data) => $"event: {name}\ndata: {data}";

    private static byte[] Write(Func<int, string> piece, params string[] end)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Events; i++) text.Append(piece(i)).Append("\n\n");
        foreach (var last in end) text.Append(last).Append("\n\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Word(int i) => Words[i * 7 % Words.Length];

    private static string Padding(int i) => "aB3dE5gH7jK9mN1p"[..(1 + (i * 5 % 15))];
}
