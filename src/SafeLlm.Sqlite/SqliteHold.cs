using SafeLlm.Limits;

namespace SafeLlm.Sqlite;

/// <summary>An open hold of a store file.</summary>
/// <param name="Hold">The hold.</param>
/// <param name="OnLeaseEnd">What becomes of it when its lease ends.</param>
/// <param name="Scopes">Who is charged, each once.</param>
public sealed record SqliteHold(Hold Hold, LeaseEnd OnLeaseEnd, IReadOnlyList<string> Scopes);
