using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>What names a counter.</summary>
internal readonly record struct CounterKey(string Scope, Dimension Dimension, Window? Window)
{
    public static CounterKey Of(Limit limit) => new(limit.Scope, limit.Dimension, limit.Window);
}
