using System.Net;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

public sealed class RedisConfigurationTests
{
    [Theory]
    [InlineData("redis-1:6379", false, null)]
    [InlineData("redis-1:6379,ssl=true,user=safellm", true, "safellm")]
    [InlineData("redis://redis-1:6379", false, null)]
    [InlineData("redis://redis-1", false, null)]
    [InlineData("rediss://safe%2Bllm@redis-1:6379", true, "safe+llm")]
    public void Servers_InEitherNotation_AreRead(string servers, bool isTls, string? user)
    {
        var configuration = RedisConfiguration.Of(new RedisStoreOptions { Servers = servers });

        Assert.Equal(["redis-1:6379"], configuration.EndPoints.Cast<DnsEndPoint>().Select(end => $"{end.Host}:{end.Port}"));
        Assert.Equal((isTls, user), (configuration.Ssl, configuration.User));
    }

    [Fact]
    public void Servers_WithALedgerInTheirPath_AreRefusedAndSayWhereItGoes()
    {
        var refused = Assert.Throws<ArgumentException>(() => RedisConfiguration.Of(new RedisStoreOptions { Servers = "redis://redis-1:6379/shop" }));

        Assert.Contains("RedisStoreOptions.Ledger", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_ThatIsAway_FailsAndNeverQueues()
    {
        var configuration = RedisConfiguration.Of(new RedisStoreOptions { Servers = "redis-1:6379", OperationTimeout = TimeSpan.FromMilliseconds(100) });

        Assert.Same(BacklogPolicy.FailFast, configuration.BacklogPolicy);
        Assert.False(configuration.AbortOnConnectFail);
        Assert.Equal((100, 100), (configuration.AsyncTimeout, configuration.SyncTimeout));
        // A time-out is looked for at each heartbeat, so that it is kept to a quarter.
        Assert.Equal(TimeSpan.FromMilliseconds(25), configuration.HeartbeatInterval);
    }

    [Fact]
    public void Password_ComesFromAFileWithoutTheWhiteSpaceAroundIt()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "  from a file\n");
            Assert.Equal("from a file", RedisConfiguration.Of(new RedisStoreOptions { Servers = "redis-1", PasswordFile = file }).Password);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Password_OfAVariableThatIsNotSet_IsAsked()
    {
        var refused = Assert.Throws<ArgumentException>(() => RedisConfiguration.Of(new RedisStoreOptions { Servers = "redis-1", PasswordEnvironmentVariable = "SAFELLM_NO_SUCH_VARIABLE" }));
        Assert.Contains("SAFELLM_NO_SUCH_VARIABLE", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfTheirRange_AreAllNamedAtOnce()
    {
        var refused = Assert.Throws<ArgumentException>(() => RedisConfiguration.Of(new RedisStoreOptions { Servers = "redis-1", Ledger = "a b", Replicas = 17, OperationTimeout = TimeSpan.Zero }));
        Assert.All(new[] { "Ledger", "Replicas", "OperationTimeout" }, name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }
}
