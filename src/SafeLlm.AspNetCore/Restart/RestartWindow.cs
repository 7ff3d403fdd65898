using System.Globalization;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Refuses what was signed before the process started, where nonces died with the last one (signing profile, C): nothing of that time
/// can be proved unused. With a state file that is only what may have been accepted before a crash.
/// </summary>
/// <param name="until">Requests that were created up to this instant are refused; null for none.</param>
/// <param name="file">Notes up to which instant requests are accepted; null where nothing is noted.</param>
internal sealed class RestartWindow(DateTimeOffset? until, RestartFile? file = null) : IDisposable
{
    // |now - X-Timestamp| (signing profile, A12)
    private static readonly TimeSpan SeedTolerance = TimeSpan.FromSeconds(300);

    /// <summary>Requests that were created up to this instant are refused; null for none.</summary>
    public DateTimeOffset? Until => until;

    public Refusal? Check(IncomingCall call)
    {
        if (call.Signature.Created is not { } created) return null;
        // The compatibility profile takes clocks that are minutes ahead: what was accepted may have been signed so much later.
        if (until + (call.IsSeed ? SeedTolerance : TimeSpan.Zero) is { } end && created <= end) return Refuse(end);
        return file is null || file.TryRaise(created) ? null : new Refusal(RefusalCode.StoreUnavailable, "The service cannot note that it accepts this request. Try again soon, signed anew.");
    }

    /// <summary>Keeps the nonces for the next start. Nothing is accepted any more.</summary>
    public void Save() => file?.Save();

    public void Dispose() => file?.Dispose();

    private static Refusal Refuse(DateTimeOffset end) => new(
        RefusalCode.RestartWindow,
        string.Create(CultureInfo.InvariantCulture, $"The service has just started and cannot tell whether this request was used before. Sign it anew after {end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}."))
    {
        // the instant is told in whole seconds, and must have passed by one
        RoomAt = end + TimeSpan.FromSeconds(1),
    };
}
