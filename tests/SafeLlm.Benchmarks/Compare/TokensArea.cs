using System.Text;
using Microsoft.ML.Tokenizers;
using SafeLlm.Benchmarks.Corpora;
using SafeLlm.Tokens;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>Our token counter beside Microsoft.ML.Tokenizers: natural text, hostile text, limits, memory and the first count.</summary>
internal sealed class TokensArea : ICompareArea
{
    /// <summary>A folder of further texts to measure, one UTF-8 file each, may be named here.</summary>
    public const string FolderVariable = "SAFELLM_CORPORA";

    private const int Megabyte = 1_000_000;
    private const int SlowRounds = 31;
    private const int Limit = 4_000;

    private static readonly string[] Encodings = ["o200k_base", "cl100k_base"];

    public string Name => "tokens";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        foreach (var encoding in Encodings)
        {
            var ours = encoding == "o200k_base" ? TokenCounters.O200kBase : TokenCounters.Cl100kBase;
            var reference = TiktokenTokenizer.CreateForEncoding(encoding);
            var prefix = "tokens." + encoding[..encoding.IndexOf('_', StringComparison.Ordinal)];
            var speeds = new List<double>();
            foreach (var corpus in Corpus.Natural())
            {
                speeds.Add(await TimesAsFastAsync(ours, reference, corpus));
                yield return new Figure($"{prefix}.times-as-fast.{corpus.Name}", speeds[^1]) { AtLeast = 1 };
            }

            speeds.Sort();
            yield return new Figure($"{prefix}.times-as-fast.median", speeds[speeds.Count / 2]) { AtLeast = 2 };
            foreach (var file in Files())
            {
                var corpus = new Corpus(Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file));
                yield return new Figure($"{prefix}.times-as-fast.{corpus.Name}", await TimesAsFastAsync(ours, reference, corpus)) { AtLeast = 1 };
            }

            var (texts, utf8) = Corpus.Of("english").Messages();
            var englishBytes = utf8.Average(message => message.Length);
            foreach (var kind in HostileText.Names)
            {
                var (large, small) = (HostileText.Of(kind, Megabyte), HostileText.Of(kind, Megabyte / 10));
                var perByte = await Duel.RatioAsync(() => ours.Count(large), Rotating(texts, text => reference.CountTokens(text)), SlowRounds) * englishBytes / large.Length;
                yield return new Figure($"{prefix}.hostile-byte-by-reference-english.{kind}", perByte) { AtMost = 5 };
                yield return new Figure($"{prefix}.1MB-by-100KB.{kind}", await GrowthAsync(ours, large, small)) { AtMost = 12 };
            }

            await foreach (var figure in LimitsAsync(prefix, ours, Encoding.UTF8.GetBytes(Corpus.Of("english").Text)))
            {
                yield return figure;
            }

            yield return new Figure($"{prefix}.bytes-allocated-per-count", Allocated(ours, utf8)) { AtMost = 0 };
            yield return new Figure($"{prefix}.first-count-in-a-process", await FirstCount.RatioAsync(encoding)) { AtMost = 1 };
        }
    }

    private static string[] Files() => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)] : [];

    /// <summary>Each counts the messages of a corpus one after the other, so neither meets the same text again before all the others.</summary>
    private static async Task<double> TimesAsFastAsync(ITokenCounter ours, TiktokenTokenizer reference, Corpus corpus)
    {
        var (texts, utf8) = corpus.Messages();
        for (var index = 0; index < texts.Length; index++)
        {
            if (ours.Count(utf8[index]) != reference.CountTokens(texts[index]))
            {
                throw new InvalidOperationException($"The counts of message {index} of {corpus.Name} differ.");
            }
        }

        return 1 / await Duel.RatioAsync(Rotating(utf8, message => ours.Count(message)), Rotating(texts, text => reference.CountTokens(text)));
    }

    /// <summary>The large text beside the small one ten times over: as long as each other where the time grows with the text, so that a busy machine interrupts both as often.</summary>
    private static async Task<double> GrowthAsync(ITokenCounter ours, byte[] large, byte[] small)
    {
        const int Times = 10;
        void CountSmall()
        {
            for (var time = 0; time < Times; time++)
            {
                ours.Count(small);
            }
        }

        return Times * await Duel.RatioAsync(() => ours.Count(large), CountSmall, SlowRounds);
    }

    private static async IAsyncEnumerable<Figure> LimitsAsync(string prefix, ITokenCounter ours, byte[] english)
    {
        // 40 KB from another place each time
        var start = 0;
        void Count40KB()
        {
            start = (start + 40_000) % (english.Length - 40_000);
            ours.Count(english.AsSpan(start, 40_000));
        }

        var tenMegabytes = new byte[10 * Megabyte];
        for (var at = 0; at < tenMegabytes.Length; at += english.Length)
        {
            english.AsSpan(0, Math.Min(english.Length, tenMegabytes.Length - at)).CopyTo(tenMegabytes.AsSpan(at));
        }

        yield return new Figure($"{prefix}.over-4000-of-10MB-by-40KB-english", await Duel.RatioAsync(() => ours.IsOver(tenMegabytes, Limit), Count40KB)) { AtMost = 1 };

        // below 128 bytes a token the length alone does not tell; no target, as so many tokens of these kinds are more work than those of English
        yield return new Figure($"{prefix}.over-4000-of-500KB-english-by-40KB-english", await Duel.RatioAsync(() => ours.IsOver(tenMegabytes.AsSpan(0, Megabyte / 2), Limit), Count40KB)) { AtMost = 1 };
        foreach (var kind in (string[])["one-letter", "unbroken-han", "random-letters"])
        {
            var text = HostileText.Of(kind, Megabyte / 2);
            yield return new Figure($"{prefix}.over-4000-of-500KB-{kind}-by-40KB-english", await Duel.RatioAsync(() => ours.IsOver(text, Limit), Count40KB, SlowRounds));
        }
    }

    /// <summary>Runs a call over a list's items, from one to the next.</summary>
    internal static Action Rotating<T>(IReadOnlyList<T> items, Action<T> call)
    {
        var next = 0;
        return () =>
        {
            call(items[next]);
            next = next + 1 == items.Count ? 0 : next + 1;
        };
    }

    private static double Allocated(ITokenCounter ours, byte[][] messages)
    {
        var hostile = HostileText.Names.Select(kind => HostileText.Of(kind, Megabyte / 2)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in messages)
        {
            ours.Count(text);
        }

        foreach (var text in hostile)
        {
            ours.Count(text);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(messages.Length + hostile.Length);
    }
}
