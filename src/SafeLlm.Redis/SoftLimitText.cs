using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>Soft limits as the script reads them: <c>[[50,0,""],[80,1,""]]</c>, share, severity and message.</summary>
internal static class SoftLimitText
{
    private static readonly ConditionalWeakTable<SoftLimits, string> Known = [];

    public static string Of(SoftLimits shares) => shares.Count == 0 ? "" : Known.GetValue(shares, Write);

    private static string Write(SoftLimits shares)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartArray();
            foreach (var share in shares)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(share.Percent);
                writer.WriteNumberValue((int)share.Severity);
                writer.WriteStringValue(share.Message ?? "");
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
