using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Signing;

/// <summary>Signs requests by the profile safellm-v1. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="nonces">Fills a span with random bytes; the system's generator unless given.</param>
/// <param name="coveredHeaders">
/// Further headers to cover where they are present, lower case: what the server acts on beyond <c>content-encoding</c>,
/// <c>idempotency-key</c>, <c>anthropic-version</c>, <c>anthropic-beta</c>, <c>openai-beta</c> and <c>x-safellm-*</c>.
/// </param>
/// <exception cref="ArgumentException">A header to cover is no header name in lower case.</exception>
/// <param name="tag">What the signatures are for; <c>safellm-v1</c>, for requests, unless given.</param>
public sealed class RequestSigner(TimeProvider time, Action<Memory<byte>>? nonces = null, IReadOnlyList<string>? coveredHeaders = null, string tag = SigningProfile.Tag)
{
    private const string NoQuery = "?";

    private readonly IReadOnlyList<string> _coveredHeaders = Checked(coveredHeaders ?? []);
    private readonly string _firstLetters = SignatureCoverage.FirstLetters(coveredHeaders ?? []);

    // Nearly every request goes where the last one went, with the same key: what that puts into a signature is laid out already.
    private volatile TargetPart? _lastTarget;
    private volatile KeyPart? _lastKey;

    /// <summary>Signs a request: each call takes its own instant and its own nonce.</summary>
    /// <param name="request">The request as it will be sent. Signature headers and a digest that it has already are replaced.</param>
    /// <param name="content">The bytes as they will be sent; empty where there are none.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">The request cannot be signed: the message names the part at fault.</exception>
    /// <exception cref="InvalidOperationException">The key only verifies.</exception>
    public SignatureHeaders Sign(ISignableRequest request, ReadOnlySpan<byte> content, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(key);
        var message = new AsciiBuffer(stackalloc byte[1024]);
        var parameters = new AsciiBuffer(stackalloc byte[512]);
        try
        {
            CoverTarget(ref message, ref parameters, request);
            string? digest = null;
            if (request.HasContent || !content.IsEmpty || request.Header(SigningProfile.ContentDigestHeader).Count > 0)
            {
                digest = CoverContent(ref message, ref parameters, content);
                Cover(ref message, ref parameters, request, SigningProfile.ContentTypeHeader, CoveredComponents.ContentType);
            }

            CoverHeaders(ref message, ref parameters, request, hasContent: digest is not null);
            parameters.Append((byte)')');
            AppendParameters(ref parameters, key);
            SignatureBase.AppendParameters(ref message, parameters.Written["safellm=".Length..]);

            Span<byte> signature = stackalloc byte[SignatureReader.MaxSignatureLength];
            signature = signature[..key.Material.SignatureLength];
            key.Material.Sign(message.Written, signature);
            return new SignatureHeaders(digest, parameters.ToString(), SignatureHeader(signature));
        }
        finally
        {
            message.Dispose();
            parameters.Dispose();
        }
    }

    private void CoverHeaders(ref AsciiBuffer message, ref AsciiBuffer parameters, ISignableRequest request, bool hasContent)
    {
        var components = hasContent ? 6 : 4;
        foreach (var name in request.HeaderNamesOf(_firstLetters))
        {
            if (!SignatureCoverage.IsRequired(name, _coveredHeaders)) continue;
            if (hasContent && name is SigningProfile.ContentDigestHeader or SigningProfile.ContentTypeHeader) continue;
            CoverHeader(ref message, ref parameters, request, name, ref components);
        }

        foreach (var name in SigningProfile.ProviderHeaders)
        {
            if (request.Header(name).Count > 0 && !_coveredHeaders.Contains(name)) CoverHeader(ref message, ref parameters, request, name, ref components);
        }
    }

    private static void CoverHeader(ref AsciiBuffer message, ref AsciiBuffer parameters, ISignableRequest request, string name, ref int components)
    {
        if (++components > SigningProfile.MaxComponents)
        {
            throw new ArgumentException(
                $"The request has more headers to cover than fit: the profile covers at most {SigningProfile.MaxComponents} components.",
                nameof(request));
        }

        if (!ComponentNames.TryFind(name, out var component))
        {
            throw new ArgumentException($"The header name '{ComponentNames.ForMessage(name)}' cannot be signed: names come in lower case.", nameof(request));
        }

        Cover(ref message, ref parameters, request, name, component);
    }

