namespace SafeLlm.Signing;

/// <summary>
/// Lays out the bytes to sign (RFC 9421 §2.5), for signer and verifier alike. Everything comes from raw strings: nothing is
/// decoded, re-encoded or folded in case.
/// </summary>
internal static class SignatureBase
{
    /// <summary>Appends the line of one component.</summary>
    /// <returns><see cref="SignatureReason.None"/>, or why there is no such line.</returns>
    public static SignatureReason AppendComponent(
        ref AsciiBuffer to, ISignableRequest request, ReadOnlySpan<char> name, CoveredComponents component, out string? detail)
    {
        AppendName(ref to, name);
        var reason = component switch
        {
            CoveredComponents.Method => AppendDerived(ref to, request.Method),
            CoveredComponents.Authority => AppendDerived(ref to, request.Authority),
            CoveredComponents.Path => AppendDerived(ref to, request.Path),
            CoveredComponents.Query => AppendDerived(ref to, request.Query),
            CoveredComponents.Scheme => AppendDerived(ref to, request.Scheme),
            CoveredComponents.TargetUri => AppendTargetUri(ref to, request),
            _ => AppendField(ref to, request.Header(ComponentNames.ToText(name)), ComponentNames.IsSingleton(component)),
        };
        to.Append((byte)'\n');
        detail = reason switch
        {
            SignatureReason.None => null,
            SignatureReason.ComponentMissing => $"The component \"{ComponentNames.ForMessage(name)}\" is covered, but not in the request.",
            _ => $"The value of the component \"{ComponentNames.ForMessage(name)}\" cannot be signed: it has a character outside printable ASCII, or stands on more than one line where one is allowed.",
        };
        return reason;
    }

    /// <summary>Appends the name and the separator of a component's line.</summary>
    public static void AppendName(ref AsciiBuffer to, ReadOnlySpan<char> name)
    {
        to.Append((byte)'"');
        _ = to.TryAppend(name);
        to.Append("\": "u8);
    }

    /// <summary>Appends the last line, which has no line end.</summary>
    public static void AppendParameters(ref AsciiBuffer to, ReadOnlySpan<byte> canonical)
    {
        to.Append("\"@signature-params\": "u8);
        to.Append(canonical);
    }

    private static SignatureReason AppendDerived(ref AsciiBuffer to, string value) =>
        string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyExceptInRange('!', '~') || !to.TryAppend(value)
            ? SignatureReason.SignatureMalformed
            : SignatureReason.None;

    private static SignatureReason AppendTargetUri(ref AsciiBuffer to, ISignableRequest request)
    {
        var reason = AppendDerived(ref to, request.Scheme);
        if (reason != SignatureReason.None) return reason;
        to.Append("://"u8);
        reason = AppendDerived(ref to, request.Authority);
        if (reason != SignatureReason.None) return reason;
        reason = AppendDerived(ref to, request.Path);
        if (reason != SignatureReason.None) return reason;

        // A lone question mark stands for no query at all in @query; the URI itself has none then (RFC 9421 §2.2.2).
        return request.HasQuery ? AppendDerived(ref to, request.Query) : SignatureReason.None;
    }

    /// <summary>Lines without the white space around them, joined by a comma and a space (RFC 9421 §2.1).</summary>
    private static SignatureReason AppendField(ref AsciiBuffer to, IReadOnlyList<string> lines, bool singleton)
    {
        var count = lines.Count;
        if (count == 0) return SignatureReason.ComponentMissing;
        if (singleton && count > 1) return SignatureReason.SignatureMalformed;
        for (var i = 0; i < count; i++)
        {
            if (i > 0) to.Append(", "u8);
            var line = lines[i].AsSpan().Trim(" \t");
            if (!IsFieldText(line) || !to.TryAppend(line)) return SignatureReason.SignatureMalformed;
        }

        return SignatureReason.None;
    }

    /// <summary>Printable ASCII and tabs. Line ends would forge lines of the base; the rest reads differently on either side.</summary>
    private static bool IsFieldText(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var odd = text.IndexOfAnyExceptInRange(' ', '~');
            if (odd < 0) return true;
            if (text[odd] != '\t') return false;
            text = text[(odd + 1)..];
        }
    }
}
