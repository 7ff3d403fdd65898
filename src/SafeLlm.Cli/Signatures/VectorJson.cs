using System.Text.Json;

namespace SafeLlm.Cli.Signatures;

/// <summary>Reads members of a vector file; what is missing is named with the vector it is missing from.</summary>
internal static class VectorJson
{
    public static string Text(this JsonElement element, string member) =>
        element.TextOrNull(member) ?? throw new VectorFileException($"{Where(element)} has no text \"{member}\".");

    public static string? TextOrNull(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static JsonElement Part(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) ? value : throw new VectorFileException($"{Where(element)} has no \"{member}\".");

    public static IEnumerable<JsonElement> List(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static DateTimeOffset Instant(this JsonElement element, string member) =>
        element.Part(member).TryGetInt64(out var seconds) && Math.Abs(seconds) < 200_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new VectorFileException($"{Where(element)} has a \"{member}\" that is no instant in seconds.");

    public static byte[] Bytes(this JsonElement element, string member) =>
        element.TextOrNull(member) is { } text ? Convert.FromBase64String(text) : [];

    public static PlainRequest Request(this JsonElement element)
    {
        var request = element.Part("request");
        var lines = request.List("headers").Select(line => line.GetArrayLength() == 2
            ? (line[0].GetString() ?? "", line[1].GetString() ?? "")
            : throw new VectorFileException($"{Where(element)} has a header that is no pair of name and value."));
        return PlainRequest.Create(request.Text("method"), request.Text("url"), lines, request.Bytes("body_b64"))
            ?? throw new VectorFileException($"{Where(element)} has a url that no request can be sent to.");
    }

    private static string Where(JsonElement element) => element.TextOrNull("id") is { } id ? $"The vector {id}" : "The file";
}
