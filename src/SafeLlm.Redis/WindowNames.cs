using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>Windows by the names under which the server has them.</summary>
internal static class WindowNames
{
    /// <exception cref="RedisStoreException">Its time zone is not known here.</exception>
    public static Window Find(string name) => KnownWindows.TryFind(name, out var window)
        ? window
        : throw new RedisStoreException($"The window {name} is of a time zone that is not known here. Look where the application runs, hold or read that limit in this process first, or install the zone's data on this machine.");
}
