using System.Globalization;
using System.Text.Json;
using SafeLlm.Anomalies;

namespace SafeLlm.Cli.Anomalies;

/// <summary>
/// Reads of a verifier's configuration what its detector goes by: the tiers, the keys' tiers and <c>Anomalies</c>. Whatever else is in it is the
/// verifier's to check. Names are told apart as the configuration of .NET does, without their case, and numbers may be texts.
/// </summary>
internal static class VerifierFile
{
    private const string Section = "SafeLlm";
    private const long MostCount = 1L << 53;

    private static readonly JsonDocumentOptions AsConfiguration = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Adds its tiers and the keys that have them, and says when usage counts as an anomaly there.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says where.</exception>
    public static async Task<AnomalyOptions> ReadAsync(string path, KeyTiers tiers, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        try
        {
            using var document = await JsonDocument.ParseAsync(file, AsConfiguration, cancellationToken);
            var section = Find(document.RootElement, Section) ?? throw new FormatException($"{path} has no section {Section}: give the configuration that the verifier reads.");
            if (Find(section, "Tiers") is { } list) ReadTiers(list, tiers);
            if (Text(section, "DefaultTier", Section) is { } other) tiers.AssignOthers(other);
            var at = 0;
            foreach (var key in Find(section, "Keys") is { } keys ? Parts(keys, $"{Section}:Keys") : [])
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{Section}:Keys:{at++}");
                if (Text(key, "KeyId", place) is { } keyId && Text(key, "Tier", place) is { } tier) tiers.Assign(keyId, tier);
            }

            return Find(section, "Anomalies") is { } anomalies ? Options(anomalies, $"{Section}:Anomalies") : new AnomalyOptions();
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{path} is no JSON: {wrong.Message}", wrong);
        }
    }

    private static void ReadTiers(JsonElement list, KeyTiers tiers)
    {
        foreach (var tier in Members(list, $"{Section}:Tiers"))
        {
            var place = $"{Section}:Tiers:{tier.Name}";
            tiers.Add(tier.Name, UsageNorm.OfTier(
                Whole(tier.Value, "RequestsPerMinute", place),
                Whole(tier.Value, "MaxPromptTokens", place),
                Whole(tier.Value, "MaxOutputTokens", place),
                Amount(tier.Value, "DollarsPerDay", place)));
        }
    }

    private static AnomalyOptions Options(JsonElement anomalies, string place)
    {
        var article = new AnomalyOptions();
        return article with
        {
            OnHigh = Action(anomalies, nameof(article.OnHigh), place) ?? article.OnHigh,
            OnMedium = Action(anomalies, nameof(article.OnMedium), place) ?? article.OnMedium,
            RequestFactor = (double?)Amount(anomalies, nameof(article.RequestFactor), place) ?? article.RequestFactor,
            TokenFactor = (double?)Amount(anomalies, nameof(article.TokenFactor), place) ?? article.TokenFactor,
            CostFactor = (double?)Amount(anomalies, nameof(article.CostFactor), place) ?? article.CostFactor,
            RequestsPerHour = Whole(anomalies, nameof(article.RequestsPerHour), place) ?? article.RequestsPerHour,
            TokensPerRequest = Whole(anomalies, nameof(article.TokensPerRequest), place) ?? article.TokensPerRequest,
            DollarsPerDay = Amount(anomalies, nameof(article.DollarsPerDay), place) ?? article.DollarsPerDay,
            TierShare = (double?)Amount(anomalies, nameof(article.TierShare), place) ?? article.TierShare,
            WarmUp = Text(anomalies, nameof(article.WarmUp), place) is { } text ? Time(text, $"{place}:{nameof(article.WarmUp)}") : article.WarmUp,
        };
    }

    private static AnomalyAction? Action(JsonElement parent, string name, string place) => Text(parent, name, place) switch
    {
        null => null,
        var text when Enum.GetNames<AnomalyAction>().FirstOrDefault(member => member.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found => Enum.Parse<AnomalyAction>(found),
        _ => throw Wrong($"{place}:{name}", "one of " + string.Join(", ", Enum.GetNames<AnomalyAction>())),
    };

    private static TimeSpan Time(string text, string place) =>
        text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero
            ? time
            : throw Wrong(place, "hours, minutes and seconds, e.g. 24:00:00");

    private static long? Whole(JsonElement parent, string name, string place) => Text(parent, name, place) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostCount => number,
        _ => throw Wrong($"{place}:{name}", string.Create(CultureInfo.InvariantCulture, $"a whole number from 0 to {MostCount}")),
    };

    private static decimal? Amount(JsonElement parent, string name, string place) => Text(parent, name, place) switch
    {
        null => null,
        var text when decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Wrong($"{place}:{name}", "a number from 0, e.g. 12.50"),
    };

    private static string? Text(JsonElement parent, string name, string place) => Find(parent, name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => throw Wrong($"{place}:{name}", "a single value"),
    };

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.EnumerateObject().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: not JsonValueKind.Undefined } found
            ? found.Value
            : null;

    // A list of a configuration may be written as an object, too.
    private static IEnumerable<JsonElement> Parts(JsonElement list, string place) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : Members(list, place).Select(member => member.Value);

    private static JsonElement.ObjectEnumerator Members(JsonElement parent, string place) =>
        parent.ValueKind == JsonValueKind.Object ? parent.EnumerateObject() : throw Wrong(place, "an object");

    private static FormatException Wrong(string place, string expected) => new($"{place} cannot be read; give {expected}.");
}
