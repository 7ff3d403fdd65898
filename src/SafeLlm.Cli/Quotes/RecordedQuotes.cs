using System.IO.Compression;
using System.Text;

namespace SafeLlm.Cli.Quotes;

/// <summary>Quotes a file of recorded requests, a line of JSON for each line of it.</summary>
internal static class RecordedQuotes
{
    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    /// <summary>Reads all of <paramref name="input"/> and writes a line to <paramref name="output"/> for each record, in their order.</summary>
    /// <param name="input">A JSON object a line, plain or gzip.</param>
    /// <param name="output">The file to write; an existing one is replaced.</param>
    /// <param name="writer">Makes the lines.</param>
    /// <param name="cancellationToken">Stops between two lines.</param>
    /// <returns>How many lines were written, how many of them have an error, and how many of those were no records.</returns>
    public static async Task<(int Lines, int Errors, int Unread)> RunAsync(FileInfo input, FileInfo output, QuoteLineWriter writer, CancellationToken cancellationToken)
    {
        await using var source = Open(input);
        using var reader = new StreamReader(source, Encoding.UTF8);
        await using var target = new FileStream(output.FullName, FileMode.Create, FileAccess.Write);
        int lines = 0, errors = 0, unread = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            lines++;
            var outcome = writer.Write(line, target);
            if (outcome != LineOutcome.Quoted) errors++;
            if (outcome == LineOutcome.Unread) unread++;
        }

        return (lines, errors, unread);
    }

    private static Stream Open(FileInfo input)
    {
        var file = input.OpenRead();
        Span<byte> start = stackalloc byte[2];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return start[..read].SequenceEqual(Gzip) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
