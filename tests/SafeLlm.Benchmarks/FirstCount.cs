using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Tokenizers;
using SafeLlm.Tokens;

namespace SafeLlm.Benchmarks;

/// <summary>How long a fresh process needs for its first count, loading included; each in a process of its own.</summary>
internal static class FirstCount
{
    public const string Argument = "first-count";

    private const int Rounds = 7;
    private const string Text = "Hello, world! How long does it take to count this, for the first time?";

    /// <summary>Ours by the reference's: the median of processes started in turn.</summary>
    public static async Task<double> RatioAsync(string encoding)
    {
        var ratios = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            ratios[round] = await RunAsync("ours", encoding) / await RunAsync("reference", encoding);
        }

        Array.Sort(ratios);
        return ratios[Rounds / 2];
    }

    /// <summary>The child's side: counts once, and prints the milliseconds.</summary>
    public static async Task<int> MeasureAsync(string whose, string encoding)
    {
        var start = Stopwatch.GetTimestamp();
        var count = whose == "ours"
            ? (encoding == "o200k_base" ? TokenCounters.O200kBase : TokenCounters.Cl100kBase).Count(System.Text.Encoding.UTF8.GetBytes(Text))
            : TiktokenTokenizer.CreateForEncoding(encoding).CountTokens(Text);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await Console.Out.WriteLineAsync(milliseconds.ToString(CultureInfo.InvariantCulture));
        return count > 0 ? 0 : 1;
    }

    private static async Task<double> RunAsync(string whose, string encoding)
    {
        using var process = Process.Start(OwnProgram.With(Argument, whose, encoding))!;
        var line = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();
        return double.Parse(line!, CultureInfo.InvariantCulture);
    }
}
