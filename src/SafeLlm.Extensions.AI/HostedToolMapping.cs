using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI;

/// <summary>Tools of Microsoft.Extensions.AI that run at the provider, under the names by which they are priced.</summary>
internal static class HostedToolMapping
{
    /// <summary>What the provider runs of a chat's tools: all that the caller does not declare as functions of its own.</summary>
    public static IReadOnlyList<string> Names(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools) return [];
        List<string>? names = null;
        foreach (var tool in tools)
        {
            if (tool is not AIFunctionDeclaration) (names ??= []).Add(Name(tool));
        }

        return names ?? (IReadOnlyList<string>)[];
    }

    // Under these two, and under none at all, a request has the caller's own tools, which cost no fee.
    private static string Name(AITool tool) => tool.Name is { Length: > 0 } name and not ("function" or "custom") ? name : tool.GetType().Name;
}
