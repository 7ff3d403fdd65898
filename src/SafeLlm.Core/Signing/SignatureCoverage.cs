namespace SafeLlm.Signing;

/// <summary>What must be covered (step 8 of the profile): an unsigned part that changes what the server does is refused.</summary>
internal static class SignatureCoverage
{
    private const CoveredComponents Target = CoveredComponents.Authority | CoveredComponents.Path | CoveredComponents.Query;

    private static readonly string[] Always = [SigningProfile.ContentEncodingHeader, SigningProfile.IdempotencyKeyHeader, SigningProfile.OwnHeaderPrefix];

    /// <summary>Says what is not covered but should be; null where nothing is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="input">The header that the signature was read from.</param>
    /// <param name="ours">The signature.</param>
    /// <param name="further">Further headers that must be covered where they are present.</param>
    /// <param name="firstLetters">The first letters of all that must be covered.</param>
    /// <param name="ofThisRequest">Further ones for this request alone.</param>
    public static string? Missing(
        ISignableRequest request, string input, in ReceivedSignature ours, IReadOnlyList<string> further, string firstLetters, IReadOnlyList<string> ofThisRequest)
    {
        var covered = ours.Covered;
        List<string>? missing = null;
        if ((covered & CoveredComponents.Method) == 0) Add(ref missing, ComponentNames.Method);
        if ((covered & CoveredComponents.TargetUri) == 0 && (covered & Target) != Target)
        {
            if ((covered & CoveredComponents.Authority) == 0) Add(ref missing, ComponentNames.Authority);
            if ((covered & CoveredComponents.Path) == 0) Add(ref missing, ComponentNames.Path);
            if ((covered & CoveredComponents.Query) == 0) Add(ref missing, ComponentNames.Query);
        }

        const CoveredComponents content = CoveredComponents.ContentDigest | CoveredComponents.ContentType;
        if ((covered & content) != content && (request.HasContent || request.Header(SigningProfile.ContentDigestHeader).Count > 0))
        {
            if ((covered & CoveredComponents.ContentDigest) == 0) Add(ref missing, SigningProfile.ContentDigestHeader);
            if ((covered & CoveredComponents.ContentType) == 0) Add(ref missing, SigningProfile.ContentTypeHeader);
        }

        foreach (var name in request.HeaderNamesOf(firstLetters))
        {
            if (IsRequired(name, further) && !ours.Covers(input, name)) Add(ref missing, name);
        }

        AddByName(ref missing, request, input, ours, SigningProfile.ProviderHeaders);
        AddByName(ref missing, request, input, ours, ofThisRequest);
        return missing is null
            ? null
            : $"The signature does not cover {string.Join(", ", missing.Take(8).Select(name => $"\"{ComponentNames.ForMessage(name)}\""))}.";
    }

    /// <summary>The first letters of all headers that must be covered wherever they are present.</summary>
    public static string FirstLetters(IReadOnlyList<string> further) =>
        new([.. further.Concat(Always).Select(name => name[0]).Distinct()]);

    /// <summary>Whether a header must be covered wherever it is present.</summary>
    public static bool IsRequired(string name, IReadOnlyList<string> further)
    {
        if (SigningProfile.IsCovered(name)) return true;
        for (var i = 0; i < further.Count; i++)
        {
            if (string.Equals(further[i], name, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static void AddByName(ref List<string>? missing, ISignableRequest request, string input, in ReceivedSignature ours, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (request.Header(names[i]).Count > 0 && !ours.Covers(input, names[i]) && missing?.Contains(names[i]) != true) Add(ref missing, names[i]);
        }
    }

    private static void Add(ref List<string>? missing, string name) => (missing ??= []).Add(name);
}
