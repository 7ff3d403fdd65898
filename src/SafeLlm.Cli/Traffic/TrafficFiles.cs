using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace SafeLlm.Cli.Traffic;

/// <summary>Opens files and standard streams: <c>-</c> is the standard one. What is gzip is read as what is in it.</summary>
internal static class TrafficFiles
{
    // RFC 1952, section 2.3.1.
    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    public static async Task<Stream> OpenInAsync(string path, CancellationToken cancellationToken)
    {
        var file = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var start = (await reader.ReadAtLeastAsync(Gzip.Length, cancellationToken).ConfigureAwait(false)).Buffer;
        var isGzip = new SequenceReader<byte>(start).IsNext(Gzip);
        reader.AdvanceTo(start.Start);
        return isGzip ? new GZipStream(reader.AsStream(), CompressionMode.Decompress) : reader.AsStream();
    }

    public static Stream OpenOut(string path) => path == "-"
        ? Console.OpenStandardOutput()
        : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
}
