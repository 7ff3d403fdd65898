using System.Text;
using SafeLlm.Testing;
using SafeLlm.Tests.Sdks;

namespace SafeLlm.Tests.Holds;

/// <summary>What each policy charges where usage never came, beside what the provider would have billed.</summary>
public sealed class SettlementAgainstBillsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OnMissingUsage.Worst)]
    [InlineData(OnMissingUsage.Floor)]
    [InlineData(OnMissingUsage.Drain)]
    public async Task Stream_ReadToItsEnd_IsChargedWhatWasBilledByAnyPolicy(OnMissingUsage policy)
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.OnMissingUsage = policy;

        await ReadAsync(world, pieces: int.MaxValue);

        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Theory]
    [InlineData(OnMissingUsage.Worst)]
    [InlineData(OnMissingUsage.Drain)]
    public async Task Stream_LeftByItsReader_IsNeverChargedLessThanWasBilled(OnMissingUsage policy)
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.OnMissingUsage = policy;

        await ReadAsync(world, pieces: 1);

        var (spent, billed) = (await world.SpentAsync(), world.Provider.BilledTotal.Value);
        if (policy == OnMissingUsage.Drain) Assert.Equal(billed, spent);
        else Assert.True(spent > billed, $"{spent} was charged, {billed} billed.");
    }

    [Fact]
    public async Task Stream_LeftByItsReaderUnderFloor_IsChargedTheInputAndWhatWasSeen()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.OnMissingUsage = OnMissingUsage.Floor;

        await ReadAsync(world, pieces: 1);

        var bill = Assert.Single(world.Provider.Billed);
        var input = SafeLlm.Pricing.Quoter.Cost(Fakes.World.Price, new SafeLlm.Formats.BillableUsage(bill.InputTokens, 0, 0, 0)).Value;
        Assert.InRange(await world.SpentAsync(), input, bill.Cost.Value);
    }

    [Theory]
    [InlineData(OnMissingUsage.Worst)]
    [InlineData(OnMissingUsage.Drain)]
    public async Task Stream_CutByTheProvider_IsNeverChargedLessThanWasBilled(OnMissingUsage policy)
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.OnMissingUsage = policy;
        world.Provider.Next(Fault.CutAfterEvents(3));

        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(world, pieces: int.MaxValue));

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Answer_NeverBegun_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxAttempts = 1;
        world.Provider.Next(Fault.CutBeforeAnyByte());

        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(world, pieces: int.MaxValue));

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
        Assert.NotEqual(0, world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Call_ThatTimesOut_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxAttempts = 1;
        world.Options.Timeout = TimeSpan.FromMilliseconds(300);
        var gate = new Gate();
        world.Provider.Next(Fault.Stall(afterEvents: 2, gate));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(world, pieces: int.MaxValue));
        gate.Open();

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    private static async Task ReadAsync(SdkWorld world, int pieces)
    {
        using var http = world.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Provider.BaseAddress, "chat/completions"))
        {
            Content = new StringContent(Fakes.World.Body(bound: 200, stream: true), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer key");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[64];
        for (var i = 0; i < pieces && await stream.ReadAsync(buffer, Cancel) > 0; i++)
        {
        }
    }
}
