using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Accounts;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Which tenant each id of the provider was issued to. What an answer issues is good on this node at once, and in the store, for other nodes and the
/// next start, without its caller having to wait: what the store does not take is tried again, and told.
/// </summary>
internal sealed class IssuedIds : BackgroundService
{
    private const int MostUnderWay = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Another node may have answered a moment ago, and its write be under way.
    private static readonly TimeSpan Arrival = TimeSpan.FromMilliseconds(250);

    private readonly IIssuedIdStore store;
    private readonly SafeLlmIssuedIdOptions options;
    private readonly VerifierAlerts alerts;
    private readonly VerifierMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger<IssuedIds> logger;
    private readonly Lock sync = new();
    private readonly Dictionary<string, IssuedIdChange> underWay = new(StringComparer.Ordinal);
    private readonly Channel<IssuedIdChange> changes = Channel.CreateBounded<IssuedIdChange>(new BoundedChannelOptions(MostUnderWay) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public IssuedIds(VerifierStores stores, VerifierSettings settings, VerifierAlerts alerts, VerifierMetrics metrics, TimeProvider time, ILogger<IssuedIds> logger)
    {
        store = stores.Stores.IssuedIds ?? new InMemoryIssuedIdStore(time);
        options = settings.Options.IssuedIds;
        (this.alerts, this.metrics, this.time, this.logger) = (alerts, metrics, time, logger);
    }

    /// <summary>Notes that an id was issued. One that another tenant has stays with it.</summary>
    public void Add(string id, string tenant) => Change(new IssuedIdChange(Plain(id), tenant, IsGone: false));

    /// <summary>Notes that something of a tenant is gone.</summary>
    public void Forget(string id, string tenant) => Change(new IssuedIdChange(Plain(id), tenant, IsGone: true));

    /// <summary>Whether all of these ids are a tenant's. What the store throws is its caller's to judge.</summary>
    public async ValueTask<bool> AreOfAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        List<string> asked = [];
        lock (sync)
        {
            foreach (var id in ids.Select(Plain))
            {
                if (!underWay.TryGetValue(id, out var change)) asked.Add(id);
                else if (change.IsGone || change.Tenant != tenant) return false;
            }
        }

        foreach (var part in asked.Chunk(IIssuedIdStore.MostAtOnce))
        {
            if (await store.AreOfAsync(tenant, part, cancellationToken)) continue;
            // In this process alone nothing is under way that was not looked at above.
            if (store is InMemoryIssuedIdStore) return false;
            // Once, and only who names what is not here waits: no caller of an id that is known does.
            await Task.Delay(Arrival, time, cancellationToken);
            if (!await store.AreOfAsync(tenant, part, cancellationToken)) return false;
        }

        return true;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Nobody is answered any more: what is under way is still kept, as long as the host has patience.
        _ = changes.Writer.TryComplete();
        if (ExecuteTask is { } writing) await writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
        int left;
        lock (sync) left = underWay.Count;
        if (left == 0) return;
        Log.IssuedIdsLost(logger, left);
        metrics.NotRemembered(IssuedIdFailure.Lost, left);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await changes.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = Take();
            // Nothing tells that a store answers again: it is asked, ever less often.
            for (var pause = FirstPause; !await IsKeptAsync(batch); pause = pause * 2 < LongestPause ? pause * 2 : LongestPause) await Task.Delay(pause, time, stoppingToken);
            lock (sync)
            {
                foreach (var change in batch)
                {
                    if (ReferenceEquals(underWay.GetValueOrDefault(change.Id), change)) _ = underWay.Remove(change.Id);
                }
            }
        }
    }

    private void Change(IssuedIdChange change)
    {
        lock (sync)
        {
            // Named many times in one answer, and whoever was first has it.
            if (!change.IsGone && underWay.TryGetValue(change.Id, out var before) && !before.IsGone) return;
            if (changes.Writer.TryWrite(change))
            {
                underWay[change.Id] = change;
                return;
            }
        }

        Log.IssuedIdsLost(logger, 1);
        metrics.NotRemembered(IssuedIdFailure.Lost, 1);
    }

    // Ids of one tenant that stand one behind the other are one operation.
    private List<IssuedIdChange> Take()
    {
        List<IssuedIdChange> batch = [];
        while (batch.Count < IIssuedIdStore.MostAtOnce && changes.Reader.TryPeek(out var next))
        {
            if (batch.Count > 0 && (next.IsGone || batch[0].IsGone || next.Tenant != batch[0].Tenant)) break;
            _ = changes.Reader.TryRead(out _);
            batch.Add(next);
        }

        return batch;
    }

    private async Task<bool> IsKeptAsync(List<IssuedIdChange> batch)
    {
        try
        {
            if (batch[0] is { IsGone: true } gone) await store.ForgetAsync(gone.Tenant, gone.Id, CancellationToken.None);
            else await store.RecordAsync(batch[0].Tenant, batch.ConvertAll(change => change.Id), time.GetUtcNow() + options.KeepFor, options.MostPerTenant, CancellationToken.None);
            return true;
        }
        catch (Exception failure)
        {
            Log.IssuedIdsNotKept(logger, batch.Count, failure);
            metrics.NotRemembered(IssuedIdFailure.Retried, batch.Count);
            alerts.StoreFails(time.GetUtcNow());
            return false;
        }
    }

    // The last part of a path or an address, as Google names one file in several ways: files/abc, https://…/files/abc. Not an object of storage,
    // which is issued by nobody here.
    private static string Plain(string name) =>
        name.StartsWith("files/", StringComparison.Ordinal) || name.StartsWith("cachedContents/", StringComparison.Ordinal) || name.StartsWith("https://generativelanguage.googleapis.com/", StringComparison.Ordinal)
            ? name[(name.LastIndexOf('/') + 1)..]
            : name;
}
