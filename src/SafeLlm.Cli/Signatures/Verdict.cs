using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>What became of one vector, or what its file says should.</summary>
internal sealed record Verdict(bool IsAccepted, string? Reason)
{
    public static Verdict Accept { get; } = new(true, null);

    public string Result => IsAccepted ? "accept" : "reject";

    public static Verdict Reject(string reason) => new(false, reason);

    public static Verdict Of(SignatureReason reason) => reason == SignatureReason.None ? Accept : Reject(Name(reason));

    /// <summary>As in <c>accept</c>, <c>reject</c> or <c>reject:replay</c>.</summary>
    public static Verdict Parse(string text, string? reason = null)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var result = colon < 0 ? text : text[..colon];
        return new Verdict(result == "accept", colon < 0 ? reason : text[(colon + 1)..]);
    }

    /// <summary>A line of output.</summary>
    public string ToLine(string id) =>
        $$"""{"id":"{{JsonEncodedText.Encode(id)}}","result":"{{Result}}","reason":{{(Reason is null ? "null" : $"\"{JsonEncodedText.Encode(Reason)}\"")}}}""";

    /// <summary>SignatureInvalid is signature_invalid, as the files spell it.</summary>
    private static string Name(SignatureReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
