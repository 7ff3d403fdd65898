using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>Says what went wrong without what was sent: the client's own messages name keys and arguments.</summary>
internal static class RedisFailure
{
    public static string Describe(Exception failure) => failure switch
    {
        RedisTimeoutException or TimeoutException => "time-out",
        RedisConnectionException connection => $"connection ({connection.FailureType})",
        RedisServerException server => server.Message.Split(' ', 2)[0],
        _ => failure.GetType().Name,
    };
}
