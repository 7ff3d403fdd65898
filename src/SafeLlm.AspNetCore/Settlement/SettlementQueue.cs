using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Settles and releases. What the store does not take at once is tried again until it does; what is lost with the process, or
/// beyond the bound, is left to the hold's lease, which charges it in full.
/// </summary>
internal sealed class SettlementQueue(VerifierStores stores, TimeProvider time, ILogger<SettlementQueue> logger) : BackgroundService
{
    private const int Most = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Channel<(string Id, Amounts? Amounts)> late =
        Channel.CreateBounded<(string, Amounts?)>(new BoundedChannelOptions(Most) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <param name="id">The hold.</param>
    /// <param name="amounts">What is charged; null to give the hold back.</param>
    public async ValueTask CloseAsync(string id, Amounts? amounts)
    {
        try
        {
            await TryCloseAsync(id, amounts);
        }
        catch (Exception failure)
        {
            Log.StoreFailed(logger, failure);
            if (!late.Writer.TryWrite((id, amounts))) Log.LeftToLease(logger, id);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (id, amounts) in late.Reader.ReadAllAsync(stoppingToken))
        {
            for (var pause = FirstPause; !await IsClosedAsync(id, amounts); pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                await Task.Delay(pause, time, stoppingToken);
            }
        }
    }

    private async Task<bool> IsClosedAsync(string id, Amounts? amounts)
    {
        try
        {
            await TryCloseAsync(id, amounts);
            return true;
        }
        catch (Exception failure)
        {
            Log.StoreFailed(logger, failure);
            return false;
        }
    }

    private async ValueTask TryCloseAsync(string id, Amounts? amounts)
    {
        if (amounts is not { } used)
        {
            await stores.Stores.Ledger.ReleaseAsync(id, CancellationToken.None);
            return;
        }

        var result = await stores.Stores.Ledger.SettleAsync(id, used, CancellationToken.None);
        if (result.IsOverrun) Log.Overrun(logger, id);
    }
}
