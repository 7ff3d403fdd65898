namespace SafeLlm.Benchmarks.Verifier;

/// <summary>What one request costs the server.</summary>
/// <param name="Microseconds">Its processor time.</param>
/// <param name="Bytes">What it allocates: where the collector's budget is small, its time goes with this.</param>
internal readonly record struct ServerCost(double Microseconds, double Bytes);
