using System.Net.Http.Headers;
using SafeLlm.Formats;

namespace SafeLlm.Cli.Signatures;

/// <summary>The rules for verified content that a server acts on next (signing profile, A7 step 15): strict JSON in UTF-8.</summary>
internal static class ContentRules
{
    public static Verdict Check(PlainRequest request)
    {
        if (!request.HasContent || request.Header("content-encoding").Any(coding => coding.Trim() is not ("" or "identity"))) return Verdict.Accept;
        if (request.Header("content-type") is not { Count: > 0 } types || !MediaTypeHeaderValue.TryParse(types[0], out var type)) return Verdict.Accept;
        if (type.CharSet?.Trim('"') is { } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return Verdict.Reject("unsupported_content");
        if (type.MediaType is not { } media || !(media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase))) return Verdict.Accept;
        return (StrictJson.Check(request.Content) ?? Read(request)) is { } malformed ? Verdict.Reject(malformed.Code.Name()) : Verdict.Accept;
    }

    /// <summary>What only the wire format of the route knows: a known member's name in another case. Other faults of it are no matter of signatures.</summary>
    private static RequestReading.Malformed? Read(PlainRequest request) =>
        WireFormats.Default.Read(new RequestTarget(request.Method, request.Authority, request.Path, request.Query), request.Content) is RequestReading.Malformed
        {
            Code: RefusalCode.JsonInvalid or RefusalCode.JsonDuplicateKey or RefusalCode.JsonDepth,
        } malformed
            ? malformed
            : null;
}