    private void AppendParameters(ref AsciiBuffer parameters, SigningKey key)
    {
        var created = time.GetUtcNow().ToUnixTimeSeconds();
        parameters.Append(";created="u8);
        parameters.AppendInteger(created);
        parameters.Append(";expires="u8);
        parameters.AppendInteger(created + SigningProfile.MaxLifetimeSeconds);
        parameters.Append(";nonce=\""u8);
        NonceBytes.Append(ref parameters, nonces);
        parameters.Append((byte)'"');
        if (_lastKey is { } known && ReferenceEquals(known.Key, key))
        {
            parameters.Append(known.Parameters);
            return;
        }

        var start = parameters.Length;
        parameters.Append(";keyid="u8);
        _ = FieldWriter.TryWriteString(ref parameters, key.KeyId);
        parameters.Append(";alg="u8);
        _ = FieldWriter.TryWriteString(ref parameters, key.Algorithm.Name());
        parameters.Append(";tag="u8);
        _ = FieldWriter.TryWriteString(ref parameters, tag);
        _lastKey = new KeyPart(key, parameters.Written[start..].ToArray());
    }

    private void CoverTarget(ref AsciiBuffer message, ref AsciiBuffer parameters, ISignableRequest request)
    {
        parameters.Append("safellm=(\"@method\" \"@authority\" \"@path\" \"@query\""u8);
        var (method, authority, path, query) = (request.Method, request.Authority, request.Path, request.Query);
        if (query == NoQuery && _lastTarget is { } known && known.Method == method && known.Authority == authority && known.Path == path)
        {
            message.Append(known.Lines);
            return;
        }

        Lay(ref message, request, ComponentNames.Method, CoveredComponents.Method);
        Lay(ref message, request, ComponentNames.Authority, CoveredComponents.Authority);
        Lay(ref message, request, ComponentNames.Path, CoveredComponents.Path);
        Lay(ref message, request, ComponentNames.Query, CoveredComponents.Query);

        // A query may hold a key, and is not kept.
        if (query == NoQuery) _lastTarget = new TargetPart(method, authority, path, message.Written.ToArray());
    }

    private static void Cover(
        ref AsciiBuffer message, ref AsciiBuffer parameters, ISignableRequest request, string name, CoveredComponents component)
    {
        Lay(ref message, request, name, component);
        AppendName(ref parameters, name);
    }

    private static void Lay(ref AsciiBuffer message, ISignableRequest request, string name, CoveredComponents component)
    {
        if (SignatureBase.AppendComponent(ref message, request, name, component, out var detail) != SignatureReason.None)
        {
            throw new ArgumentException($"The request cannot be signed. {detail}", nameof(request));
        }
    }

    private static string CoverContent(ref AsciiBuffer message, ref AsciiBuffer parameters, ReadOnlySpan<byte> content)
    {
        SignatureBase.AppendName(ref message, SigningProfile.ContentDigestHeader);
        var start = message.Length;
        ContentDigest.Append(ref message, content);
        var digest = message.ToString(start);
        message.Append((byte)'\n');
        AppendName(ref parameters, SigningProfile.ContentDigestHeader);
        return digest;
    }

    private static IReadOnlyList<string> Checked(IReadOnlyList<string> coveredHeaders)
    {
        foreach (var name in coveredHeaders)
        {
            if (!ComponentNames.IsFieldName(name)) throw new ArgumentException($"The header '{ComponentNames.ForMessage(name)}' cannot be covered: it is no header name in lower case.", nameof(coveredHeaders));
        }

        return coveredHeaders;
    }

    private static void AppendName(ref AsciiBuffer parameters, string name)
    {
        parameters.Append(" \""u8);
        _ = parameters.TryAppend(name);
        parameters.Append((byte)'"');
    }

    private static string SignatureHeader(ReadOnlySpan<byte> signature)
    {
        var header = new AsciiBuffer(stackalloc byte[256]);
        header.Append("safellm=:"u8);
        header.AppendBase64(signature);
        header.Append((byte)':');
        return header.ToString();
    }

    private sealed record TargetPart(string Method, string Authority, string Path, byte[] Lines);

    private sealed record KeyPart(SigningKey Key, byte[] Parameters);
}
