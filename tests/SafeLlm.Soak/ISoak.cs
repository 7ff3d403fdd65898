namespace SafeLlm.Soak;

/// <summary>A proof that gets better the longer it runs.</summary>
internal interface ISoak
{
    /// <summary>How it is asked for.</summary>
    string Name { get; }

    /// <summary>What it shows, in one line.</summary>
    string What { get; }

    /// <summary>Runs one round. Rounds with the same seed and store do the same.</summary>
    /// <returns>What was done, for the progress line.</returns>
    /// <exception cref="Exception">Something was wrong.</exception>
    Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken);
}
