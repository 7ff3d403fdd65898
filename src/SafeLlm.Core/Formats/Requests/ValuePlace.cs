namespace SafeLlm.Formats;

/// <summary>Where a value stands in a request's bytes.</summary>
internal readonly record struct ValuePlace(int Start, int Length);
