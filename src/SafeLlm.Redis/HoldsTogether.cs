using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// Sends the holds together that come while others are on their way: most of a server's work for a hold is then shared with its neighbours.
/// Who is alone waits for nobody, and who waits does so for the time of one script. Thread-safe.
/// </summary>
/// <param name="ask">Runs the ledger's script with keys and arguments, for so many holds.</param>
/// <param name="notAsked">Told of so many holds that failed without having been asked, since the server does not answer.</param>
/// <param name="time">The clock.</param>
internal sealed class HoldsTogether(Func<RedisKey[], RedisValue[], int, ValueTask<RedisResult>> ask, Action<int> notAsked, TimeProvider time)
{
    /// <summary>How many go together at most: a script that takes them keeps a server for some hundred microseconds.</summary>
    public const int Most = 32;

    // One is worked at while the next is on its way.
    private const int MostUnderWay = 2;

    // Far longer than a server is busy with those: then the way to it is long, and more may be on it.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(5);

    // A script reads them by one command, and Lua passes no more than 8,000 values.
    private const int MostReads = 2_000;

    // Where nothing is common, as while an operator's caps count, asking together only comes on top.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Queue<Waiting> waiting = [];
    private int underWay;
    private long? pausedAt;

    private bool IsPaused => pausedAt is { } since && time.GetElapsedTime(since) < Pause;

    /// <summary>Asks for a hold: the script's answer to it, whoever it went with.</summary>
    /// <param name="keys">The ledger's open holds, then the hold, and where it claims a nonce that and its two counts.</param>
    /// <param name="arguments">The operation, the instant and the prefix, then the limits and what is asked.</param>
    /// <param name="limits">How many limits it is held against.</param>
    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public ValueTask<RedisResult> AskAsync(RedisKey[] keys, RedisValue[] arguments, int limits)
    {
        bool isPaused;
        Waiting? mine = null;
        List<List<Waiting>>? next = null;
        lock (gate)
        {
            isPaused = IsPaused;
            if (!isPaused && underWay >= MostUnderWay)
            {
                mine = new Waiting(keys, arguments, keys.Length + limits, time.GetTimestamp(), new TaskCompletionSource<RedisResult>(TaskCreationOptions.RunContinuationsAsynchronously));
                waiting.Enqueue(mine);
                TakeLate(ref next);
                underWay += next?.Count ?? 0;
            }
            else if (!isPaused)
            {
                underWay++;
            }
        }

        Send(next, isPaused);
        if (mine is not null) return new ValueTask<RedisResult>(mine.Answer.Task);
        return isPaused ? ask(keys, arguments, 1) : AskAloneAsync(keys, arguments);
    }

    private async ValueTask<RedisResult> AskAloneAsync(RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await ask(keys, arguments, 1).ConfigureAwait(false);
        }
        catch (RedisStoreException outage) when (IsOutage(outage))
        {
            FailAll(outage);
            throw;
        }
        finally
        {
            SendNext();
        }
    }

    // What waits takes the place of what came back.
    private void SendNext()
    {
        List<List<Waiting>>? next = null;
        bool isPaused;
        lock (gate)
        {
            isPaused = IsPaused;
            if (waiting.Count > 0) next = [Take(isPaused ? waiting.Count : Most)];
            TakeLate(ref next);
            underWay += (next?.Count ?? 0) - 1;
        }

        Send(next, isPaused);
    }

    private void TakeLate(ref List<List<Waiting>>? next)
    {
        while (waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) > LongestWait) (next ??= []).Add(Take(Most));
    }

    private void Send(List<List<Waiting>>? next, bool isPaused)
    {
        if (next is null) return;
        foreach (var batch in next) _ = SendAsync(batch, areTogether: batch.Count > 1 && !isPaused);
    }

    private List<Waiting> Take(int most)
    {
        List<Waiting> batch = [];
        var reads = 0;
        while (batch.Count < most && waiting.TryPeek(out var first) && (batch.Count == 0 || reads + first.Reads <= MostReads))
        {
            reads += first.Reads;
            batch.Add(waiting.Dequeue());
        }

        return batch;
    }

    private async Task SendAsync(List<Waiting> next, bool areTogether)
    {
        try
        {
            if (areTogether) next = await AskTogetherAsync(next).ConfigureAwait(false);
            await Task.WhenAll(next.Select(AnswerAsync)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (IsOutage(failure)) FailAll(failure);
            foreach (var one in next) one.Answer.TrySetException(failure);
        }

        SendNext();
    }

    private async Task AnswerAsync(Waiting one)
    {
        try
        {
            one.Answer.SetResult(await ask(one.Keys, one.Arguments, 1).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            if (IsOutage(failure)) FailAll(failure);
            one.Answer.SetException(failure);
        }
    }

    // Returns those that have to be asked by themselves, as they came: of two with one nonce the first is the one that counts. Nothing of them was done.
    private async ValueTask<List<Waiting>> AskTogetherAsync(List<Waiting> all)
    {
        var batch = new HoldBatch();
        List<Waiting> alone = [];
        var together = all.ConvertAll(one => batch.TryAdd(one.Keys, one.Arguments));
        var (keys, arguments) = batch.ToScript();
        var answers = (RedisResult[])(await ask(keys, arguments, together.Count(isIn => isIn)).ConfigureAwait(false))!;
        var next = 0;
        for (var i = 0; i < all.Count; i++)
        {
            if (together[i] && answers[next++] is var answer && (long)answer != 0) all[i].Answer.SetResult(answer);
            else alone.Add(all[i]);
        }

        lock (gate) pausedAt = alone.Count == all.Count ? time.GetTimestamp() : null;
        return alone;
    }

    // Nothing waits for a server that is away.
    private void FailAll(Exception outage)
    {
        Waiting[] all;
        lock (gate)
        {
            all = [.. waiting];
            waiting.Clear();
        }

        if (all.Length > 0) notAsked(all.Length);
        foreach (var one in all) one.Answer.SetException(outage);
    }

    // A server that refuses is there.
    private static bool IsOutage(Exception failure) => failure is RedisStoreException { InnerException: not RedisServerException };

    private sealed record Waiting(RedisKey[] Keys, RedisValue[] Arguments, int Reads, long Since, TaskCompletionSource<RedisResult> Answer);
}
