namespace SafeLlm.AspNetCore;

/// <summary>
/// What calls of a tier may use of the provider's account beyond the single call. All tenants share that account, so nothing of it is open
/// unless it is said here.
/// </summary>
public sealed class SafeLlmAccountOptions
{
    /// <summary>
    /// Whether the provider may keep what calls make (<c>store</c>; Responses does it unless told not to), and whether a tenant may name again
    /// what was issued to it through this gateway: responses, conversations, files, vector stores, batches, containers, caches. Without it
    /// <c>store</c> is set to false where a request leaves it out, and refused where it is true.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Store { get; set; }

    /// <summary>Whether <c>background</c> is allowed: such a call is over before its work, so that its whole hold is charged.</summary>
    /// <value>The default is false.</value>
    public bool Background { get; set; }

    /// <summary>Ids of the operator's own that every caller of the tier may name: prompts, vector stores, guardrails.</summary>
    public IList<string> SharedIds { get; } = [];

    /// <summary>
    /// The tools that may run at the provider, by the name that requests give them; <c>web_search</c> stands for its dated versions too. What
    /// is not listed is refused. A container above the usual memory is a tool of its own: <c>code_interpreter/4g</c>. A model that searches the
    /// web by itself, at no price that is in the catalog, needs <c>web_search_options</c>, and where it searches as often as it finds good is
    /// charged <see cref="SafeLlmHostedToolOptions.MostUses"/> of it.
    /// </summary>
    public IDictionary<string, SafeLlmHostedToolOptions> HostedTools { get; } = new Dictionary<string, SafeLlmHostedToolOptions>(StringComparer.Ordinal);

    /// <summary>The dearer ways to be served that requests may ask for in <c>service_tier</c>, <c>speed</c> or <c>performanceConfig</c>, e.g. <c>priority</c>.</summary>
    public IList<string> ServiceTiers { get; } = [];
}
