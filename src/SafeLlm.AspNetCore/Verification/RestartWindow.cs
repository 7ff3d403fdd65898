using System.Globalization;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Refuses what was signed before the process started, where nonces died with the last one (signing profile, C): nothing of that time
/// can be proved unused. A client's clock may run ahead by the skew, so what it signed then may bear a later instant.
/// </summary>
/// <param name="until">Requests that were created up to this instant are refused; null for none.</param>
internal sealed class RestartWindow(DateTimeOffset? until)
{
    public Refusal? Check(IncomingCall call) =>
        until is { } end && call.Signature.Created is { } created && created <= end
            ? new Refusal(
                RefusalCode.RestartWindow,
                string.Create(CultureInfo.InvariantCulture, $"The service has just started and cannot tell whether this request was used before. Sign it anew after {end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}."))
            {
                // the instant is told in whole seconds, and must have passed by one
                RoomAt = end + TimeSpan.FromSeconds(1),
            }
            : null;
}
