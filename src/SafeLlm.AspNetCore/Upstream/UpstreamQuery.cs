using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore;

/// <summary>What a query must not take to the provider: credentials, and accounts to bill, which some providers read there as well as in headers.</summary>
internal static class UpstreamQuery
{
    // Google: key, access_token, oauth_token, quotaUser, userProject, and $userProject. Azure's gateways: subscription-key. AWS: X-Amz-….
    private static readonly string[] Never =
        ["key", "access_token", "oauth_token", "token", "api_key", "api-key", "apikey", "x-api-key", "authorization", "subscription-key", "quotaUser", "userProject", "$userProject"];

    /// <summary>The query without them; every other byte stays.</summary>
    public static QueryString Clean(QueryString query)
    {
        if (query.Value is not { Length: > 1 } text) return query;
        var kept = text[1..].Split('&').Where(part => !IsNever(part)).ToList();
        return kept.Count == text.AsSpan().Count('&') + 1 ? query : kept.Count == 0 ? QueryString.Empty : new QueryString("?" + string.Join('&', kept));
    }

    private static bool IsNever(string part)
    {
        var name = Uri.UnescapeDataString(part.Split('=', 2)[0].Replace('+', ' ')).Trim();
        return Never.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase);
    }
}
