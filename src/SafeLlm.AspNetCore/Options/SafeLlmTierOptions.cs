using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>A tier: limits that each of its keys or users has for itself, an output cap and allowed models. What is not set does not limit.</summary>
public sealed class SafeLlmTierOptions : SafeLlmLimitOptions
{
    /// <summary>The most output tokens of one call, over all its choices. Required: nothing unbounded passes.</summary>
    public long? MaxOutputTokens { get; set; }

    /// <summary>What happens to a request without an output bound or with one above <see cref="MaxOutputTokens"/>.</summary>
    /// <value>The default is <see cref="OverCap.Clamp"/>.</value>
    public OverCap OnOverCap { get; set; } = OverCap.Clamp;

    /// <summary>The models that may be asked for, by their own names or their aliases'.</summary>
    /// <value>Empty for every model that has a price.</value>
    public IList<string> Models { get; } = [];

    /// <summary>The most characters of a prompt.</summary>
    public int? MaxPromptCharacters { get; set; }

    /// <summary>The most tokens of a prompt, estimated as a quarter of its characters.</summary>
    public int? MaxPromptTokens { get; set; }

    /// <summary>What a prompt leads to that asks for output out of proportion.</summary>
    /// <value>The default is <see cref="PromptSeverity.Flag"/>.</value>
    public PromptSeverity SuspiciousPrompts { get; set; } = PromptSeverity.Flag;

    /// <summary>What all callers of the tier may use together: "all free users". Its numbers are told to nobody.</summary>
    public SafeLlmLimitOptions? Pool { get; set; }

    /// <summary>
    /// What all callers of the tier may use from one network (/24, or /64 for IPv6): throwaway accounts are many, networks are few.
    /// Its numbers are told to nobody.
    /// </summary>
    public SafeLlmLimitOptions? PerNetwork { get; set; }

    /// <summary>
    /// What all callers of the tier may use for one tenant: the limits of its keys and users are for each, these are for all of them
    /// together. Keys without a tenant are not counted.
    /// </summary>
    public SafeLlmLimitOptions? PerTenant { get; set; }

    /// <summary>
    /// What all callers of the tier may use from one device, as the tag of their keys has it: one device, many accounts. Keys without a tag
    /// are not counted. Its numbers are told to nobody.
    /// </summary>
    public SafeLlmLimitOptions? PerDevice { get; set; }

    /// <summary>
    /// Texts at which generating ends, added to those of the request. Where a wire format has none (OpenAI's Responses, embeddings, an
    /// API of one's own) or a model takes none (OpenAI's that reason; behind Bedrock's Invoke those of Meta, Mistral, Qwen and OpenAI), nothing is added.
    /// </summary>
    public IList<string> StopSequences { get; } = [];

    /// <summary>What calls may use of the provider's account beyond the single call: storage, hosted tools, raised service tiers.</summary>
    /// <value>The default is null: nothing.</value>
    public SafeLlmAccountOptions? Account { get; set; }

    /// <summary>The time zone in which a day starts, by its IANA name.</summary>
    /// <value>The default is UTC.</value>
    public string TimeZone { get; set; } = "UTC";
}
