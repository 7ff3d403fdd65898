namespace SafeLlm.Limits;

/// <summary>An open hold of a store, for people and their tools.</summary>
/// <param name="Hold">The hold.</param>
/// <param name="OnLeaseEnd">What becomes of it when its lease ends.</param>
/// <param name="Scopes">Who is charged, each once.</param>
public sealed record OpenHold(Hold Hold, LeaseEnd OnLeaseEnd, IReadOnlyList<string> Scopes);
