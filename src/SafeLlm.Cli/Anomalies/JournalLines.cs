using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SafeLlm.Cli.Terminal;
using SafeLlm.Cli.Traffic;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Anomalies;

/// <summary>
/// Reads a journal: that of a store, or a file of JSON lines with <c>at</c>, <c>key</c> or <c>scopes</c>, <c>inputTokens</c>,
/// <c>outputTokens</c> and <c>dollars</c>, and <c>tier</c> where it is known, oldest first.
/// </summary>
internal static class JournalLines
{
    private const int LongestLine = 1024 * 1024;

    /// <summary>The calls of a store's journal.</summary>
    public static async IAsyncEnumerable<ReplayedCall> OfStoreAsync(string store, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var view = StoreSource.View(store, time);
        await foreach (var line in view.ReadJournalAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancellationToken))
        {
            if (ReplayedCall.Of(line) is { } call) yield return call;
        }
    }

    /// <summary>The calls of a file: a store's, or JSON lines.</summary>
    /// <exception cref="FormatException">A line is none, or older than the one before; the message has its number.</exception>
    public static async IAsyncEnumerable<ReplayedCall> OfFileAsync(string path, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        if (IsStore(file))
        {
            await foreach (var call in OfStoreAsync(path, time, cancellationToken)) yield return call;
            yield break;
        }

        var lines = new LineReader(file, LongestLine);
        var last = DateTimeOffset.MinValue;
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (!lines.IsTooLong && line.Span.IndexOfAnyExcept(" \t\r"u8) < 0) continue;
            var call = Parse(lines, line);
            // What is usual is learned day by day: out of order it would be learned of a time that was still to come.
            if (call.At < last) throw Bad(lines, string.Create(CultureInfo.InvariantCulture, $"its at is {call.At:O}, and that of the line before {last:O}. Sort the lines, oldest first"));
            last = call.At;
            yield return call;
        }
    }

    private static bool IsStore(FileStream file)
    {
        var magic = "SQLite format 3\0"u8;
        Span<byte> head = stackalloc byte[magic.Length];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return length == head.Length && head.SequenceEqual(magic);
    }

    private static ReplayedCall Parse(LineReader lines, ReadOnlyMemory<byte> line)
    {
        if (lines.IsTooLong) throw Bad(lines, "it is longer than 1 MiB");
        ReplayedCall? call;
        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            var at = record.GetProperty("at").GetDateTimeOffset();
            var amounts = new Amounts(record.GetProperty("inputTokens").GetInt64(), record.GetProperty("outputTokens").GetInt64(), NanoUsd.FromDollars(record.GetProperty("dollars").GetDecimal()));
            amounts.Validate("line");
            var key = record.TryGetProperty("key", out var named) ? named.GetString() : ReplayedCall.KeyOf([.. Texts(record.GetProperty("scopes")).DefaultIfEmpty("")]);
            var tier = record.TryGetProperty("tier", out var told) ? told.GetString() : record.TryGetProperty("scopes", out var scopes) ? ReplayedCall.TierOf([.. Texts(scopes)]) : null;
            call = string.IsNullOrEmpty(key) ? null : new ReplayedCall(at, key, amounts.In(Dimension.Tokens), amounts.Cost, tier);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException)
        {
            throw Bad(lines, "it needs at, key or scopes, inputTokens, outputTokens and dollars, none below 0, and a tier that is a text where it has one");
        }

        return call ?? throw Bad(lines, "its key is empty");
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString() ?? "");

    private static FormatException Bad(LineReader lines, string what) => new(string.Create(CultureInfo.InvariantCulture, $"Line {lines.Number} cannot be read: {what}."));
}
