using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>A counter's name, taken apart.</summary>
/// <param name="Dimension">What is counted.</param>
/// <param name="Window">The name of the window; null for none. The window itself may not be known here.</param>
/// <param name="Scope">Who is charged.</param>
internal readonly record struct CounterName(Dimension Dimension, string? Window, string Scope)
{
    /// <summary>The counter with a cap.</summary>
    /// <exception cref="RedisStoreException">Its window is not known here.</exception>
    public Limit ToLimit(long cap) => Limit.Of(Scope, Dimension, Window is null ? null : WindowNames.Find(Window), cap);

    /// <summary>Reads a <see cref="Limit.CounterName"/>.</summary>
    public static CounterName Parse(string name)
    {
        // A scope may hold anything, so it stands last.
        return name.Split('|', 3) is [var dimension, var window, var scope] && Enum.TryParse<Dimension>(dimension, ignoreCase: true, out var counted)
            ? new CounterName(counted, window.Length == 0 ? null : window, scope)
            : throw new RedisStoreException("A counter on the server has a name that cannot be read. Are several versions of SafeLlm on one ledger?");
    }
}
