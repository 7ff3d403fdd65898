namespace SafeLlm.Cli.Signatures;

/// <summary>The vectors of one file, run in its order.</summary>
internal interface IVectors
{
    IAsyncEnumerable<VectorOutcome> RunAsync();
}
