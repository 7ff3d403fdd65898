using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>Which holds go together, on a server of the tests' own that answers when it is told to.</summary>
public sealed class HoldsTogetherTests
{
    private readonly FakeTimeProvider time = new();
    private readonly List<Asked> asked = [];
    private readonly HoldsTogether holds;
    private int failedUnasked;

    public HoldsTogetherTests() => holds = new HoldsTogether(AskAsync, count => failedUnasked += count, time);

    [Fact]
    public async Task Holds_WhileNoMoreThanOneIsUnderWay_GoAtOnceByThemselves()
    {
        var (first, second) = (HoldAsync(1), HoldAsync(2));
        Assert.Equal([1, 1], asked.Select(script => script.Holds));

        asked[0].Answer.SetResult(Number(10));
        asked[1].Answer.SetResult(Number(20));
        Assert.Equal(10, (long)await first);
        Assert.Equal(20, (long)await second);

        var third = HoldAsync(3);
        asked[2].Answer.SetResult(Number(30));
        Assert.Equal(30, (long)await third);
    }

    [Fact]
    public async Task Holds_ThatComeMeanwhile_GoTogetherWithTheirOwnKeysAndArguments()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        var (third, fourth) = (HoldAsync(3), HoldAsync(4));
        Assert.Equal(2, asked.Count);
        asked[0].Answer.SetResult(Number(10));

