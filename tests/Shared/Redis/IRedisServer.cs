namespace SafeLlm.Redis.Tests;

/// <summary>A server that speaks the protocol, on loopback, with nothing in it.</summary>
internal interface IRedisServer : IAsyncDisposable
{
    int Port { get; }
}
