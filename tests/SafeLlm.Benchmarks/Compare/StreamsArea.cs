using System.Net.ServerSentEvents;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>Metering a stream, beside the framework's parser of events, without and with a look into each.</summary>
internal sealed class StreamsArea : ICompareArea
{
    // What a connection gives at a time.
    private const int Read = 16 * 1024;

    private static readonly ResponseHead Head = new(200, "text/event-stream", null, _ => null);

    public string Name => "streams";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        (string Name, string Url, byte[] Stream)[] streams =
        [
            ("chat", "https://api.openai.com/v1/chat/completions", EventStreams.Chat),
            ("responses", "https://api.openai.com/v1/responses", EventStreams.Responses),
            ("anthropic", "https://api.anthropic.com/v1/messages", EventStreams.Anthropic),
        ];
        foreach (var (name, url, stream) in streams)
        {
            var facts = Facts(url);
            if (Meter(facts, stream) is not { IsComplete: true, Usage.Output: 10_000 }) throw new InvalidOperationException($"The stream {name} is not read as it was written.");
            yield return new Figure($"streams.{name}-by-sse-parser-strings", await Duel.RatioAsync(() => Meter(facts, stream), () => Strings(stream), rounds: 201)) { AtMost = 1.0 };
            yield return new Figure($"streams.{name}-by-document-an-event", await Duel.RatioAsync(() => Meter(facts, stream), () => Documents(stream), rounds: 101)) { AtMost = 0.1 };
        }
    }

    private static CallFacts Facts(string url) =>
        ((RequestReading.Call)WireFormats.Default.Read(RequestTarget.Parse("POST", url), """{"model":"gpt-4.1-mini","stream":true}"""u8.ToArray())).Facts;

    private static ResponseReading Meter(CallFacts facts, byte[] stream)
    {
        var meter = facts.Format.CreateMeter(facts, Head);
        for (var at = 0; at < stream.Length; at += Read) meter.Append(stream.AsSpan(at, Math.Min(Read, stream.Length - at)));
        return meter.Complete();
    }

    private static void Strings(byte[] stream)
    {
        foreach (var item in SseParser.Create(new MemoryStream(stream)).Enumerate()) GC.KeepAlive(item.Data);
    }

    private static void Documents(byte[] stream)
    {
        foreach (var item in SseParser.Create(new MemoryStream(stream)).Enumerate())
        {
            if (item.Data == "[DONE]") continue;
            using var document = JsonDocument.Parse(item.Data);
            GC.KeepAlive(document);
        }
    }
}
