using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore;

/// <summary>
/// What a query must not take to the provider: credentials, and accounts to bill, which some providers read there as well as in headers; and what asks
/// for an answer that does not tell its usage.
/// </summary>
internal static class UpstreamQuery
{
    // Google: key, access_token, oauth_token, quotaUser, userProject, and $userProject. Azure's gateways: subscription-key. AWS: X-Amz-….
    private static readonly string[] Never =
        ["key", "access_token", "oauth_token", "token", "api_key", "api-key", "apikey", "x-api-key", "authorization", "subscription-key", "quotaUser", "userProject", "$userProject"];

    // Google's: a part of the answer, which leaves the usage out, and an answer that is a script.
    private static readonly string[] NeverAsked = ["fields", "$fields", "callback", "$callback"];

    /// <summary>The query without them; every other byte stays.</summary>
    public static QueryString Clean(QueryString query)
    {
        if (query.Value is not { Length: > 1 } text) return query;
        var kept = text[1..].Split('&').Where(part => !IsNever(part)).ToList();
        return kept.Count == text.AsSpan().Count('&') + 1 ? query : kept.Count == 0 ? QueryString.Empty : new QueryString("?" + string.Join('&', kept));
    }

    private static bool IsNever(string part)
    {
        var pair = part.Split('=', 2);
        var name = Text(pair[0]);
        return Never.Contains(name, StringComparer.OrdinalIgnoreCase) || NeverAsked.Contains(name, StringComparer.OrdinalIgnoreCase)
            || name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase) || (IsForm(name) && pair is [_, var value] && !IsMetered(Text(value)));
    }

    private static bool IsForm(string name) => name.Equals("alt", StringComparison.OrdinalIgnoreCase) || name.Equals("$alt", StringComparison.OrdinalIgnoreCase);

    // Google has its answers as Protocol Buffers and as files too.
    private static bool IsMetered(string form) => form.Equals("sse", StringComparison.OrdinalIgnoreCase) || form.Equals("json", StringComparison.OrdinalIgnoreCase);

    private static string Text(string part) => Uri.UnescapeDataString(part.Replace('+', ' ')).Trim();
}
