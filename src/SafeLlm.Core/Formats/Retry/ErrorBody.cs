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

    public static ErrorBody Read(ReadOnlySpan<byte> body)
    {
        var error = new ErrorBody();
        var start = body.IndexOfAny((byte)'{', (byte)'[');
        if (start < 0 || !Encoding.UTF8.GetString(body[..start]).All(IsPrelude)) return error;
        var reader = new Utf8JsonReader(body[start..], isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth, AllowMultipleValues = true }));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName) error.Take(ref reader);
            }
        }
        catch (JsonException)
        {
            // What was read before the fault still counts; the rest is unknown.
        }
        catch (InvalidOperationException)
        {
            // A string that is no UTF-8: likewise.
        }

        error.Code ??= error._status ?? error._type ?? error._number;
        return error;
    }

    /// <summary>What may stand before the JSON of a server-sent event.</summary>
    private static bool IsPrelude(char c) => char.IsWhiteSpace(c) || c == ':' || char.IsAsciiLetter(c) || c is '_' or '-';

    private void Take(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual("error"u8)) HasError = true;
        if (name.SequenceEqual("code"u8)) TakeCode(ref reader);
        else if (name.SequenceEqual("type"u8)) TakeType(ref reader);
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
