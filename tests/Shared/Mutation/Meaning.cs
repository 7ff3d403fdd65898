using SafeLlm.Signing;

namespace SafeLlm.Tests.Mutation;

/// <summary>All of a request that a server acts on, spelled in one way.</summary>
internal sealed record Meaning(string Text)
{
    private static readonly string[] Acted = ["content-type", "content-encoding", "idempotency-key"];

    public static Meaning Of(ISignableRequest request) => SeedVerifier.IsClaimed(request) ? OfSeed(request) : OfProfile(request);

    // The compatibility profile signs who, when and the content, in whatever spelling. Its key is bound to paths, to POST and to no query.
    private static Meaning OfSeed(ISignableRequest request) => new(
        $"{request.Method} {request.HasQuery} {request.Path.StartsWith(MutationKeys.SeedPaths[..^1], StringComparison.Ordinal)} {string.Join(',', request.Header("x-api-key"))} {string.Join(',', request.Header("x-timestamp"))}\n{SeedSignature.Canonical(((Signing.TestRequest)request).Content)}");

    private static Meaning OfProfile(ISignableRequest request)
    {
        var content = ((Signing.TestRequest)request).Content;
        var headers = request.HeaderNames
            .Where(name => Acted.Contains(name) || name.StartsWith("x-safellm-", StringComparison.Ordinal))
            .Where(name => request.Header(name).Count > 0)
            // A type says nothing where there is no content.
            .Where(name => name != "content-type" || content.Length > 0)
            .Order(StringComparer.Ordinal)
            .Select(name => $"{name}: {string.Join(", ", request.Header(name).Select(line => line.Trim(' ', '\t')))}");
        return new Meaning($"{request.Method} {request.Authority} {request.Path} {request.Query}\n{string.Join('\n', headers)}\n{Convert.ToHexString(content)}");
    }
}
