using System.Buffers;
using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>
/// Looks for the first event of a stream that is compressed. The bytes go on as they came: what was read ahead is put before the rest again,
/// whatever came of decoding it.
/// </summary>
internal static class EncodedStart
{
    /// <summary>The start of the stream, decoded, where it may tell an error; else empty. The response's content begins anew.</summary>
    /// <param name="response">The response.</param>
    /// <param name="coding">Its content coding; one that is not known is not looked into.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public static async ValueTask<ReadOnlyMemory<byte>> TakeAsync(HttpResponseMessage response, string coding, CancellationToken cancellationToken)
    {
        var start = new ArrayBufferWriter<byte>();
        if (!ContentDecoder.TryCreate(coding, bytes => start.Write(bytes[..Math.Min(bytes.Length, FirstEvent.Most - start.WrittenCount)]), out var decoder) || decoder is null) return default;

        using var _ = decoder;
        var original = response.Content;
        var stream = await original.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var taken = new byte[1024];
        var count = 0;
        var isWhole = false;
        while (!isWhole && !decoder.IsBroken && count < FirstEvent.Most && start.WrittenCount < FirstEvent.Most)
        {
            if (count == taken.Length) Array.Resize(ref taken, taken.Length * 2);
            var read = await stream.ReadAsync(taken.AsMemory(count), cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            decoder.Append(taken.AsSpan(count, read));
            count += read;
            isWhole = FirstEvent.IsWhole(start.WrittenSpan);
        }

        response.Content = new AheadContent(taken.AsMemory(0, count), stream, original);
        // What is not coded as it says tells no error here: it goes to whoever asked for the coding.
        return (isWhole || !decoder.IsBroken) && FirstEvent.MayBeError(start.WrittenSpan) ? start.WrittenMemory : default;
    }
}
