namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// What the rules cost in a build, beside the SDK's default analyzers in the same build: both as the compiler's own report has
/// them (ReportAnalyzer), over generated projects of 1,000 files.
/// </summary>
internal sealed class AnalyzersArea : ICompareArea
{
    private const int Files = 1_000;

    public string Name => "analyzers";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        var plain = await AnalyzedBuild.MeasureAsync(new GeneratedProject(Files, CallsInEvery: 0));
        yield return new Figure("analyzers.no-sdk-seconds-of-default", plain.Defaults);
        yield return new Figure("analyzers.no-sdk-of-default", plain.Ours / plain.Defaults) { AtMost = 0.01 };

        var usual = await AnalyzedBuild.MeasureAsync(new GeneratedProject(Files, CallsInEvery: 20));
        yield return new Figure("analyzers.usual-seconds-of-default", usual.Defaults);
        yield return new Figure("analyzers.all-rules-of-default", usual.Ours / usual.Defaults) { AtMost = 0.05 };
        yield return new Figure("analyzers.dearest-rule-of-all", usual.Dearest / usual.Ours) { AtMost = 1.0 / 3 };

        var dense = await AnalyzedBuild.MeasureAsync(new GeneratedProject(Files, CallsInEvery: 1));
        yield return new Figure("analyzers.dense-seconds-of-default", dense.Defaults);
        yield return new Figure("analyzers.dense-in-calls-of-default", dense.Ours / dense.Defaults) { AtMost = 0.25 };
    }
}
