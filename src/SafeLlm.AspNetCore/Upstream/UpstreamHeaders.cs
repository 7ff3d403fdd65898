using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Which headers cross between callers and the provider: lists of what may, as nobody can list all that may not. What names the operator's account to
/// a caller, or a caller to the provider, is on neither.
/// </summary>
internal sealed class UpstreamHeaders
{
    // Accept-Encoding is not among them: an answer must be readable in order to be metered and ended at its bound. Upgrade is not: what is said
    // over a connection that changed its protocol is neither read nor metered. Idempotency-Key is not: all tenants share one account, and the key
    // of one would bring the answer of another.
    private static readonly FrozenSet<string> Up = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Accept", "Accept-Language", "User-Agent", "Content-Type", "Content-Length", "Transfer-Encoding", "Host", "Connection", "TE",
        "anthropic-version", "anthropic-beta", "OpenAI-Beta");

    private static readonly FrozenSet<string> Down = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Transfer-Encoding", "Connection", "Date", "Cache-Control",
        "Retry-After", "retry-after-ms", "x-should-retry", "x-request-id", "request-id", "openai-processing-ms", "openai-version", "openai-model");

    private static readonly string[] Never =
        ["Authorization", "Proxy-Authorization", "x-api-key", "api-key", "x-goog-api-key", "Cookie", "Content-Digest", "Forwarded", "OpenAI-Organization", "OpenAI-Project", "Idempotency-Key"];

    private static readonly string[] NeverBeginning = ["Signature", "x-safellm-", "X-Forwarded-"];

    private readonly FrozenSet<string> up;

    public UpstreamHeaders(IReadOnlyCollection<string> more)
    {
        foreach (var name in more.Where(IsNever))
        {
            throw new ArgumentException($"The header {name} never goes to the provider: it is the caller's, or would act on the account that all callers share.", nameof(more));
        }

        More = [.. more.Select(name => name.ToLowerInvariant())];
        up = more.Count == 0 ? Up : Up.Concat(more).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What goes to the provider beyond the usual, lower case: nobody on the way may add one or change it, so a signature covers it.</summary>
    public IReadOnlyList<string> More { get; }

    /// <summary>Takes what the provider must not see off a request.</summary>
    public void Clean(IHeaderDictionary request)
    {
        foreach (var name in request.Keys.Where(name => !up.Contains(name)).ToList()) request.Remove(name);
    }

    /// <summary>Takes what callers must not see off an answer, once its endpoint has set all of it; what is ours stays as it is now.</summary>
    public static void Clean(HttpResponse response)
    {
        // What comes behind the content is sent when nothing can be taken off any more, and no model's API needs it.
        response.HttpContext.Features.Set<IHttpResponseTrailersFeature>(null);
        // Not asked to, a provider may say all the same that it changes the protocol.
        response.HttpContext.Features.Set<IHttpUpgradeFeature>(null);
        var own = response.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        response.OnStarting(() =>
        {
            foreach (var name in response.Headers.Keys.Where(name => !Down.Contains(name) && !own.ContainsKey(name)).ToList()) response.Headers.Remove(name);
            foreach (var (name, value) in own) response.Headers[name] = value;
            return Task.CompletedTask;
        });
    }

    private static bool IsNever(string name) =>
        Never.Contains(name, StringComparer.OrdinalIgnoreCase) || Array.Exists(NeverBeginning, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
