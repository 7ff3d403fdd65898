using SafeLlm.Anomalies;
using SafeLlm.Pricing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Anomalies;

/// <summary>What nodes counted of keys within the last hour, in a file.</summary>
internal static class PartRows
{
    /// <summary>Puts what a node counted in the place of what it had put, and reads what the others did.</summary>
    public static List<UsagePart> Exchange(StoreConnection connection, string keyId, string node, IReadOnlyList<UsagePart> parts, DateTimeOffset now)
    {
        _ = connection.Statement("DELETE FROM usage_parts WHERE key_id = ?1 AND (node = ?2 OR slot <= ?3)").Bind(1, keyId).Bind(2, node).Bind(3, UsagePart.SlotOf(now - UsageBaseline.Hour)).Run();
        foreach (var part in parts)
        {
            _ = connection.Statement("INSERT OR REPLACE INTO usage_parts (key_id, node, slot, requests, billed, tokens, nanos) VALUES (?, ?, ?, ?, ?, ?, ?)")
                .Bind(1, keyId).Bind(2, node).Bind(3, part.Slot).Bind(4, part.Requests).Bind(5, part.Billed).Bind(6, part.Tokens).Bind(7, part.Cost.Value).Run();
        }

        _ = connection.Statement("""
            DELETE FROM usage_parts WHERE key_id = ?1 AND node IN
            (SELECT node FROM usage_parts WHERE key_id = ?1 GROUP BY node ORDER BY max(slot) DESC, node LIMIT -1 OFFSET ?2)
            """).Bind(1, keyId).Bind(2, IBaselineStore.MostNodes).Run();
        var select = connection.Statement("SELECT slot, requests, billed, tokens, nanos FROM usage_parts WHERE key_id = ? AND node <> ?").Bind(1, keyId).Bind(2, node);
        var found = new List<UsagePart>();
        while (select.Step()) found.Add(new UsagePart(select.Long(0), select.Long(1), select.Long(2), select.Long(3), new NanoUsd(select.Long(4))));
        select.Reset();
        return found;
    }
}
