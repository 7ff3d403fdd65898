using System.Text;
using CsCheck;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

/// <summary>Documents that are followed by the shape of the one before read as they do letter by letter.</summary>
public sealed class SkimShapeTests
{
    private static readonly Gen<string> Text = One("", "a", "the", "\\n", "\\\"", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\ud8", "\\u12", "\\", "a\\\\", "\u00e9", "x\\u0041y", "\",\"b\":\"");

    private static readonly Gen<string> Scalar = One("0", "17", "-1", "1e3", "null", "true", "false", "9999999999999999999999", "{}", "[]", "\"s\"", "[1,2]", "", "x");

    private static readonly Gen<string> Document =
        from id in Text
        from created in Scalar
        from content in Text
        from other in Text
        from finish in One("null", "\"stop\"", "\"\"", "0")
        from usage in One("null", "{\"prompt_tokens\":3,\"completion_tokens\":4}", "{\"prompt_tokens\":30,\"completion_tokens\":40}", "{\"completion_tokens\":x}")
        from space in One("", "", "", " ")
        from model in One("m", "m", "m", "mm", "\\u006d")
        from tier in One("default", "default", "default", "flex", "priority", "")
        select $$"""{"id":"{{id}}","created":{{created}},{{space}}"model":"{{model}}","choices":[{"index":{{created}},"delta":{"content":"{{content}}","x":"{{other}}"},"finish_reason":{{finish}}}],"service_tier":"{{tier}}","usage":{{usage}},"obfuscation":"{{other}}"}""";

    // Mostly the same again, as in a stream; and streams of one kind of frame each.
    private static readonly Gen<(string[] Documents, string Frame)> Streams = Gen.Select(
        Document.Array[1, 6], Gen.Int[1, 3], One("D\n", "data: D\n\n", "event: a\ndata: D\n\n", "event: a\r\ndata: D\r\n\r\n", "event: a\rdata: D\r\r", ": note\n\ndata: D\n\n", "data: D\nid: 1\n\n"),
        (documents, times, frame) => (documents.SelectMany(document => Enumerable.Repeat(document, times)).ToArray(), frame));

    private static readonly int[] Sizes = [int.MaxValue, 300, 61, 7];

    [Fact]
    public void Stream_OfLikeDocuments_ReadsAsLetterByLetter() => Streams.Sample(stream =>
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(stream.Documents.Select(document => stream.Frame.Replace("D", document, StringComparison.Ordinal))));
        var letters = Meter(bytes, 1);
        return Sizes.All(size => letters == Meter(bytes, size));
    });

    [Fact]
    public void Stream_WhereValuesChange_ReadsEach()
    {
        var text = string.Concat(Enumerable.Range(1, 40).Select(i =>
            $$$"""data: {"id":"{{{new string('x', i % 7)}}}","created":{{{i * i}}},"choices":[{"delta":{"content":"{{{(i % 3 == 0 ? "\\n" : "ab")}}}"},"finish_reason":null}],"usage":{"prompt_tokens":{{{100 - i}}},"completion_tokens":{{{i}}} }}""" + "\n\n"));
        var reading = Meter(Encoding.UTF8.GetBytes(text), int.MaxValue);
        Assert.Equal((60, 40), (reading.Usage!.Input, reading.Usage.Output));
        Assert.Equal((13 * 1) + (27 * 2), reading.OutputBytes);
    }

    private static Gen<string> One(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static ResponseReading Meter(byte[] bytes, int size)
    {
        var meter = new TallyMeter(new OpenAiChatFormat().Rules, new ResponseHead(200, null, null, _ => null), facts: null, _ => new WordCounter());
        for (var at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length)) meter.Append(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
        return meter.Complete();
    }
}
