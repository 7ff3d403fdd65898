using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;

namespace SafeLlm.Chat;

/// <summary>Reads a streamed answer piece by piece: server-sent events, or lines of JSON where the content says that it is those.</summary>
internal static class AnswerEvents
{
    public static IAsyncEnumerable<ChatPiece> ReadAsync(ChatDialect dialect, Stream stream, string? mediaType, CancellationToken cancellationToken) =>
        mediaType is "application/x-ndjson" or "application/jsonl" or "application/json"
            ? LinesAsync(dialect, stream, cancellationToken)
            : EventsAsync(dialect, stream, cancellationToken);

    private static async IAsyncEnumerable<ChatPiece> EventsAsync(ChatDialect dialect, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = SseParser.Create(stream, (_, data) => data.IsEmpty || data.SequenceEqual("[DONE]"u8) ? null : AnswerJson.ReadEvent(dialect, data));
        await foreach (var item in parser.EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            // Read on after [DONE]: the end of the content is what closes the hold.
            if (item.Data is { } piece) yield return piece;
        }
    }

    private static async IAsyncEnumerable<ChatPiece> LinesAsync(ChatDialect dialect, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            // One document over several lines is a whole answer.
            if (line.TrimEnd() is "{") line += await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            if (JsonOf(line) is { Length: > 0 } json && AnswerJson.ReadEvent(dialect, Encoding.UTF8.GetBytes(json)) is { } piece) yield return piece;
        }
    }

    // Some providers send events under the name of JSON: their fields are told by their names, and a comment by its colon.
    private static string JsonOf(string line)
    {
        var text = line.Trim();
        if (text.StartsWith("data:", StringComparison.Ordinal)) text = text[5..].TrimStart();
        return text.StartsWith('{') ? text : "";
    }
}
