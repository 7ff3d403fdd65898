namespace SafeLlm.Accounts;

/// <summary>
/// Keeps which tenant each id of the provider was issued to (responses, conversations, files, vector stores), so that what one node handed out is
/// good on all, and still after a restart. Hashes are kept, never a name. What is not kept any more counts as not issued.
/// </summary>
public interface IIssuedIdStore
{
    /// <summary>How many ids one operation is about at most, so that none keeps a store for long: 500.</summary>
    const int MostAtOnce = 500;

    /// <summary>Keeps to whom ids were issued. One that is kept already stays with its tenant; issued to the same again, the later end counts.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="ids">The ids, at most <see cref="MostAtOnce"/>.</param>
    /// <param name="until">From when on they are not kept.</param>
    /// <param name="most">How many of this tenant are kept, from 1 on: beyond it those that end first go.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    ValueTask RecordAsync(string tenant, IReadOnlyList<string> ids, DateTimeOffset until, int most, CancellationToken cancellationToken);

    /// <summary>Whether each of these ids was issued to this tenant and is still kept.</summary>
    /// <param name="tenant">Who names them.</param>
    /// <param name="ids">The ids, at most <see cref="MostAtOnce"/>.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    ValueTask<bool> AreOfAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Forgets an id, if it is this tenant's. One that is not kept changes nothing.</summary>
    ValueTask ForgetAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>What every store refuses, in one way.</summary>
    /// <exception cref="ArgumentException">There is no tenant, or there are too many ids.</exception>
    static void Check(string tenant, IReadOnlyList<string> ids)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count > MostAtOnce) throw new ArgumentException($"{ids.Count} ids are too many for one operation; at most {MostAtOnce} are taken. Ask in parts.", nameof(ids));
    }
}
