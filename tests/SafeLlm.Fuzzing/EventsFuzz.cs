using System.Buffers;
using System.Net.ServerSentEvents;
using SafeLlm.Formats;

namespace SafeLlm.Fuzzing;

/// <summary>
/// Reads a stream of events by the meter and by the filter of usage chunks, at several splits: they must agree, and the filter
/// may take out whole events and nothing else. First byte: the route; second: the size of the pieces; the rest is the stream.
/// </summary>
internal static class EventsFuzz
{
    private static readonly ResponseHead Head = new(200, "text/event-stream", null, _ => null);

    public static void Run(byte[] input)
    {
        if (input.Length < 2) return;
        var target = Routes.Pick(input[0]);
        var stream = input.AsSpan(2);
        var whole = ResponseFuzz.Meter(target, Head, stream, int.MaxValue);
        var pieces = ResponseFuzz.Meter(target, Head, stream, input[1] + 1);
        FuzzFailedException.Unless(whole == pieces, $"The reading depends on the split: {whole} or {pieces}");
        var filtered = Filter(stream, int.MaxValue);
        FuzzFailedException.Unless(filtered.SequenceEqual(Filter(stream, input[1] + 1)), "The filter depends on the split.");
        var before = Events(stream.ToArray());
        var after = Events(filtered);
        var at = 0;
        foreach (var kept in after)
        {
            while (at < before.Count && before[at] != kept) at++;
            FuzzFailedException.Unless(at++ < before.Count, "The filter made an event that was not there.");
        }
    }

    private static byte[] Filter(ReadOnlySpan<byte> stream, int size)
    {
        var filter = WireFormats.Default.Recognise(Routes.All[0])!.CreateUsageFilter()!;
        var output = new ArrayBufferWriter<byte>();
        while (!stream.IsEmpty)
        {
            var take = Math.Min(size, stream.Length);
            filter.Append(stream[..take], output);
            stream = stream[take..];
        }

        filter.Complete(output);
        return output.WrittenSpan.ToArray();
    }

    private static List<string> Events(byte[] stream)
    {
        using var input = new MemoryStream(stream);
        // Without its type: the framework's parser lets that of an event without data stand for the next one, which WHATWG does not.
        return [.. SseParser.Create(input).Enumerate().Select(item => item.Data)];
    }
}
