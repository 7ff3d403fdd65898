using System.Security.Cryptography;
using System.Text.Json;
using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Keys;

/// <summary>The signing keys of a file. Whoever changes one raises the version, by which others know that they have to read again.</summary>
internal static class KeyRows
{
    private const string Columns = "key_id, profile, algorithm, is_public, material, not_before, not_after, revoked_at, frozen_at, client, user, tenant, device, tier, acts_for_users, endpoints, models";

    public static long Version(StoreConnection connection) => connection.Statement("SELECT version FROM signing_key_version").Number();

    public static bool Add(StoreConnection connection, VerifierKey key, StoredMaterial material)
    {
        var added = connection.Statement($"INSERT INTO signing_keys ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key_id) DO NOTHING")
            .Bind(1, key.Key.KeyId).Bind(2, (long)key.Profile).Bind(3, key.Key.Algorithm.Name()).Bind(4, material.IsPublic ? 1 : 0).Bind(5, material.Bytes.Span)
            .Bind(6, key.NotBefore?.UtcTicks).Bind(7, key.NotAfter?.UtcTicks).Bind(8, key.RevokedAt?.UtcTicks).Bind(9, key.FrozenAt?.UtcTicks)
            .Bind(10, key.Client).Bind(11, key.User).Bind(12, key.Tenant).Bind(13, key.Device).Bind(14, key.Tier)
            .Bind(15, key.ActsForUsers ? 1 : 0).Bind(16, Text(key.Endpoints)).Bind(17, Text(key.Models)).Run() == 1;
        return added && Raise(connection);
    }

    public static bool End(StoreConnection connection, string keyId, long notAfter) =>
        Change(connection, "UPDATE signing_keys SET not_after = min(coalesce(not_after, ?1), ?1) WHERE key_id = ?2", notAfter, keyId);

    // The first revocation stands: a later one must not make the key live until then.
    public static bool Revoke(StoreConnection connection, string keyId, long at) =>
        Change(connection, "UPDATE signing_keys SET revoked_at = min(coalesce(revoked_at, ?1), ?1) WHERE key_id = ?2", at, keyId);

    public static bool Freeze(StoreConnection connection, string keyId, long? at) =>
        Change(connection, "UPDATE signing_keys SET frozen_at = ?1 WHERE key_id = ?2", at, keyId);

    /// <summary>Reads all keys. One that does not open is left out, and what is wrong with it is noted.</summary>
    public static List<VerifierKey> Read(StoreConnection connection, KeyRecords records, List<string> faults)
    {
        var keys = new List<VerifierKey>();
        var select = connection.Statement($"SELECT {Columns} FROM signing_keys ORDER BY key_id");
        try
        {
            while (select.Step())
            {
                var keyId = select.Text(0);
                try
                {
                    keys.Add(Read(select, keyId, records));
                }
                catch (Exception failure) when (failure is CryptographicException or ArgumentException or InvalidOperationException or JsonException)
                {
                    faults.Add(failure.Message);
                }
            }
        }
        finally
        {
            select.Reset();
        }

        return keys;
    }

    private static VerifierKey Read(Statement row, string keyId, KeyRecords records)
    {
        if (!SignatureAlgorithms.TryParse(row.Text(2), out var algorithm)) throw new ArgumentException($"The key {keyId} has an algorithm that this version does not know.");
        var profile = (SignatureProfile)row.Long(1);
        var client = row.TextOrNull(9);
        var key = records.Open(keyId, algorithm, profile, client, new StoredMaterial(row.Long(3) == 1, row.Blob(4).ToArray()));
        return new VerifierKey(key)
        {
            Profile = profile,
            NotBefore = Instant(row.LongOrNull(5)),
            NotAfter = Instant(row.LongOrNull(6)),
            RevokedAt = Instant(row.LongOrNull(7)),
            FrozenAt = Instant(row.LongOrNull(8)),
            Client = client,
            User = row.TextOrNull(10),
            Tenant = row.TextOrNull(11),
            Device = row.TextOrNull(12),
            Tier = row.TextOrNull(13),
            ActsForUsers = row.Long(14) == 1,
            Endpoints = List(row.Text(15)),
            Models = List(row.Text(16)),
        };
    }

    private static string Text(IReadOnlyList<string> list) => list.Count == 0 ? "" : TextList.Write(list);

    // Versions before this one wrote a line for each entry, and refused none: what begins like an array and is none is not read at all.
    private static IReadOnlyList<string> List(string text) =>
        text.StartsWith('[') ? TextList.Parse(text) : text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static bool Change(StoreConnection connection, string sql, long? value, string keyId) =>
        connection.Statement(sql).Bind(1, value).Bind(2, keyId).Run() == 1 && Raise(connection);

    private static bool Raise(StoreConnection connection) => connection.Statement("UPDATE signing_key_version SET version = version + 1").Run() == 1;

    private static DateTimeOffset? Instant(long? ticks) => ticks is { } value ? new DateTimeOffset(value, TimeSpan.Zero) : null;
}
