using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SafeLlm.Anomalies;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Records in the store who has to wait. What it does not take is kept, and recorded when it is asked again, until it is there or over:
/// a key that is frozen on one node alone goes on with the next request that another one gets.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="freezer">Knows which keys are frozen still.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what the store does not take.</param>
internal sealed class LockOutRecorder(ILockOutStore store, KeyFreezer freezer, TimeProvider time, ILogger logger)
{
    public const string KeyScope = "key:";

    // Bounded: the store keeps no more either.
    private readonly ConcurrentDictionary<string, DateTimeOffset> late = new(StringComparer.Ordinal);

    /// <summary>The keys that are frozen for a while here and, for all that is known, nowhere else.</summary>
    public IEnumerable<string> LateKeys => late.Keys.Where(IsKey).Select(KeyIdOf);

    /// <returns>Whether the store took it.</returns>
    public async Task<bool> RecordAsync(string scope, DateTimeOffset until)
    {
        try
        {
            await store.RecordAsync(new LockOut(scope, until), CancellationToken.None);
            // Of two that were under way the later one may be missing still.
            if (late.TryGetValue(scope, out var known) && known <= until) _ = late.TryRemove(KeyValuePair.Create(scope, known));
            return true;
        }
        catch (Exception failure)
        {
            if (late.Count < ILockOutStore.Most || late.ContainsKey(scope)) late.AddOrUpdate(scope, until, (_, known) => known > until ? known : until);
            if (IsKey(scope)) Log.NotFrozenElsewhere(logger, KeyIdOf(scope), KeyFreezer.AwaitsOperator(until) ? "it is thawed" : until.ToString("O", CultureInfo.InvariantCulture), failure);
            else Log.NotShared(logger, failure);
            return false;
        }
    }

    /// <summary>Tries once more to record what the store did not take. A store that fails is not asked for the rest: each may cost its time-out.</summary>
    public async Task RecordLateAsync()
    {
        foreach (var (scope, until) in late)
        {
            if (IsOver(scope, until)) _ = late.TryRemove(KeyValuePair.Create(scope, until));
            else if (!await RecordAsync(scope, until)) return;
        }
    }

    // An operator may have let the key go on meanwhile, whom this must not overrule.
    private bool IsOver(string scope, DateTimeOffset until)
    {
        var now = time.GetUtcNow();
        return until <= now || (IsKey(scope) && freezer.RestsUntil(KeyIdOf(scope), now) is null);
    }

    private static bool IsKey(string scope) => scope.StartsWith(KeyScope, StringComparison.Ordinal);

    private static string KeyIdOf(string scope) => scope[KeyScope.Length..];
}
