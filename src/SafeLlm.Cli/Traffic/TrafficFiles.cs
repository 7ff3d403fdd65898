using System.IO.Compression;

namespace SafeLlm.Cli.Traffic;

/// <summary>Opens files and standard streams: <c>-</c> is the standard one. What is gzip is read as what is in it.</summary>
internal static class TrafficFiles
{
    public static async Task<Stream> OpenInAsync(string path, CancellationToken cancellationToken)
    {
        var file = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan | FileOptions.Asynchronous);
        var first = new byte[2];
        var length = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var whole = new PrefixedStream(first.AsMemory(0, length), file);
        return first is [0x1F, 0x8B] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    public static Stream OpenOut(string path) => path == "-"
        ? Console.OpenStandardOutput()
        : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);
}
