using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Signing;

/// <summary>Which component identifiers exist (RFC 9421 §2), and how each is spelled.</summary>
internal static class ComponentNames
{
    public const string Method = "@method";
    public const string Authority = "@authority";
    public const string Path = "@path";
    public const string Query = "@query";
    public const string TargetUri = "@target-uri";
    public const string Scheme = "@scheme";

    /// <summary>
    /// Looks a name up. False where it can name nothing: an unknown derived component, <c>@signature-params</c>,
    /// <c>@request-target</c> (the profile refuses it), upper case, or what is no header name.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<char> name, out CoveredComponents component)
    {
        component = name switch
        {
            Method => CoveredComponents.Method,
            Authority => CoveredComponents.Authority,
            Path => CoveredComponents.Path,
            Query => CoveredComponents.Query,
            TargetUri => CoveredComponents.TargetUri,
            Scheme => CoveredComponents.Scheme,
            SigningProfile.ContentDigestHeader => CoveredComponents.ContentDigest,
            SigningProfile.ContentTypeHeader => CoveredComponents.ContentType,
            SigningProfile.ContentEncodingHeader => CoveredComponents.ContentEncoding,
            SigningProfile.IdempotencyKeyHeader => CoveredComponents.IdempotencyKey,
            _ => CoveredComponents.None,
        };
        return component != CoveredComponents.None || IsFieldName(name);
    }

    /// <summary>Whether the text can be a header's name in a component identifier. Derived names cannot: <c>@</c> is no token character.</summary>
    public static bool IsFieldName(ReadOnlySpan<char> name) =>
        !name.IsEmpty && !name.ContainsAnyExcept(FieldCharacters.LowerCaseFieldName);

    /// <summary>The name as a string, without allocating for those that every request covers.</summary>
    public static string ToText(ReadOnlySpan<char> name) => name switch
    {
        SigningProfile.ContentDigestHeader => SigningProfile.ContentDigestHeader,
        SigningProfile.ContentTypeHeader => SigningProfile.ContentTypeHeader,
        SigningProfile.ContentEncodingHeader => SigningProfile.ContentEncodingHeader,
        SigningProfile.IdempotencyKeyHeader => SigningProfile.IdempotencyKeyHeader,
        "content-length" => "content-length",
        _ => name.ToString(),
    };

    /// <summary>Headers that have one value: on several lines they are refused, even where the joined value verifies.</summary>
    public static bool IsSingleton(CoveredComponents component) =>
        component is CoveredComponents.ContentDigest or CoveredComponents.ContentType or CoveredComponents.IdempotencyKey;

    /// <summary>A name for a message: an attacker's text is cut.</summary>
    public static string ForMessage(ReadOnlySpan<char> name)
    {
        const int atMost = 64;
        return name.ContainsAnyExceptInRange(' ', '~') ? "(unreadable)" : name.Length <= atMost ? name.ToString() : $"{name[..atMost]}…";
    }
}
