using System.Net;
using Microsoft.AspNetCore.Builder;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Credential stuffing against one key from everywhere, and many keys from anywhere.</summary>
public sealed class KeyLockOutTests
{
    [Fact]
    public void KeyThatIsTriedFromManyNetworks_IsToldWhereItExists()
    {
        var told = new List<string>();
        var lockOuts = new LockOuts(new SafeLlmLockOutOptions { FailuresPerKeyPerMinute = 3, FailuresPerMinute = 1_000 }, (scope, _) => told.Add(scope)) { IsKnown = keyId => keyId == "known" };
        for (var second = 0; second < 120; second++)
        {
            foreach (var keyId in (string[])["known", "made-up"]) lockOuts.Fail(IPAddress.Parse($"203.0.{second}.1"), VerifierHost.Start.AddSeconds(second), keyId);
        }

        Assert.Equal(["key:known"], told);
    }

    private static readonly DateTimeOffset Now = VerifierHost.Start;

    [Fact]
    public void Fail_OfOneKeyFromManyNetworks_WaitsLongerAndLonger()
    {
        var lockOuts = new LockOuts(new SafeLlmLockOutOptions { FailuresPerKeyPerMinute = 3 });
        var now = Now;
        var waits = new List<double>();
        for (var i = 0; waits.Count < 4; i++)
        {
            if (lockOuts.Fail(new IPAddress([10, (byte)(i / 256), (byte)i, 1]), now, "k-free") is not { } until) continue;
            waits.Add((until - now).TotalSeconds);
            now = until;
        }

        Assert.Equal([1, 2, 4, 8], waits);
        Assert.Null(lockOuts.Fail(IPAddress.Parse("192.0.2.1"), now, "k-pro"));
    }

    [Fact]
    public void Fail_UnderSpoofedVariety_KeepsItsSize()
    {
        var lockOuts = new LockOuts(new SafeLlmLockOutOptions());
        var strangers = Enumerable.Range(0, 20_000)
            .Select(i => (Address: new IPAddress([0x20, 1, (byte)(i >> 16), (byte)(i >> 8), (byte)i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), KeyId: $"k-{i}"))
            .ToArray();
        lockOuts.Fail(strangers[0].Address, Now, strangers[0].KeyId);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (address, keyId) in strangers) lockOuts.Fail(address, Now, keyId);

        // The tables are as large as they were made: what nothing is allocated for cannot grow.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    [Fact]
    public async Task KeyUnderAttack_StillWorksForItsOwner_AndFailuresSayNothingOfIt()
    {
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            Options = options => (options.LockOut.FailuresPerKeyPerMinute, options.LockOut.FailuresPerMinute) = (2, 1_000_000),
        });
        var codes = new Dictionary<string, List<string>>();
        foreach (var keyId in (string[])["k-free", "k-nobody"])
        {
            codes[keyId] = [];
            for (var i = 0; i < 5; i++) codes[keyId].Add((await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(), TestKeys.Make(keyId, "some-other-secret-of-32-bytes-or-so")))).Code);
        }

        Assert.Equal(["signature_invalid", "signature_invalid", "signature_invalid", "rate_limited", "rate_limited"], codes["k-free"]);
        Assert.Equal(codes["k-free"], codes["k-nobody"]);
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
    }
}
