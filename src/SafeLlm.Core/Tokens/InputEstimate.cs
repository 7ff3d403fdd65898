namespace SafeLlm.Tokens;

/// <summary>How many input tokens a request has.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Basis">How sure the upper end is.</param>
/// <param name="Method">How they were found.</param>
/// <param name="Reasons">Every step that was not exact, for people.</param>
public sealed record InputEstimate(TokenRange Tokens, EstimateBasis Basis, EstimateMethod Method, IReadOnlyList<string> Reasons);
