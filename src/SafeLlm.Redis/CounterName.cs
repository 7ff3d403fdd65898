using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>A counter's name, taken apart.</summary>
internal readonly record struct CounterName(Dimension Dimension, Window? Window, string Scope)
{
    /// <summary>The counter with a cap.</summary>
    public Limit ToLimit(long cap) => Limit.Of(Scope, Dimension, Window, cap);

    /// <summary>Reads a <see cref="Limit.CounterName"/>.</summary>
    public static CounterName Parse(string name)
    {
        // A scope may hold anything, so it stands last.
        return name.Split('|', 3) is [var dimension, var window, var scope] && Enum.TryParse<Dimension>(dimension, ignoreCase: true, out var counted)
            ? new CounterName(counted, window.Length == 0 ? null : Window.Parse(window), scope)
            : throw new RedisStoreException("A counter on the server has a name that cannot be read. Are several versions of SafeLlm on one ledger?");
    }
}
