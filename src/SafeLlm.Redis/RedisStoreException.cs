namespace SafeLlm.Redis;

/// <summary>The server did not answer, or cannot be used. What the operation did is unknown unless the message says so.</summary>
public sealed class RedisStoreException : Exception
{
    internal RedisStoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
