using SafeLlm.Anomalies;
using SafeLlm.Pricing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Anomalies;

/// <summary>The days of keys in a file.</summary>
internal static class UsageRows
{
    public static List<UsageDay> Load(StoreConnection connection, string keyId)
    {
        var select = connection.Statement("SELECT start, requests_hour, requests_burst, tokens_request, nanos_hour, nanos_burst FROM usage_days WHERE key_id = ? ORDER BY start").Bind(1, keyId);
        var days = new List<UsageDay>();
        while (select.Step())
        {
            days.Add(new UsageDay(
                new DateTimeOffset(select.Long(0), TimeSpan.Zero),
                new UsagePeaks(select.Long(1), select.Long(2), select.Long(3), new NanoUsd(select.Long(4)), new NanoUsd(select.Long(5)))));
        }

        select.Reset();
        return days;
    }

    public static bool Save(StoreConnection connection, string keyId, IReadOnlyList<UsageDay> days)
    {
        foreach (var (start, peaks) in days)
        {
            _ = connection.Statement("""
                INSERT INTO usage_days (key_id, start, requests_hour, requests_burst, tokens_request, nanos_hour, nanos_burst) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET requests_hour = max(requests_hour, excluded.requests_hour), requests_burst = max(requests_burst, excluded.requests_burst),
                tokens_request = max(tokens_request, excluded.tokens_request), nanos_hour = max(nanos_hour, excluded.nanos_hour), nanos_burst = max(nanos_burst, excluded.nanos_burst)
                """)
                .Bind(1, keyId).Bind(2, start.UtcTicks).Bind(3, peaks.RequestsPerHour).Bind(4, peaks.RequestsPerBurst).Bind(5, peaks.TokensPerRequest)
                .Bind(6, peaks.CostPerHour.Value).Bind(7, peaks.CostPerBurst.Value).Run();
        }

        _ = connection.Statement("DELETE FROM usage_days WHERE key_id = ?1 AND start IN (SELECT start FROM usage_days WHERE key_id = ?1 ORDER BY start DESC LIMIT -1 OFFSET ?2)")
            .Bind(1, keyId).Bind(2, IBaselineStore.MostDays).Run();
        return true;
    }
}
