using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>What holds that go together share of a script's keys and arguments.</summary>
public sealed class HoldBatchTests
{
    private const int FirstList = 4;
    private readonly HoldBatch batch = new();

    [Fact]
    public void Hold_WithTheIdOrTheNonceOfAnother_DoesNotGoWithIt()
    {
        Assert.True(Add("1", nonce: "a"));
        Assert.False(Add("1", nonce: "b"));
        Assert.False(Add("2", nonce: "a"));
        Assert.True(Add("2", nonce: "b"));

        var (keys, arguments) = batch.ToScript();
        Assert.Equal(["due", "k:1", "k:0", "hold1", "noncea", "hold2", "nonceb"], keys.Select(key => (string)key!));
        Assert.Equal(["asked1", "asked2"], arguments[(FirstList + 1)..].Select(argument => (string)argument!));
    }

    [Fact]
    public void Limits_ThatAreTheSame_AreToldOnce()
    {
        Add("1", limits: "user1");
        Add("2", limits: "user2");
        Add("3", limits: "user1");

        var (_, arguments) = batch.ToScript();
        Assert.Equal(["hold-many", "-1", "prefix"], arguments[..3].Select(argument => (string)argument!));
        Assert.Equal([2, 2, 1, 0, 0, 2, 0, 0, 1, 0, 0], ((byte[])arguments[3]!).Select(number => (int)number));
        Assert.Equal(["user1", "user2", "asked1", "asked2", "asked3"], arguments[FirstList..].Select(argument => (string)argument!));
    }

    [Fact]
    public void Counts_OfNonces_AreEachToldOnce_WhateverTheyCountFor()
    {
        Add("1", nonce: "a", stretch: 5);
        Add("2", nonce: "b", stretch: 6);
        Add("3");

        var (keys, arguments) = batch.ToScript();
        Assert.Equal(["due", "k:5", "k:4", "k:6", "hold1", "noncea", "hold2", "nonceb", "hold3"], keys.Select(key => (string)key!));

        // Of each hold its limits, and its counts by their places among the keys.
        Assert.Equal([1, 5, 1, 2, 3, 1, 4, 2, 1, 0, 0], ((byte[])arguments[3]!).Select(number => (int)number));
    }

    private bool Add(string number, string? nonce = null, int stretch = 1, string limits = "limits")
    {
        RedisKey[] keys = nonce is null ? ["due", $"hold{number}"] : ["due", $"hold{number}", $"nonce{nonce}", $"k:{stretch}", $"k:{stretch - 1}"];
        return batch.TryAdd(keys, ["hold", -1, "prefix", limits, $"asked{number}"]);
    }
}
