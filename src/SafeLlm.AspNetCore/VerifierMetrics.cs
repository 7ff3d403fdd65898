using System.Diagnostics.Metrics;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>The verifier's instruments, under the meter <c>SafeLlm.AspNetCore</c>. No key but by its public name, no user, no network.</summary>
internal sealed class VerifierMetrics : IDisposable
{
    public const string MeterName = "SafeLlm.AspNetCore";

    public const string Refusals = "safellm.verifier.refusals";

    public const string Checks = "safellm.verifier.check.duration";

    public const string Calls = "safellm.verifier.call.duration";

    public const string IssuedIdFailures = "safellm.verifier.issued_id.failures";

    private readonly Meter meter;
    private readonly Counter<long> refusals;
    private readonly Counter<long> issuedIdFailures;
    private readonly Histogram<double> checks;
    private readonly Histogram<double> calls;

    public VerifierMetrics(IMeterFactory factory, ISigningKeyStore keys, VerifierSettings settings, TimeProvider time)
    {
        meter = factory.Create(MeterName);
        refusals = meter.CreateCounter<long>(Refusals, "{request}", "Requests that were refused, by the code of the refusal.");
        issuedIdFailures = meter.CreateCounter<long>(IssuedIdFailures, "{id}", "Ids issued in an answer that the store did not take: tried again (retried), or given up (lost).");
        checks = meter.CreateHistogram<double>(Checks, "s", "How long requests were checked before they were let through or refused, their content read included.");
        calls = meter.CreateHistogram<double>(Calls, "s", "How long calls took that were let through, from their first check until they were settled.");
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

    public void NotRemembered(IssuedIdFailure failure, int count) =>
        issuedIdFailures.Add(count, new KeyValuePair<string, object?>("outcome", failure == IssuedIdFailure.Lost ? "lost" : "retried"));

    /// <summary>When a request came, for <see cref="Checked"/> and <see cref="Answered"/>; 0 where nobody listens.</summary>
    public long Started(TimeProvider time) => checks.Enabled || calls.Enabled ? time.GetTimestamp() : 0;

    public void Checked(long started, TimeProvider time)
    {
        if (started != 0 && checks.Enabled) checks.Record(time.GetElapsedTime(started).TotalSeconds);
    }

    public void Answered(long started, TimeProvider time)
    {
        if (started != 0 && calls.Enabled) calls.Record(time.GetElapsedTime(started).TotalSeconds);
    }

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Expiring(ISigningKeyStore keys, VerifierSettings settings, DateTimeOffset now) =>
        keys.All
            .Where(key => key.RevokedAt is null && key.NotAfter - now <= settings.Options.WarnBeforeExpiry && key.NotAfter > now)
            .Select(key => new Measurement<double>((key.NotAfter!.Value - now).TotalSeconds, new KeyValuePair<string, object?>("keyid", key.Key.KeyId)));
}
