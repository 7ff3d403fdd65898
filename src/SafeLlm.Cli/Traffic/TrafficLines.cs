using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Cli.Traffic;

/// <summary>Goes through recorded traffic line by line.</summary>
internal static class TrafficLines
{
    // No exchange with a model is near it; a file without line ends must not fill the memory.
    private const int LongestLine = 256 * 1024 * 1024;
    private const int Flush = 64 * 1024;

    /// <summary>Writes a line for each line; returns how many could not be read.</summary>
    public static async Task<long> CopyAsync(Stream input, Stream output, TrafficCommand.Write write, CancellationToken cancellationToken)
    {
        var lines = new LineReader(input, LongestLine);
        var written = new ArrayBufferWriter<byte>(Flush);
        using var json = new Utf8JsonWriter(written);
        long bad = 0;
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!lines.IsTooLong && line.Span.IndexOfAnyExcept(" \t\r"u8) < 0) continue;
            if (!WriteOne(lines, line, write, written, json)) bad++;
            if (written.WrittenCount < Flush) continue;
            await output.WriteAsync(written.WrittenMemory, cancellationToken).ConfigureAwait(false);
            written.ResetWrittenCount();
        }

        await output.WriteAsync(written.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return bad;
    }

    private static bool WriteOne(LineReader lines, ReadOnlyMemory<byte> line, TrafficCommand.Write write, ArrayBufferWriter<byte> written, Utf8JsonWriter json)
    {
        var problem = lines.IsTooLong ? $"The line is longer than the {LongestLine / 1024 / 1024} MiB that are read." : null;
        json.Reset(written);
        json.WriteStartObject();
        try
        {
            if (problem is null)
            {
                using var document = JsonDocument.Parse(line);
                var exchange = RecordedExchange.Read(document.RootElement);
                json.WriteString("id"u8, exchange.Id);
                write(exchange, json);
            }
        }
        catch (JsonException)
        {
            problem = "The line is no valid JSON.";
        }
        catch (BadLineException refused)
        {
            problem = refused.Message;
        }

        if (problem is not null)
        {
            json.WriteNull("id"u8);
            json.WriteNumber("line"u8, lines.Number);
            json.WriteString("error"u8, "bad_line"u8);
            json.WriteString("message"u8, problem);
        }

        json.WriteEndObject();
        json.Flush();
        written.Write("\n"u8);
        return problem is null;
    }
}
