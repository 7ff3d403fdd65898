using System.Text;
using System.Text.Json;
using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>Soft limits as the file keeps them: <c>[[50,0],[80,1,"what is said"]]</c>; null for none.</summary>
internal static class SoftLimitText
{
    private static readonly string Article = Write(SoftLimits.Article);

    public static string? Of(SoftLimits shares) =>
        shares.Count == 0 ? null : ReferenceEquals(shares, SoftLimits.Article) ? Article : Write(shares);

    public static SoftLimits Parse(string? text)
    {
        if (text is null)
        {
            return SoftLimits.None;
        }

        if (text == Article)
        {
            return SoftLimits.Article;
        }

        using var document = JsonDocument.Parse(text);
        var shares = document.RootElement.EnumerateArray()
            .Select(share => new SoftLimit(share[0].GetInt32(), (AlertSeverity)share[1].GetInt32(), share.GetArrayLength() > 2 ? share[2].GetString() : null));
        return SoftLimits.Of([.. shares]);
    }

    private static string Write(SoftLimits shares)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var share in shares)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(share.Percent);
                writer.WriteNumberValue((int)share.Severity);
                if (share.Message is not null)
                {
                    writer.WriteStringValue(share.Message);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
