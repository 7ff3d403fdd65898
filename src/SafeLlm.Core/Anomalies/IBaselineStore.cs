namespace SafeLlm.Anomalies;

/// <summary>
/// Keeps what was learned of keys, for the next start and for other nodes: their last days as they were measured
/// (<see cref="UsageBaseline.RecentDays"/>), never a prompt and never a call.
/// </summary>
public interface IBaselineStore
{
    /// <summary>How many days of a key are kept: those that a baseline learns from, and the one that is under way.</summary>
    const int MostDays = UsageBaseline.MostDays + 1;

    /// <summary>Of how many nodes counts of a key's last hour are kept: those that counted last. 64.</summary>
    const int MostNodes = 64;

    /// <summary>The days that are kept of a key, oldest first; empty where nothing is.</summary>
    /// <param name="keyId">The key's public name.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    ValueTask<IReadOnlyList<UsageDay>> LoadAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps days of a key. Of a day that is kept already the larger of each measure counts, so that saving again changes nothing and no
    /// node takes away from another. Beyond <see cref="MostDays"/> the oldest go.
    /// </summary>
    /// <param name="keyId">The key's public name.</param>
    /// <param name="days">The days, in any order.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    ValueTask SaveAsync(string keyId, IReadOnlyList<UsageDay> days, CancellationToken cancellationToken);

    /// <summary>Puts what a node counted of a key within the last hour in the place of what it had put, and gives what the others did. What is older is forgotten.</summary>
    /// <param name="keyId">The key's public name.</param>
    /// <param name="node">The node's name, another for each process.</param>
    /// <param name="parts">What it counted; empty where it takes back what it had put.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    /// <returns>The sums of the other nodes, one for each five minutes.</returns>
    ValueTask<IReadOnlyList<UsagePart>> ExchangeAsync(string keyId, string node, IReadOnlyList<UsagePart> parts, DateTimeOffset now, CancellationToken cancellationToken);
}
