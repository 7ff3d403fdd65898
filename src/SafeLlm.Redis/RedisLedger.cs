using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// A ledger for many nodes. Each operation is one script and one round trip, so it is whole or not at all; time is the
/// server's, so nodes need not agree on it. All keys share one hash tag: a ledger lives in one slot of a Cluster.
/// </summary>
internal sealed class RedisLedger(RedisConnection connection, TimeProvider time, HoldsTogether? together = null) : ILedger, IRoomSignal, IDisposable
{
    private const int LimitsOfARead = 256;
    private const int StateParts = 5;
    private const int DenialParts = 5;
    private const int NumbersOfASettle = 5;
    private readonly LimitArguments limitArguments = new(connection.Keys, connection.Options.MaxNoncesPerKey);
    private readonly HoldsTogether holds = together ?? new HoldsTogether(connection.AskAsync, connection.NotAsked, time);
    private readonly RoomListeners listeners = new(onRoom => connection.SubscribeAsync(connection.Keys.Room, onRoom).AsTask(), time);

    private long Kept => RedisInstant.Of(connection.Options.RememberClosed);

    // A server whose clock differs from ours has told its own; the windows of that instant fit unless it is at a boundary.
    private const int ClockTries = 3;

    /// <inheritdoc/>
    public async ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        cancellationToken.ThrowIfCancellationRequested();

        var keys = KeysOf(RedisKeys.HoldName(request.OperationId), request.Nonce);
        RedisValue[] arguments = ["hold", default, connection.Keys.Prefix, default, limitArguments.Write(request)];
        var told = await AskWithLimitsAsync(keys, arguments, request.Limits, areHeld: true).ConfigureAwait(false);
        if (ToHold(request, told) is { } hold)
        {
            if (connection.Options.Replicas > 0) await connection.WaitForReplicasAsync().ConfigureAwait(false);
            return new HoldResult(HoldOutcome.Held) { Hold = hold };
        }

        var answer = (RedisResult[])told!;
        return (string?)answer[0] switch
        {
            "denied" => new HoldResult(HoldOutcome.Denied) { Denials = ToDenials(request, answer) },
            "replayed" => new HoldResult(HoldOutcome.Replayed),
            "full" => new HoldResult(HoldOutcome.ReplayCapacity),
            "closed" => new HoldResult(HoldOutcome.Closed),
            var other => throw Unexpected("hold", other),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        actual.Validate(nameof(actual));
        var name = RedisKeys.HoldName(holdId);
        RedisKey[] keys = [connection.Keys.Due, connection.Keys.Hold(name)];
        RedisValue[] head = ["settle", default, connection.Keys.Prefix, ToArgument(actual)];
        RedisValue[] arguments = head;
        for (var tries = 1; ; tries++)
        {
            arguments[1] = connection.Now;
            var told = await connection.AskAsync(keys, arguments).ConfigureAwait(false);
            if (IsCommon(told)) return new SettleResult(true, false, false);
            var answer = (RedisResult[])told!;
            switch ((string?)answer[0])
            {
                case "settled":
                    return new SettleResult(true, (int)answer[1] == 1, (int)answer[2] == 1) { HasAlerts = (int)answer[3] == 1 };
                case "unknown":
                    return default;
                case "clock" when tries < ClockTries:
                    arguments = [.. head, .. SpansOf(answer)];
                    break;
                case var other:
                    throw Unexpected("settle", other);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A hold that is not known is refused from then on: its request may still be on the way to the server.</remarks>
    public async ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken) =>
        await AskAsync("release", holdId, [Kept], "released").ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken)
    {
        HoldRequest.CheckLease(lease, nameof(lease));
        return await AskAsync("extend", holdId, [RedisInstant.Of(lease)], "extended").ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken)
    {
        HoldRequest.CheckLimits(limits, nameof(limits));
        cancellationToken.ThrowIfCancellationRequested();
        var states = new LimitState[limits.Count];

        // Many at once are more than a script can take from one argument.
        for (var first = 0; first < states.Length; first += LimitsOfARead)
        {
            Limit[] some = [.. limits.Skip(first).Take(LimitsOfARead)];
            var answer = (RedisResult[])(await AskWithLimitsAsync([connection.Keys.Due], ["read", default, connection.Keys.Prefix, default], some).ConfigureAwait(false))!;
            for (var i = 0; i < some.Length; i++)
            {
                var at = 1 + (i * StateParts);
                var resetsAt = (long)answer[at + 2] is >= 0 and var ends ? RedisInstant.ToInstant(ends) : (DateTimeOffset?)null;
                states[first + i] = new LimitState(some[i].WithCap((long)answer[at + 4]), (long)answer[at], (long)answer[at + 1], resetsAt) { RoomAt = ToRoom(some[i], (long)answer[at + 3]) };
            }
        }

        return states;
    }

    /// <summary>Forgets what is spent in the present window of a counter, and adds that to the journal. What it was; null where nothing counts.</summary>
    internal async ValueTask<long?> ResetAsync(Limit limit, RedisValue[] line)
    {
        var answer = (RedisResult[])(await AskWithLimitsAsync([connection.Keys.Due], ["reset", default, connection.Keys.Prefix, default, .. line], [limit]).ConfigureAwait(false))!;
        return (string?)answer[0] == "reset" ? (long)answer[1] : null;
    }

    /// <inheritdoc/>
    public async ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await connection.RunAsync([connection.Keys.Due], ["count", connection.Now, connection.Keys.Prefix]).ConfigureAwait(false);
        return (int)answer[1];
    }

