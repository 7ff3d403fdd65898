using System.Diagnostics.Metrics;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>The verifier's instruments, under the meter <c>SafeLlm.AspNetCore</c>. No key but by its public name, no user, no network.</summary>
internal sealed class VerifierMetrics : IDisposable
{
    public const string MeterName = "SafeLlm.AspNetCore";

    private readonly Meter meter;
    private readonly Counter<long> refusals;

    public VerifierMetrics(IMeterFactory factory, ISigningKeyStore keys, VerifierSettings settings, TimeProvider time)
    {
        meter = factory.Create(MeterName);
        refusals = meter.CreateCounter<long>("safellm.verifier.refusals", "{request}", "Requests that were refused, by the code of the refusal.");
        meter.CreateObservableGauge(
            "safellm.verifier.key.expires_in",
            () => Expiring(keys, settings, time.GetUtcNow()),
            "s",
            "How long the keys live that end soon, by their public names.");
    }

    public void Refused(RefusalCode code)
    {
        if (refusals.Enabled) refusals.Add(1, new KeyValuePair<string, object?>("code", code.Name()));
    }

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Expiring(ISigningKeyStore keys, VerifierSettings settings, DateTimeOffset now) =>
        keys.All
            .Where(key => key.RevokedAt is null && key.NotAfter - now <= settings.Options.WarnBeforeExpiry && key.NotAfter > now)
            .Select(key => new Measurement<double>((key.NotAfter!.Value - now).TotalSeconds, new KeyValuePair<string, object?>("keyid", key.Key.KeyId)));
}
