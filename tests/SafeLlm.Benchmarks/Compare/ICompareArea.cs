namespace SafeLlm.Benchmarks.Compare;

/// <summary>A part of SafeLlm that is measured beside a peer: one file, and one line in <see cref="CompareAreas"/>.</summary>
internal interface ICompareArea
{
    string Name { get; }

    /// <summary>Measures and gives each figure as soon as it is there.</summary>
    IAsyncEnumerable<Figure> MeasureAsync();
}
