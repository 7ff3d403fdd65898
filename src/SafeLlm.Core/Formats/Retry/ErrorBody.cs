using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>
/// What an error's content says, whichever provider wrote it. Read as far as it goes: it may be cut, and it may be no JSON.
/// </summary>
internal ref struct ErrorBody
{
    /// <summary>The code of the error, or its type, or its status: the most telling that is there.</summary>
    public string? Code { get; private set; }

    /// <summary>The sentence for people. Used to find a duration in it, never passed on.</summary>
    public string? Message { get; private set; }

    /// <summary>Google's <c>RetryInfo.retryDelay</c>.</summary>
    public string? RetryDelay { get; private set; }

    /// <summary>Whether a quota by day was hit, by Google's <c>quotaId</c>.</summary>
    public bool IsDailyQuota { get; private set; }

    /// <summary>Whether there is an error at all.</summary>
    public bool HasError { get; private set; }

    private string? _type;
    private string? _status;
    private string? _number;

    /// <param name="body">The content.</param>
    /// <param name="isAnswer">
    /// Whether the status is an answer's. Most of it is no error then, and some of it is the caller's, who is told his own metadata and tools
    /// again; only what stands where errors do counts.
    /// </param>
    public static ErrorBody Read(ReadOnlySpan<byte> body, bool isAnswer)
    {
        var error = new ErrorBody();
        var start = body.IndexOfAny((byte)'{', (byte)'[');
        if (start < 0 || !Encoding.UTF8.GetString(body[..start]).All(IsPrelude)) return error;
        var reader = new Utf8JsonReader(body[start..], isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth, AllowMultipleValues = true }));
        var root = new ErrorBody();
        try
        {
            if (isAnswer) error.ReadAnswer(ref reader, ref root);
            else error.ReadWhole(ref reader);
        }
        catch (JsonException)
        {
            // What was read before the fault still counts; the rest is unknown.
        }
        catch (InvalidOperationException)
        {
            // A string that is no UTF-8: likewise.
        }

        error.NameCode();
        root.NameCode();
        if (root.HasError)
        {
            error.Code ??= root.Code;
            error.Message ??= root.Message;
        }

        return error;
    }

    /// <summary>What may stand before the JSON of a server-sent event.</summary>
    private static bool IsPrelude(char c) => char.IsWhiteSpace(c) || c == ':' || char.IsAsciiLetter(c) || c is '_' or '-';

    private void NameCode() => Code ??= _status ?? _type ?? _number;

    private void ReadWhole(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName) Take(ref reader);
        }
    }

    // An error stands under "error" at the root or in OpenAI's "response", or is the root itself, which says so by its type. Roots may
    // stand in an array.
    private void ReadAnswer(ref Utf8JsonReader reader, ref ErrorBody root)
    {
        var depth = -1;
        var isInResponse = false;
        while (reader.Read())
        {
            if (depth < 0 && reader.TokenType == JsonTokenType.StartObject) depth = reader.CurrentDepth + 1;
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.CurrentDepth == depth)
            {
                isInResponse = reader.ValueTextEquals("response"u8);
                if (reader.ValueTextEquals("error"u8)) ReadError(ref reader);
                else root.Take(ref reader);
            }
            else if (isInResponse && reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("error"u8))
            {
                ReadError(ref reader);
            }
        }

        HasError |= root.HasError;
    }

    // Null and false say that there is none.
    private void ReadError(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is JsonTokenType.Null or JsonTokenType.False) return;
        HasError = true;
        var depth = reader.CurrentDepth;
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName) Take(ref reader);
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual("error"u8)) HasError = true;
        if (name.SequenceEqual("code"u8)) TakeCode(ref reader);
        else if (name.SequenceEqual("type"u8)) TakeType(ref reader);
        else if (name.SequenceEqual("object"u8)) HasError |= Text(ref reader) == "error";
        else if (name.SequenceEqual("status"u8)) _status ??= Text(ref reader);
        else if (name.SequenceEqual("message"u8)) Message ??= Text(ref reader);
        else if (name.SequenceEqual("retryDelay"u8)) RetryDelay ??= Text(ref reader);
        else if (name.SequenceEqual("quotaId"u8)) IsDailyQuota |= Text(ref reader)?.Contains("PerDay", StringComparison.OrdinalIgnoreCase) ?? false;
    }

    private void TakeCode(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return;
        if (reader.TokenType == JsonTokenType.String) Code ??= Short(reader.GetString());
        else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)) _number ??= number.ToString(CultureInfo.InvariantCulture);
    }

    private void TakeType(ref Utf8JsonReader reader)
    {
        var type = Text(ref reader);
        if (type == "error") HasError = true;
        else _type ??= Short(type);
    }

    private static string? Text(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    // A code is a word; a sentence in its place may hold anything.
    private static string? Short(string? code) => code is { Length: > 0 and <= 64 } && !code.Contains(' ', StringComparison.Ordinal) ? code : null;
}
