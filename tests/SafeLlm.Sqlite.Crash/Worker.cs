using System.Text;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Crash;

/// <summary>
/// Holds, settles, releases and writes the journal until it is killed. It says what it was told, in lines that are whole
/// before it goes on: <c>held ID</c>, <c>settled ID</c>, <c>released ID</c>, <c>noted ID</c>.
/// </summary>
internal sealed class Worker(string path, int number, int seed)
{
    private const int Callers = 4;
    private readonly Stream output = Console.OpenStandardOutput();
    private long next;

    public async Task RunAsync()
    {
        using var stores = SqliteStores.Open(path, new FixedClock(), new SqliteStoreOptions { IntegrityCheck = SqliteIntegrityCheck.None });
        Say("ready");
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(stores, new Random((seed * Callers) + caller))));
    }

    private async Task CallAsync(SafeLlmStores stores, Random random)
    {
        while (true)
        {
            var deal = Deal.Of(number, Interlocked.Increment(ref next));
            if ((await stores.Ledger.HoldAsync(deal.Request, CancellationToken.None)).Outcome != HoldOutcome.Held) throw new InvalidOperationException($"{deal.Id} was not held.");
            Say($"held {deal.Id}");
            switch (random.Next(4))
            {
                case 0:
                    break;
                case 1:
                    await stores.Ledger.ReleaseAsync(deal.Id, CancellationToken.None);
                    Say($"released {deal.Id}");
                    break;
                default:
                    await stores.Ledger.SettleAsync(deal.Id, deal.Used, CancellationToken.None);
                    Say($"settled {deal.Id}");
                    await stores.Journal!.AppendAsync(
                        new JournalEntry { Id = deal.Id, At = FixedClock.Instant, Outcome = JournalOutcome.Reported, Scopes = ["app", "user:42"], Quoted = deal.Held, Actual = deal.Used },
                        CancellationToken.None);
                    Say($"noted {deal.Id}");
                    break;
            }
        }
    }

    private void Say(string line)
    {
        // One write of one line: the pipe takes it whole or not at all.
        lock (output) output.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }
}
