namespace SafeLlm.Formats;

/// <summary>Tokens of a model that the one asked for has asked within a call (Anthropic's advisor): they are in no other number of the answer.</summary>
/// <param name="Model">The model; null where the answer does not say.</param>
/// <param name="Usage">Its tokens.</param>
public sealed record AdvisorUsage(string? Model, BillableUsage Usage);
