using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Holds;

/// <summary>Writes a line for each attempt that is over. A journal that cannot be written is logged, and holds nothing up: the ledger has the amounts.</summary>
internal sealed class CallJournal(IJournal journal, ClientRuntime runtime)
{
    private static readonly string[] NoScopes = [];

    public void Append(Call call, int attempt, Amounts actual, JournalOutcome outcome)
    {
        var entry = new JournalEntry
        {
            Id = FormattableString.Invariant($"{call.Id}.{attempt}"),
            At = runtime.Time.GetUtcNow(),
            Outcome = outcome,
            CallId = call.Id,
            Scopes = Scopes(call.Limits),
            Model = call.Quote?.Model,
            Quoted = call.Amounts,
            Expected = call.Quote?.Expected,
            Basis = call.Quote?.Basis,
            Actual = actual,
            IsOverrun = actual.OutputTokens > call.Amounts.OutputTokens || actual.Cost > call.Amounts.Cost,
        };
        try
        {
            var appending = journal.AppendAsync(entry, CancellationToken.None);
            if (!appending.IsCompletedSuccessfully) _ = FinishAsync(appending.AsTask(), entry.Id);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.JournalFailed(runtime.Logger, entry.Id, failure);
        }
    }

    private async Task FinishAsync(Task appending, string id)
    {
        try
        {
            await appending.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.JournalFailed(runtime.Logger, id, failure);
        }
    }

    private static string[] Scopes(IReadOnlyList<Limit> limits)
    {
        if (limits.Count == 0) return NoScopes;
        var first = limits[0].Scope;
        for (var i = 1; i < limits.Count; i++)
        {
            if (!string.Equals(limits[i].Scope, first, StringComparison.Ordinal)) return [.. limits.Select(limit => limit.Scope).Distinct(StringComparer.Ordinal)];
        }

        return [first];
    }
}