    /// <inheritdoc/>
    public async ValueTask ListenAsync(Action onRoom, TimeSpan lasting, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await listeners.AddAsync(onRoom, lasting).ConfigureAwait(false);
        await connection.GuardedAsync(
            static (database, state) => database.StringSetAsync(state.Waiting, "", state.lasting),
            (connection.Keys.Waiting, lasting)).ConfigureAwait(false);
    }

    /// <summary>Closes the connection that all stores of the ledger share.</summary>
    public void Dispose() => connection.Dispose();

    private async ValueTask<bool> AskAsync(string operation, string holdId, RedisValue[] more, string yes)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        var name = RedisKeys.HoldName(holdId);
        var answer = await connection.RunAsync([connection.Keys.Due, connection.Keys.Hold(name)],
            [operation, connection.Now, connection.Keys.Prefix, .. more]).ConfigureAwait(false);
        return (string?)answer[0] == yes;
    }

    private async ValueTask<RedisResult> AskWithLimitsAsync(RedisKey[] keys, RedisValue[] arguments, IReadOnlyList<Limit> limits, bool areHeld = false)
    {
        var now = time.GetUtcNow();
        for (var tries = 1; ; tries++)
        {
            arguments[1] = connection.Now;
            arguments[LedgerScript.LimitsArgument] = limitArguments.Write(limits, now);
            var answer = areHeld
                ? await holds.AskAsync(keys, arguments, limits.Count).ConfigureAwait(false)
                : await connection.AskAsync(keys, arguments).ConfigureAwait(false);
            if (IsCommon(answer) || (string?)answer[0] != "clock") return answer;
            if (tries == ClockTries) throw Unexpected((string)arguments[0]!, "clock");
            now = RedisInstant.ToInstant((long)answer[1]);
        }
    }

    private ReadOnlyMemory<byte> ToArgument(Amounts actual)
    {
        var numbers = new MessagePackWriter(NumbersOfASettle * MessagePackWriter.LongestNumber);
        numbers.Add(Kept);
        numbers.Add(LimitArguments.Whole(actual.Requests));
        numbers.Add(LimitArguments.Whole(actual.InputTokens));
        numbers.Add(LimitArguments.Whole(actual.OutputTokens));
        numbers.Add(LimitArguments.Whole(actual.Cost.Value));
        return numbers.Written;
    }

    private RedisKey[] KeysOf(string name, NonceClaim? nonce)
    {
        RedisKey[] own = [connection.Keys.Due, connection.Keys.Hold(name)];
        return nonce is { } claim ? [.. own, .. connection.Keys.Nonce(claim)] : own;
    }

    // Key, start and end of the windows that the server asked for.
    private static IEnumerable<RedisValue> SpansOf(RedisResult[] answer)
    {
        var now = RedisInstant.ToInstant((long)answer[1]);
        for (var i = 2; i < answer.Length; i += 2)
        {
            var span = WindowNames.Find((string)answer[i + 1]!).SpanAt(now);
            yield return (RedisValue)answer[i];
            yield return RedisInstant.Text(RedisInstant.Of(span.Start));
            yield return RedisInstant.Text(RedisInstant.Of(span.End));
        }
    }

    // The common case answers with a bare number.
    private static bool IsCommon(RedisResult answer) => answer.Resp2Type == ResultType.Integer;

    // A new hold of the common case has what was asked for, and only its instant is told; any other tells what it has. Null where there is none.
    private static Hold? ToHold(HoldRequest request, RedisResult answer)
    {
        if (IsCommon(answer))
        {
            var taken = (long)answer;
            return new Hold(request.OperationId, request.Amounts, RedisInstant.ToInstant(taken), RedisInstant.ToInstant(taken + RedisInstant.Of(request.Lease)));
        }

        if ((string?)answer[0] != "held") return null;
        return new Hold(
            request.OperationId,
            new Amounts((long)answer[4], (long)answer[5], new NanoUsd((long)answer[6]), (long)answer[3]),
            RedisInstant.ToInstant((long)answer[1]),
            RedisInstant.ToInstant((long)answer[2]));
    }

    private static List<LimitDenial> ToDenials(HoldRequest request, RedisResult[] answer)
    {
        var denials = new List<LimitDenial>();
        for (var i = 1; i < answer.Length; i += DenialParts)
        {
            var limit = request.Limits[(int)answer[i] - 1].WithCap((long)answer[i + 4]);
            denials.Add(new LimitDenial(limit, request.Amounts.In(limit.Dimension), (long)answer[i + 1], (long)answer[i + 2], ToRoom(limit, (long)answer[i + 3])));
        }

        return denials;
    }

    private static DateTimeOffset? ToRoom(Limit limit, long place) => limit.Window switch
    {
        _ when place < 0 => null,
        RollingWindow rolling => rolling.Leaves(place),
        CalendarWindow => RedisInstant.ToInstant(place),
        _ => null,
    };

    private static RedisStoreException Unexpected(string operation, string? answer) =>
        new($"The script answered \"{answer}\" to {operation}. Are several versions of SafeLlm on one ledger?");
}
