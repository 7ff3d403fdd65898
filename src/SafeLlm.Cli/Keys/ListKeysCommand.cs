using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SafeLlm.Cli.Terminal;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys list</c>: the keys of a store, without anything secret of them.</summary>
internal static class ListKeysCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var store = new StoreOption(isRequired: true);
        var command = new Command("list", "Lists the keys of a store: whose they are, what they may do, and how long they live.") { json };
        store.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            using var keys = store.OpenRequired(parsed);
            var now = TimeProvider.System.GetUtcNow();
            foreach (var key in await keys.Registry.ListAsync(cancellationToken))
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json) ? Json(key, now) : Line(key, now));
            }

            foreach (var fault in keys.Faults) await parsed.InvocationConfiguration.Error.WriteLineAsync($"Not listed: {SafeText.Of(fault)}");
        });
        return command;
    }

    private static string State(VerifierKey key, DateTimeOffset now) =>
        key.RevokedAt <= now ? "revoked"
        : key.FrozenAt <= now ? "frozen"
        : key.NotAfter <= now ? "expired"
        : key.NotBefore > now ? "not yet valid"
        : key.NotAfter is { } end ? string.Create(CultureInfo.InvariantCulture, $"expires in {Math.Ceiling((end - now).TotalDays)} days")
        : "without an end";

    private static string Line(VerifierKey key, DateTimeOffset now) =>
        string.Join("  ", new[] { key.Key.KeyId.PadRight(32), key.Key.Algorithm.Name().PadRight(17), State(key, now).PadRight(18), SafeText.Of(key.Tier ?? "-"), SafeText.Of(key.Client ?? "-"), SafeText.Of(key.User ?? "-") });

    private static string Json(VerifierKey key, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("keyid", key.Key.KeyId);
            json.WriteString("algorithm", key.Key.Algorithm.Name());
            json.WriteString("profile", key.Profile == SignatureProfile.SeedV0 ? SeedSignature.Profile : "safellm-v1");
            json.WriteString("state", State(key, now));
            foreach (var (name, instant) in new[] { ("not_before", key.NotBefore), ("not_after", key.NotAfter), ("revoked_at", key.RevokedAt), ("frozen_at", key.FrozenAt) })
            {
                if (instant is { } known) json.WriteString(name, known);
            }

            foreach (var (name, text) in new[] { ("client", key.Client), ("user", key.User), ("tenant", key.Tenant), ("device", key.Device), ("tier", key.Tier) })
            {
                if (text is not null) json.WriteString(name, text);
            }

            json.WriteBoolean("acts_for_users", key.ActsForUsers);
            Write(json, "endpoints", key.Endpoints);
            Write(json, "models", key.Models);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