        var together = await ScriptAsync(3);
        Assert.Equal(2, together.Holds);
        Assert.Equal(["due", "count", "before", "hold3", "nonce3", "hold4", "nonce4"], together.Keys.Select(key => (string)key!));
        Assert.Equal(["hold-many", "-1", "prefix", "limits", "asked3", "asked4"], together.Arguments.Where((_, place) => place != 3).Select(argument => (string)argument!));
        together.Answer.SetResult(Numbers(33, 44));
        Assert.Equal(33, (long)await third);
        Assert.Equal(44, (long)await fourth);
    }

    [Fact]
    public async Task Holds_WhoseTurnIsLongInComing_DoNotWaitForAnswers()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        for (var number = 3; number < 53; number++) _ = HoldAsync(number);
        Assert.Equal(2, asked.Count);

        time.Advance(TimeSpan.FromMilliseconds(6));
        _ = HoldAsync(53);
        Assert.Equal([1, 1, 32, 19], Scripts().Select(script => script.Holds));

        // The same where nobody comes any more, once one is answered.
        for (var number = 54; number < 124; number++) _ = HoldAsync(number);
        time.Advance(TimeSpan.FromMilliseconds(6));
        asked[0].Answer.SetResult(Number(10));
        await ScriptAsync(7);
        Assert.Equal([32, 32, 6], Scripts()[4..].Select(script => script.Holds));
    }

    [Fact]
    public async Task Hold_OutOfTheCommon_IsAskedAgainByItself()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        var (third, fourth) = (HoldAsync(3), HoldAsync(4));
        asked[0].Answer.SetResult(Number(10));
        (await ScriptAsync(3)).Answer.SetResult(Numbers(0, 44));

        var alone = await ScriptAsync(4);
        Assert.Equal(["due", "hold3", "nonce3", "count", "before"], alone.Keys.Select(key => (string)key!));
        alone.Answer.SetResult(RedisResult.Create((RedisValue)"denied"));
        Assert.Equal("denied", (string?)await third);
        Assert.Equal(44, (long)await fourth);
    }

    [Fact]
    public async Task Holds_WhileNothingIsCommon_GoAtOnceByThemselvesForASecond()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        _ = HoldAsync(3);
        _ = HoldAsync(4);
        asked[0].Answer.SetResult(Number(10));
        (await ScriptAsync(3)).Answer.SetResult(Numbers(0, 0));
        await ScriptAsync(5);

        for (var number = 5; number < 10; number++) _ = HoldAsync(number);
        await ScriptAsync(10);
        Assert.All(Scripts()[3..], script => Assert.Equal(1, script.Holds));

        // At most two of them find a place, and the rest waits.
        time.Advance(TimeSpan.FromSeconds(1));
        for (var number = 10; number < 20; number++) _ = HoldAsync(number);
        asked[1].Answer.SetResult(Number(20));
        await Until.HoldsAsync(() => Task.FromResult(Scripts().Skip(10).Any(script => script.Holds > 1)));
    }

    [Fact]
    public async Task Holds_AboveTheMost_GoWithTheNextScript()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        for (var number = 0; number < HoldsTogether.Most + 3; number++) _ = HoldAsync(number + 3);
        asked[0].Answer.SetResult(Number(10));
        Assert.Equal(HoldsTogether.Most, (await ScriptAsync(3)).Holds);
        asked[1].Answer.SetResult(Number(20));
        Assert.Equal(3, (await ScriptAsync(4)).Holds);
    }

    [Fact]
    public async Task Holds_OverMoreLimitsThanAScriptReads_GoWithTheNextScript()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        for (var number = 3; number < 6; number++) _ = HoldAsync(number, limits: 900);
        asked[0].Answer.SetResult(Number(10));
        Assert.Equal(2, (await ScriptAsync(3)).Holds);
    }

    [Fact]
    public async Task Outage_FailsAllThatWait_AndIsTold()
    {
        var first = HoldAsync(1);
        _ = HoldAsync(2);
        var waiting = new[] { HoldAsync(3), HoldAsync(4), HoldAsync(5) };
        var outage = new RedisStoreException("It did not answer.", new TimeoutException());
        asked[0].Answer.SetException(outage);

        Assert.Same(outage, await Assert.ThrowsAsync<RedisStoreException>(() => first));
        foreach (var one in waiting) Assert.Same(outage, await Assert.ThrowsAsync<RedisStoreException>(() => one));
        Assert.Equal(3, failedUnasked);
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task Outage_OfSomeTogether_FailsThemAndAllThatWait()
    {
        _ = HoldAsync(1);
        _ = HoldAsync(2);
        var together = new[] { HoldAsync(3), HoldAsync(4) };
        asked[0].Answer.SetResult(Number(10));
        var script = await ScriptAsync(3);
        var waiting = HoldAsync(5);
        script.Answer.SetException(new RedisStoreException("It did not answer.", new TimeoutException()));

        foreach (var one in together.Append(waiting)) await Assert.ThrowsAsync<RedisStoreException>(() => one);
        Assert.Equal(1, failedUnasked);

        // What became free is taken again.
        _ = HoldAsync(6);
        Assert.Equal(1, (await ScriptAsync(4)).Holds);
    }

    [Fact]
    public async Task Refusal_OfTheServer_IsThatHoldsAlone()
    {
        var first = HoldAsync(1);
        _ = HoldAsync(2);
        var third = HoldAsync(3);
        asked[0].Answer.SetException(new RedisStoreException("It refused.", new RedisServerException(RedisErrorKind.OutOfMemory, CommandFlags.None, "OOM")));
        await Assert.ThrowsAsync<RedisStoreException>(() => first);

        (await ScriptAsync(3)).Answer.SetResult(Number(30));
        Assert.Equal(30, (long)await third);
        Assert.Equal(0, failedUnasked);
    }

    private static RedisResult Number(long number) => RedisResult.Create((RedisValue)number);

    private static RedisResult Numbers(params long[] numbers) => RedisResult.Create([.. numbers.Select(Number)]);

    private async Task<RedisResult> HoldAsync(int number, int limits = 3) =>
        await holds.AskAsync(["due", $"hold{number}", $"nonce{number}", "count", "before"], ["hold", -1, "prefix", "limits", $"asked{number}"], limits);

    private async ValueTask<RedisResult> AskAsync(RedisKey[] keys, RedisValue[] arguments, int count)
    {
        var script = new Asked(keys, arguments, count, new TaskCompletionSource<RedisResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (asked) asked.Add(script);
        return await script.Answer.Task;
    }

    private async Task<Asked> ScriptAsync(int place)
    {
        await Until.HoldsAsync(() => Task.FromResult(Scripts().Length >= place));
        return Scripts()[place - 1];
    }

    private Asked[] Scripts()
    {
        lock (asked) return [.. asked];
    }

    private sealed record Asked(RedisKey[] Keys, RedisValue[] Arguments, int Holds, TaskCompletionSource<RedisResult> Answer);
}
