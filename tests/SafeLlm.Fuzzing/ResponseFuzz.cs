using SafeLlm.Formats;

namespace SafeLlm.Fuzzing;

/// <summary>
/// Meters a response, whole and in pieces: both must read the same. First byte: the route; second: the head; third: the size
/// of the pieces; the rest is the content.
/// </summary>
internal static class ResponseFuzz
{
    private static readonly string?[] Codings = [null, null, null, "gzip", "deflate", "br", "zstd"];
    private static readonly string[] Types = ["application/json", "text/event-stream", "application/vnd.amazon.eventstream", "application/x-ndjson"];
    private static readonly int[] Statuses = [200, 200, 200, 429, 500];
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static void Run(byte[] input)
    {
        if (input.Length < 3) return;
        var target = Routes.Pick(input[0]);
        var head = new ResponseHead(Statuses[input[1] % 5], Types[(input[1] / 5) % 4], Codings[(input[1] / 20) % 7], _ => null);
        var content = input.AsSpan(3);
        var whole = Meter(target, head, content, int.MaxValue);
        var pieces = Meter(target, head, content, input[2] + 1);
        // The framework's Brotli gives nothing of the step in which it finds a fault: how much was read before depends on the split.
        var isFaulty = head.ContentEncoding == "br" && whole is { IsComplete: false } && pieces is { IsComplete: false };
        FuzzFailedException.Unless(whole is null || isFaulty || whole == pieces, $"The reading depends on the split: {whole} or {pieces}");
        if (whole is { Billable: { } billed }) FuzzFailedException.Unless(billed is { Input: >= 0, CacheRead: >= 0, CacheWrite: >= 0, Output: >= 0 }, "A bill is negative.");
        if (whole is not null) FuzzFailedException.Unless(whole.Billable is null == (whole.UsageUnknown is not null), "Usage is neither known nor unknown.");
        WireFormats.ReadRetryAdvice(head, content, Now);
    }

    public static ResponseReading? Meter(in RequestTarget target, ResponseHead head, ReadOnlySpan<byte> content, int size)
    {
        var meter = WireFormats.Default.Read(target, "{}"u8.ToArray()) switch
        {
            RequestReading.Call { Facts: var facts } => facts.Format.CreateMeter(facts, head),
            RequestReading.Passage passage => WireFormats.CreateCountMeter(passage, head),
            _ => null,
        };
        if (meter is null) return null;
        while (!content.IsEmpty)
        {
            var take = Math.Min(size, content.Length);
            meter.Append(content[..take]);
            content = content[take..];
        }

        return meter.Complete();
    }
}
