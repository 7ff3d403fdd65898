using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Settles and releases. What the store does not take at once is tried again until it does; what is lost with the process, or
/// beyond the bound, is left to the hold's lease, which charges it in full.
/// </summary>
internal sealed class SettlementQueue(VerifierStores stores, VerifierAlertDelivery delivery, VerifierAlerts alerts, TimeProvider time, ILogger<SettlementQueue> logger) : BackgroundService
{
    private const int Most = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Channel<Settlement> late =
        Channel.CreateBounded<Settlement>(new BoundedChannelOptions(Most) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    // What was being tried when the server stopped.
    private readonly ConcurrentQueue<Settlement> inHand = [];
    private volatile bool isStopping;

    public async ValueTask CloseAsync(Settlement settlement)
    {
        try
        {
            await TryCloseAsync(settlement);
        }
        catch (ArgumentException wrong)
        {
            Log.NotWritten(logger, settlement.Id, wrong);
        }
        catch (Exception failure)
        {
            Log.StoreFailed(logger, failure);
            alerts.StoreFails(time.GetUtcNow());
            if (!late.Writer.TryWrite(settlement)) Log.LeftToLease(logger, settlement.Id);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        await foreach (var settlement in late.Reader.ReadAllAsync(stoppingToken))
        {
            if (await IsClosedAsync(settlement))
            {
                pause = FirstPause;
                continue;
            }

            // Behind the others: one that cannot be closed keeps none back that can.
            if (!late.Writer.TryWrite(settlement))
            {
                if (isStopping) inHand.Enqueue(settlement);
                else Log.LeftToLease(logger, settlement.Id);
            }

            // Nothing tells that a store answers again: it is asked, ever less often. A stop ends the pause, and what waits is tried there.
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        isStopping = true;
        _ = late.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        // Each that waits is tried once more, as long as the host has patience: the store may be back.
        while (inHand.TryDequeue(out var settlement) || late.Reader.TryRead(out settlement))
        {
            if (cancellationToken.IsCancellationRequested || !await IsClosedAsync(settlement)) Log.LeftToLease(logger, settlement.Id);
        }
    }

    private async Task<bool> IsClosedAsync(Settlement settlement)
    {
        try
        {
            await TryCloseAsync(settlement);
            return true;
        }
        catch (ArgumentException wrong)
        {
            // It would be refused again, however often it is tried.
            Log.NotWritten(logger, settlement.Id, wrong);
            return true;
        }
        catch (Exception failure)
        {
            Log.StoreFailed(logger, failure);
            return false;
        }
    }

    private async ValueTask TryCloseAsync(Settlement settlement)
    {
        var result = default(SettleResult);
        if (settlement.Limits.All.Length == 0)
        {
            // Nothing was held: the journal is all that has to know.
        }
        else if (settlement.Amounts is { } used)
        {
            result = await stores.Stores.Ledger.SettleAsync(settlement.Id, used, CancellationToken.None);
            if (!result.Found) Log.HoldUnknown(logger, settlement.Id);
            if (result.IsOverrun)
            {
                Log.Overrun(logger, settlement.Id);
                alerts.Overran(settlement);
            }

            if (result.HasAlerts) delivery.Nudge();
        }
        else
        {
            await stores.Stores.Ledger.ReleaseAsync(settlement.Id, CancellationToken.None);
        }

        if (settlement.IsWritten && stores.Stores.Journal is { } journal) await journal.AppendAsync(settlement.Line(result.IsOverrun), CancellationToken.None);
    }
}
